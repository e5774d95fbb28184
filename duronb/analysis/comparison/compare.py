"""Comparison of two groups of runs: whether they are comparable, and a verdict for each stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from duronb.analysis.comparison.advice import block_seconds
from duronb.analysis.comparison.earlier import MOST_RUNS
from duronb.analysis.comparison.families import Families
from duronb.analysis.comparison.in_time import InTime
from duronb.analysis.comparison.looks import Looks, looks_at
from duronb.analysis.comparison.stage import StageComparison, is_usable
from duronb.analysis.comparison.verdict import MARGIN
from duronb.analysis.conditions import LOCK, Mismatch, comparable, different_packages_text, mismatches, usual
from duronb.analysis.metrics import METRICS, Metric, metric_named
from duronb.analysis.run_notices import gathered_notices
from duronb.analysis.timing.timing import Timing, timing_of
from duronb.errors import RequestError
from duronb.model.run import RunRecord

Overall = Literal["improved", "regressed", "differs", "equivalent", "inconclusive", "not comparable"]


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
    timing
        The times of the runs, which limit the verdicts.
    costs
        A comparison of the CPU time per orchestration for each stage that has it, in a family of tests of its own;
        empty if another metric was chosen, or no stage has it.
    no_costs
        Why there are no ``costs``, as a sentence; empty if there are, or if a metric was chosen.
    notices
        Sentences about runs that were left out and other limits of the result, and the notices of the runs.
    block_seconds
        Machine time of a block of these runs in seconds; ``None`` if it is unknown.
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
    timing: Timing
    notices: Sequence[str] = field(default_factory=list)
    block_seconds: float | None = None
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
        Further runs. Those with the same conditions that are not compared tell how large the noise is, and the variance
        between sessions if the sides are from different ones.

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
    if all(each.condition != LOCK for each in found) and (packages := different_packages_text(*sides)):
        how = "also require" if blocks is not None else "are also locked with"
        notices.append(f"The subjects {how} different packages, which is part of the change: {packages}.")
    looks = looks_at(sides[0]) if blocks is not None else Looks()
    look, level = looks.number, looks.level
    if look > 1:
        notices.append(
            f"Look {look} at this series is tested at {100 * level:.2g} % to keep the error of all looks at 5 %."
        )
    timing = timing_of(*sides, blocks=0 if blocks is None else len(blocks), by_machine=not found)
    stages: list[StageComparison] = []
    costs: list[StageComparison] = []
    no_costs = ""
    if force or not found:
        pool = [*sides[0], *sides[1], *filter(is_usable, others)]
        in_time = InTime(timing, pool, sides[1][-1] if all(sides) and not found else None)
        used = {run.id for run in (*before, *after)}
        newest = sorted(others, key=lambda run: run.created, reverse=True)

        @cache  # all stages and metrics have the same earlier runs, and reading many conditions takes time
        def earlier(like: RunRecord) -> Sequence[RunRecord]:
            usable = (run for run in newest if run.id not in used and is_usable(run))
            return comparable(usable, like, most=MOST_RUNS)

        families = Families(
            sides=sides,
            paired=blocks is not None,
            earlier=earlier,
            in_time=in_time,
            looks=looks,
            margin=margin,
        )
        shared, stage_names = ratio_metric(metric), _stage_names(sides)
        stages = families.compared(shared, stage_names)
        if shared is None and stage_names and all(sides):
            costs, no_costs = families.costs(stage_names)
    return ComparisonResult(
        before=sides[0],
        after=sides[1],
        stages=stages,
        mismatches=found,
        forced=force and bool(found),
        paired=blocks is not None,
        level=level,
        look=look,
        block_seconds=block_seconds(*sides),
        margin=margin,
        verdict=_overall(stages) if force or not found else "not comparable",
        timing=timing,
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


def ratio_metric(name: str | None) -> Metric | None:
    """Return the metric with a name, or ``None`` for ``None``. Raise RequestError if its values may be zero."""
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
    order: tuple[Overall, ...] = ("regressed", "differs", "inconclusive", "improved", "equivalent")
    return next((verdict for verdict in order if verdict in verdicts), "inconclusive")
