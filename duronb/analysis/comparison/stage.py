"""One stage before and after: the figures, the effect, a second opinion, the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, log

import numpy as np

from duronb.analysis.comparison.counts import Failures, compare_failures
from duronb.analysis.comparison.effect import Effect, paired_effect, pooled_deviation, pooled_effect, welch_effect
from duronb.analysis.comparison.exact import LARGEST_SIDE, rank_sum_p, signed_rank_p
from duronb.analysis.comparison.verdict import Decision, decide
from duronb.analysis.conditions import comparable
from duronb.analysis.metrics import METRICS, RATES, Metric, headline
from duronb.model.run import RunRecord
from duronb.model.stage import StageResult

LEVEL = 0.05
TYPICAL_DEVIATION = 0.065
"""Deviation of the logarithm of the window rate from run to run, measured with Duroxide's stress test."""
ENOUGH_DF = 8
"""Degrees of freedom from which other runs tell the noise of single ones."""
_OUTLYING = 3.5


@dataclass(frozen=True, slots=True, kw_only=True)
class StageComparison:
    """One stage before and after.

    Parameters
    ----------
    stage
        Its name.
    metric
        What is compared; ``None`` where no figure is on both sides.
    before, after
        The figure of each run, in the metric's unit, in order of time, or of blocks when paired.
    effect
        Size of the change; ``None`` where it cannot be computed, and ``decision.reason`` says why.
    decision
        The verdict and its p-values.
    exact_p, exact_test
        A second opinion that assumes no distribution: ``signed-rank`` on blocks, ``rank-sum`` on runs.
    failures
        Failed orchestrations, compared as counts.
    notices
        Sentences on outliers and on tests that disagree.
    """

    stage: str
    metric: Metric | None
    before: tuple[float, ...]
    after: tuple[float, ...]
    effect: Effect | None
    decision: Decision
    exact_p: float | None = None
    exact_test: str = ""
    failures: Failures | None = None
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A stage before its verdict, which depends on the other stages."""

    stage: str
    metric: Metric | None
    before: tuple[float, ...]
    after: tuple[float, ...]
    effect: Effect | str
    exact_p: float | None
    exact_test: str
    failures: Failures | None


def draft_stage(
    name: str,
    sides: Sequence[Sequence[RunRecord]],
    metric: Metric | None,
    *,
    paired: bool,
    others: Sequence[RunRecord],
    tests: int = 1,
) -> Draft:
    """Gather a stage's figures and compute its effect.

    Parameters
    ----------
    name
        The stage.
    sides
        Runs before and after; in the order of their blocks when ``paired``.
    metric
        What is compared; ``None`` for the best rate that all have.
    paired
        The runs were interleaved.
    others
        See ``compare_runs``.
    tests
        How many stages are tested together.
    """
    found = [[(run, stage) for run in side if (stage := stage_of(run, name)) is not None] for side in sides]
    metric = metric or headline([*found[0], *found[1]]) or METRICS[RATES[0]]
    figures = [[metric.value(run, stage) for run, stage in side] for side in found]
    paired = paired and len(figures[0]) == len(figures[1]) == len(sides[0])
    # A figure that is missing, or zero, must not make a pair of two other blocks.
    before, after = (tuple(value for value in side if value is not None) for side in figures)
    exact_p, exact_test = None, ""
    effect: Effect | str
    if paired and None not in (*figures[0], *figures[1]):
        effect = paired_effect(before, after)
    else:
        paired = False
        effect = welch_effect(before, after)
    if min(len(before), len(after)) < 3 and not (paired and isinstance(effect, Effect)):
        pool = comparable([run for run in others if is_usable(run)], found[1][-1][0]) if found[1] else []
        effect = _with_pool(effect, (before, after), _within(pool, name, metric))
    if (
        isinstance(effect, Effect)
        and min(len(before), len(after)) >= 4
        and max(len(before), len(after)) <= LARGEST_SIDE
    ):
        exact_p = (
            signed_rank_p([log(value) for value in before], [log(value) for value in after])
            if paired
            else rank_sum_p(before, after)
        )
        exact_test = "signed-rank" if paired else "rank-sum"
    return Draft(
        stage=name,
        metric=metric if before or after else None,
        before=before,
        after=after,
        effect=effect,
        exact_p=exact_p,
        exact_test=exact_test,
        failures=compare_failures(*([stage for _, stage in side] for side in found), tests=tests),
    )


def _within(pool: Sequence[RunRecord], stage: str, metric: Metric) -> tuple[float, int]:
    """Return the deviation of runs of one source from each other, and its degrees of freedom."""
    groups: dict[object, list[float]] = {}
    for run in pool:
        result = stage_of(run, stage)
        value = None if result is None else metric.value(run, result)
        if value is not None:
            key = (run.subject.source_hash, run.subject.git_sha, run.subject.name)
            groups.setdefault(key, []).append(value)
    return pooled_deviation(list(groups.values()))


def _with_pool(
    effect: Effect | str, sides: tuple[Sequence[float], Sequence[float]], noise: tuple[float, int]
) -> Effect | str:
    """Take the noise of one or two runs from other runs under the same conditions, where there are enough."""
    before, after = sides
    if not before or not after:
        return effect
    deviation, df = noise
    if df >= ENOUGH_DF:
        pooled = pooled_effect(before, after, deviation, df)
        return pooled if isinstance(pooled, Effect) else effect
    if not isinstance(effect, str) or min(*before, *after) <= 0:
        return effect
    half = 1.96 * TYPICAL_DEVIATION * (1 / len(before) + 1 / len(after)) ** 0.5
    return f"{effect} At the noise typical of this test, a change within ±{half:.0%} could not be seen."


def judge(draft: Draft, p: float | None, *, level: float, margin: float) -> StageComparison:
    """Give a draft its verdict, with the p-value that is corrected for the other stages."""
    decision = decide(
        draft.effect, "higher" if draft.metric is None else draft.metric.better, level=level, margin=margin, p=p
    )
    return StageComparison(
        stage=draft.stage,
        metric=draft.metric,
        before=draft.before,
        after=draft.after,
        effect=draft.effect if isinstance(draft.effect, Effect) else None,
        decision=decision,
        exact_p=draft.exact_p,
        exact_test=draft.exact_test,
        failures=draft.failures,
        notices=tuple(_remarks(draft, decision)),
    )


def _remarks(draft: Draft, decision: Decision) -> list[str]:
    remarks = []
    limit = max(LEVEL, _smallest(draft))
    if draft.exact_p is not None and decision.verdict in ("improved", "regressed") and draft.exact_p > limit:
        remarks.append(
            f"The exact {draft.exact_test} test does not agree (p = {draft.exact_p:.2g}): take the verdict with care."
        )
    for side, values in (("before", draft.before), ("after", draft.after)):
        if outlying := outliers(values):
            shown = ", ".join(f"{values[index]:.3g}" for index in outlying[:3])
            remarks.append(f"Far from the other runs {side}: {shown} (kept; median {np.median(values):.4g}).")
    return remarks


def _smallest(draft: Draft) -> float:
    """Return the smallest p-value that the exact test of so few runs can have: 0.0625 for five blocks."""
    before, after = len(draft.before), len(draft.after)
    ways = 2**before if draft.exact_test == "signed-rank" else comb(before + after, before)
    return 2 / ways * (1 + 1e-9)


def outliers(values: Sequence[float]) -> list[int]:
    """Return the positions of values far from the median of at least five: modified z above 3.5, on logarithms."""
    logs = np.log([value for value in values if value > 0])
    if len(logs) < 5 or len(logs) != len(values):
        return []
    away = np.abs(logs - np.median(logs))
    spread = float(np.median(away))
    return np.flatnonzero(0.6745 * away > _OUTLYING * spread).tolist() if spread else []


def is_usable(run: RunRecord) -> bool:
    """Tell whether a run may be compared: complete, and no warm-up."""
    return run.status == "complete" and not run.series.warm_up


def stage_of(run: RunRecord, name: str) -> StageResult | None:
    """Return the stage of a run with this name."""
    return next((stage for stage in run.stages if stage.name == name), None)
