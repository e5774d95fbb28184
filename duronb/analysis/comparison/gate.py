"""Gate: the outcome of a comparison for a candidate, which is passed, failed or undecided.

A stage fails if it regressed and its estimated loss exceeds the margin, if significantly more orchestrations failed,
or if any failed because of its configuration. It passes if it improved or is equivalent, or if a loss beyond the margin
is excluded: the worse end of its 95 % interval (wider for a series with several looks) is within the margin. Otherwise
it is undecided, and always if the runs of both sides were recorded apart in time and the variance between sessions is
not known: drift of the machine may hide a loss, or look like one. CPU time per orchestration fails the gate in the same
way, but an undecided CPU time leaves the outcome to the rate. Each of the two has an error of 5 %. The margin is that
of the equivalence test: 5 % means a rate below 1/1.05 of the rate before, or a time above 1.05 of the time before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from duronb.analysis.comparison.compare import ComparisonResult
from duronb.analysis.comparison.counts import Failures
from duronb.analysis.comparison.stage import StageComparison, stage_of
from duronb.model.run import RunRecord

Outcome = Literal["passed", "failed", "undecided"]

_TAIL = 0.025
"""One-sided error of excluding a loss."""


@dataclass(frozen=True, slots=True)
class StageGate:
    """The outcome for one stage, and the reason as a sentence."""

    stage: str
    outcome: Outcome
    reason: str


@dataclass(frozen=True, slots=True)
class Gate:
    """The outcome for a candidate.

    Parameters
    ----------
    outcome
        ``failed`` if any stage failed; else ``undecided`` if any is undecided or nothing could be compared.
    stages
        The outcome of each stage.
    reasons
        Sentences on what leaves the gate undecided apart from the stages.
    costs
        The outcome of the CPU time per orchestration of each stage that has it. Only a failed one counts.
    """

    outcome: Outcome
    stages: Sequence[StageGate]
    reasons: Sequence[str] = ()
    costs: Sequence[StageGate] = ()


def gate(result: ComparisonResult, candidates: Sequence[RunRecord] = ()) -> Gate:
    """Return the outcome for the runs after.

    Parameters
    ----------
    result
        The comparison.
    candidates
        All runs of the candidate. Failed ones take part in no comparison and leave the gate undecided.
    """
    reasons = []
    if result.verdict == "not comparable":
        differing = ", ".join(mismatch.condition for mismatch in result.mismatches)
        reasons.append(f"The runs are not comparable, because these conditions differ: {differing}.")
    failed = sum(run.status == "failed" for run in candidates)
    if failed:
        reasons.append(f"{failed} of {len(candidates)} candidate runs failed and could not be compared.")
    if not result.stages and not reasons:
        reasons.append("There is no stage to compare.")
    stages = [_stage(stage, result) for stage in result.stages]
    costs = [_stage(stage, result) for stage in result.costs]
    outcomes = {stage.outcome for stage in stages}
    if any(stage.outcome == "failed" for stage in (*stages, *costs)):
        return Gate("failed", stages, reasons, costs)
    return Gate("undecided" if reasons or "undecided" in outcomes else "passed", stages, reasons, costs)


def _stage(stage: StageComparison, result: ComparisonResult) -> StageGate:
    name, decision, effect = stage.stage, stage.decision, stage.effect
    if stage.failures is not None and stage.failures.worse:
        return StageGate(name, "failed", _failing(stage.failures))
    if effect is None:
        if not any(stage_of(run, name) for run in result.before):
            return StageGate(name, "passed", "Only the candidate has this stage, so it cannot be compared.")
        return StageGate(name, "undecided", decision.reason)
    if stage.confounded:
        found = "It differs" if decision.verdict == "differs" else "A loss is neither shown nor excluded"
        return StageGate(name, "undecided", f"{found}: {result.timing.sentence}.")
    margin = f"{100 * result.margin:g} %"
    ends = effect.interval(1 - 2 * min(_TAIL, result.level))
    better = stage.metric is None or stage.metric.better == "higher"
    # As ratios, of which smaller ones are worse.
    kept, worst = (effect.ratio, ends[0]) if better else (1 / effect.ratio, 1 / ends[1])
    bound = 1 / (1 + result.margin)
    if decision.verdict in {"improved", "equivalent"}:
        return StageGate(name, "passed", f"It is {decision.verdict}.")
    if worst > bound:
        return StageGate(name, "passed", f"A loss beyond the margin of {margin} is excluded.")
    if decision.verdict == "regressed" and kept < bound:
        return StageGate(name, "failed", f"It regressed beyond the margin of {margin}.")
    if decision.verdict == "regressed":
        return StageGate(name, "undecided", f"It regressed, but perhaps not beyond the margin of {margin}.")
    return StageGate(name, "undecided", f"A loss beyond the margin of {margin} is neither shown nor excluded.")


def _failing(failures: Failures) -> str:
    if failures.configuration:
        return f"{failures.configuration:,} orchestrations failed because of their configuration."
    (before, after), (of_before, of_after) = failures.failed, failures.launched
    return f"More orchestrations failed: {after:,} of {of_after:,}, before {before:,} of {of_before:,}."
