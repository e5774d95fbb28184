"""Comparison of two groups of runs: whether they are comparable, and a verdict for each stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from duronb.analysis.comparison.effect import Effect
from duronb.analysis.comparison.looks import look_level
from duronb.analysis.comparison.stage import LEVEL, StageComparison, draft_stage, is_usable, judge, stage_of
from duronb.analysis.comparison.verdict import MARGIN, holm
from duronb.analysis.conditions import LOCK, Mismatch, comparable, locked_differences, mismatches, usual
from duronb.analysis.metrics import COST, METRICS, Metric, metric_named
from duronb.analysis.run_notices import gathered_notices
from duronb.errors import RequestError
from duronb.model.run import RunRecord

Overall = Literal["improved", "regressed", "equivalent", "inconclusive", "not comparable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonResult:
    """A comparison of two groups of runs.

    Parameters
    ----------
    before, after
        The runs that were compared, in order of time, or of blocks if paired.
    stages
        A comparison for each stage of either side; empty if the groups are not comparable.
    mismatches
        Conditions that differ. If there are any, nothing is compared unless ``forced``.
    forced
        Whether the groups were compared despite mismatches.
    paired
        Whether the runs were interleaved in blocks and are compared block by block.
    level
        Significance level for all stages together at this look.
    look
        Number of looks at this series, including this one; 1 for runs without a series.
    margin
        Relative change that is too small to matter, such as 0.05.
    verdict
        The worst verdict of the stages.
    costs
        A comparison of the CPU time per orchestration for each stage that has it, in a family of tests of its own;
        empty if another metric was chosen, or no stage has it.
    no_costs
        Why there are no ``costs``, as a sentence; empty if there are, or if a metric was chosen.
    notices
        Sentences about runs that were left out and other limits of the result, and the notices of the runs.
    """

    before: Sequence[RunRecord]
    after: Sequence[RunRecord]
    stages: Sequence[StageComparison]
    mismatches: Sequence[Mismatch]
    forced: bool
    paired: bool
    level: float
    look: int
    margin: float
    verdict: Overall
    notices: Sequence[str] = field(default_factory=list)
    costs: Sequence[StageComparison] = ()
    no_costs: str = ""


def compare_runs(
    before: Sequence[RunRecord],
    after: Sequence[RunRecord],
    *,
    metric: str | None = None,
    margin: float = MARGIN,
    force: bool = False,
    others: Sequence[RunRecord] = (),
) -> ComparisonResult:
    """Compare two groups of runs.

    Parameters
    ----------
    before, after
        Runs of the same stages. Incomplete runs, warm-ups and runs with other conditions than most are left out, and a
        notice says so.
    metric
        Name of a metric of ``METRICS``; by default the first of ``RATES`` that all runs have.
    margin
        Relative change that is too small to matter.
    force
        Whether to compare runs with different conditions.
    others
        Further runs. Those with the same conditions that are not compared tell how large the noise is.

    Raises
    ------
    RequestError
        The metric is unknown, or its values may be zero.
    """
    notices: list[str] = []
    sides = _chosen((before, after), notices, force=force)
    found = mismatches(*sides) if all(sides) else []
    blocks = _blocks(*sides)
    if blocks is not None:
        dropped = sum(map(len, sides)) - 2 * len(blocks)
        sides = [[pair[side] for pair in blocks] for side in (0, 1)]
        if dropped:
            notices.append(f"{dropped} runs belong to incomplete blocks and were left out.")
    if all(each.condition != LOCK for each in found) and (locks := locked_differences(*sides)):
        names = ", ".join(f"{name} {old} → {new}" for name, old, new in locks[:3])
        more = f" and {len(locks) - 3} more" if len(locks) > 3 else ""
        how = "require" if blocks is not None else "are locked with"
        notices.append(f"The subjects also {how} different packages, which is part of the change: {names}{more}.")
    look, level = _looks(sides[0]) if blocks is not None else (1, LEVEL)
    if look > 1:
        notices.append(f"Look {look} at this series is tested at {level:.1%} to keep the error of all looks at 5 %.")
    stages: list[StageComparison] = []
    costs: list[StageComparison] = []
    no_costs = ""
    if force or not found:
        shared, stage_names = _ratio_metric(metric), _stage_names(sides)
        used = {run.id for run in (*before, *after)}
        earlier = [run for run in others if run.id not in used]

        def family(of: Metric | None, members: Sequence[str]) -> list[StageComparison]:
            drafts = [
                draft_stage(name, sides, of, paired=blocks is not None, others=earlier, tests=len(members))
                for name in members
            ]
            tested = iter(holm([draft.effect.p for draft in drafts if isinstance(draft.effect, Effect)]))
            return [
                judge(draft, next(tested) if isinstance(draft.effect, Effect) else None, level=level, margin=margin)
                for draft in drafts
            ]

        stages = family(shared, stage_names)
        if shared is None and stage_names and all(sides):
            # A family of its own: failures belong to the first one.
            known = [name for name in stage_names if all(_has(METRICS[COST], side, name) for side in sides)]
            costs = [replace(stage, failures=None) for stage in family(METRICS[COST], known)]
            no_costs = "" if costs else _no_costs(sides)
    return ComparisonResult(
        before=sides[0],
        after=sides[1],
        stages=stages,
        mismatches=found,
        forced=force and bool(found),
        paired=blocks is not None,
        level=level,
        look=look,
        margin=margin,
        verdict=_overall(stages) if force or not found else "not comparable",
        costs=costs,
        no_costs=no_costs,
        notices=[*notices, *gathered_notices({"before": sides[0], "after": sides[1]})],
    )


def _chosen(
    sides: tuple[Sequence[RunRecord], Sequence[RunRecord]], notices: list[str], *, force: bool
) -> list[list[RunRecord]]:
    """Return the usable runs of each side that share their conditions, and add notices about those left out.

    If possible, both sides share the same conditions; otherwise each side has its most common ones.
    """
    usable = [[run for run in side if is_usable(run)] for side in sides]
    kept = usable
    if not force and all(usable):
        likes = [like for side in reversed(usable) if (like := usual(side)) is not None]
        shared = ([comparable(side, like) for side in usable] for like in likes)
        apart = [comparable(side, like) for side, like in zip(usable, reversed(likes), strict=True)]
        kept = next((both for both in shared if all(both)), apart)
    for name, side, chosen in zip(("before", "after"), sides, kept, strict=True):
        if len(chosen) < len(side):
            notices.append(
                f"{len(side) - len(chosen)} of {len(side)} runs {name} were left out: incomplete, a warm-up, or"
                " recorded under other conditions than the others."
            )
        subjects = {run.subject.source_hash or run.subject.git_sha or "unknown" for run in chosen}
        if len(subjects) > 1:
            notices.append(f"The runs {name} have {len(subjects)} different sources.")
    return [sorted(side, key=lambda run: run.created) for side in kept]


def _blocks(before: Sequence[RunRecord], after: Sequence[RunRecord]) -> list[tuple[RunRecord, RunRecord]] | None:
    """Pair the runs of one series block by block; ``None`` if they do not belong to one series."""
    series = {run.series.id for run in (*before, *after)}
    if len(series) != 1 or None in series or not before or not after:
        return None
    if {run.series.side for run in before} & {run.series.side for run in after}:
        return None
    sides = [{run.series.block: run for run in side if run.series.block is not None} for side in (before, after)]
    return [(sides[0][block], sides[1][block]) for block in sorted(sides[0].keys() & sides[1].keys())]


def _looks(before: Sequence[RunRecord]) -> tuple[int, float]:
    """Return the number of looks at a series, and the significance level of the last one."""
    if not before:
        return 1, LEVEL
    look_of = [1 if run.series.look is None else run.series.look for run in before]
    seen = [sum(look <= number for look in look_of) for number in sorted(set(look_of))]
    return len(seen), look_level(seen, LEVEL)


def _has(metric: Metric, runs: Sequence[RunRecord], name: str) -> bool:
    found = ((run, stage_of(run, name)) for run in runs)
    return any(stage is not None and metric.value(run, stage) is not None for run, stage in found)


def _no_costs(sides: Sequence[Sequence[RunRecord]]) -> str:
    """Return why the sides have no CPU time per orchestration in common."""
    lacking = [
        word
        for word, side in zip(("before", "after"), sides, strict=True)
        if not any(stage.samples for run in side for stage in run.stages)
    ]
    title = METRICS[COST].title
    if lacking:
        return f"{title} is not compared: the runs {' and '.join(lacking)} have no samples."
    return f"{title} is not compared: no stage of both sides has samples and completed orchestrations."


def _ratio_metric(name: str | None) -> Metric | None:
    metric = None if name is None else metric_named(name)
    if metric is not None and not metric.positive:
        ratios = ", ".join(each.name for each in METRICS.values() if each.positive)
        raise RequestError(
            f"The metric {metric.title} may be zero, and a comparison needs ratios.", f"Choose {ratios}."
        )
    return metric


def _stage_names(sides: Sequence[Sequence[RunRecord]]) -> list[str]:
    names = [list(dict.fromkeys(stage.name for run in side for stage in run.stages)) for side in sides]
    return list(dict.fromkeys([*names[0], *names[1]]))


def _overall(stages: Sequence[StageComparison]) -> Overall:
    verdicts = {stage.decision.verdict for stage in stages}
    verdicts |= {"regressed" for stage in stages if stage.failures is not None and stage.failures.worse}
    order: tuple[Overall, ...] = ("regressed", "inconclusive", "improved", "equivalent")
    return next((verdict for verdict in order if verdict in verdicts), "inconclusive")
