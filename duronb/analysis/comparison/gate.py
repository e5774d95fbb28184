"""A comparison as a gate: whether a candidate may go on, or not, or that it is not known.

A stage fails when it regressed and the loss as estimated is beyond the margin, or when more orchestrations failed than
by chance, or any failed for its configuration. It passes when it improved, is equivalent, or when a loss beyond the
margin is excluded: the near end of its 95 % interval (a wider one, where a series was looked at again) lies within the
margin, whatever else is undecided about it. Else it is undecided. The margin is that of the equivalence test: 5 % is a
rate below 1/1.05 of what it was, or a time above 1.05 times.
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
"""Error that excluding a loss may have, of one side."""


@dataclass(frozen=True, slots=True)
class StageGate:
    """What is said of one stage, and why."""

    stage: str
    outcome: Outcome
    reason: str


@dataclass(frozen=True, slots=True)
class Gate:
    """What is said of a candidate.

    Parameters
    ----------
    outcome
        ``failed`` when any stage did; else ``undecided`` when any is, or when nothing could be compared.
    stages
        Per stage.
    reasons
        Sentences on what is undecided beside the stages.
    """

    outcome: Outcome
    stages: Sequence[StageGate]
    reasons: Sequence[str] = ()


def gate(result: ComparisonResult, candidates: Sequence[RunRecord] = ()) -> Gate:
    """Judge the runs after.

    Parameters
    ----------
    result
        The comparison.
    candidates
        All runs that were meant to be judged: those that failed take part in no comparison, and leave it undecided.
    """
    reasons = []
    if result.verdict == "not comparable":
        reasons.append(f"Not comparable for {', '.join(mismatch.condition for mismatch in result.mismatches)}.")
    failed = sum(run.status == "failed" for run in candidates)
    if failed:
        reasons.append(f"{failed} of {len(candidates)} candidate runs failed, and could not be compared.")
    if not result.stages and not reasons:
        reasons.append("There is no stage to compare.")
    stages = [_stage(stage, result) for stage in result.stages]
    outcomes = {stage.outcome for stage in stages}
    if "failed" in outcomes:
        return Gate("failed", stages, reasons)
    return Gate("undecided" if reasons or "undecided" in outcomes else "passed", stages, reasons)


def _stage(stage: StageComparison, result: ComparisonResult) -> StageGate:
    name, decision, effect = stage.stage, stage.decision, stage.effect
    if stage.failures is not None and stage.failures.worse:
        return StageGate(name, "failed", _failing(stage.failures))
    if effect is None:
        if not any(stage_of(run, name) for run in result.before):
            return StageGate(name, "passed", "Only the candidate has this stage: there is nothing to compare it with.")
        return StageGate(name, "undecided", decision.reason)
    margin = f"{100 * result.margin:g} %"
    ends = effect.interval(1 - 2 * min(_TAIL, result.level))
    better = stage.metric is None or stage.metric.better == "higher"
    # As ratios of which a smaller one is worse.
    kept, worst = (effect.ratio, ends[0]) if better else (1 / effect.ratio, 1 / ends[1])
    bound = 1 / (1 + result.margin)
    if decision.verdict in {"improved", "equivalent"}:
        return StageGate(name, "passed", f"It is {decision.verdict}.")
    if worst > bound:
        return StageGate(name, "passed", f"A loss beyond the margin of {margin} is excluded.")
    if decision.verdict == "regressed" and kept < bound:
        return StageGate(name, "failed", f"It regressed beyond the margin of {margin}.")
    if decision.verdict == "regressed":
        return StageGate(name, "undecided", f"It regressed, and it is not known whether beyond the margin of {margin}.")
    return StageGate(name, "undecided", f"A loss beyond the margin of {margin} is neither shown nor excluded.")


def _failing(failures: Failures) -> str:
    if failures.configuration:
        return f"{failures.configuration:,} orchestrations failed for their configuration, which none may."
    (before, after), (of_before, of_after) = failures.failed, failures.launched
    return f"More failed: {after:,} of {of_after:,} orchestrations, {before:,} of {of_before:,} before."
