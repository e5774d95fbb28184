"""Comparison of one stage: its values on both sides, the effect, an exact test and the verdict."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import comb, exp, log

import numpy as np

from duronb.analysis.comparison.choice import Chosen, chosen_effect, difference_of
from duronb.analysis.comparison.counts import Failures, compare_failures
from duronb.analysis.comparison.earlier import earlier_noise
from duronb.analysis.comparison.effect import Effect
from duronb.analysis.comparison.exact import LARGEST_SIDE, rank_sum_p, signed_rank_p
from duronb.analysis.comparison.verdict import Decision, decide
from duronb.analysis.metrics import METRICS, RATES, Metric, headline
from duronb.model.run import RunRecord
from duronb.model.stage import StageResult

LEVEL = 0.05
TYPICAL_DEVIATION = 0.065
"""Standard deviation of the logarithm of the window rate between runs, measured with Duroxide's stress test."""
_OUTLYING = 3.5
_FEWEST_VALUES = 8
"""Smallest number of values among which one may be called an outlier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageComparison:
    """The comparison of one stage.

    Parameters
    ----------
    stage
        Its name.
    metric
        The metric that is compared; ``None`` if neither side has a value.
    before, after
        The values of the runs, in the metric's unit; in order of time, or of blocks if paired.
    effect
        The change; ``None`` if it cannot be computed, and ``decision.reason`` says why.
    decision
        The verdict and its p-values.
    exact_p, exact_test
        p-value and name of a test that assumes no distribution: ``signed-rank`` for blocks, ``rank-sum`` for runs;
        ``None`` and empty without such a test, and with so few runs that it could not be significant.
    failures
        Comparison of the failed orchestrations.
    notices
        Sentences about outliers and about tests that disagree.
    confounded
        Whether drift of the machine would look like the effect, because of the times of the runs; see ``in_time``.
    unseen
        If too few runs could be tested, what so few runs cannot show, such as ``One run each shows nothing smaller than
        18 to 74 %``; else empty.
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
    confounded: bool = False
    unseen: str = ""

    @property
    def untested_ratio(self) -> float | None:
        """The change of the geometric mean, as a ratio, if no test was possible; ``None`` for a tested effect."""
        difference = difference_of(self.before, self.after)
        return None if self.effect is not None or difference is None else exp(difference)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The comparison of a stage without its verdict, which depends on the other stages."""

    stage: str
    metric: Metric | None
    before: tuple[float, ...]
    after: tuple[float, ...]
    effect: Effect | str
    exact_p: float | None
    exact_test: str
    failures: Failures | None
    unseen: str = ""


def draft_stage(
    name: str,
    sides: Sequence[Sequence[RunRecord]],
    metric: Metric | None,
    *,
    paired: bool,
    earlier: Callable[[RunRecord], Sequence[RunRecord]],
    tests: int = 1,
) -> Draft:
    """Return the values of a stage and their effect, without a verdict.

    Parameters
    ----------
    name
        Name of the stage.
    sides
        Runs before and after; in the order of their blocks if ``paired``.
    metric
        The metric to compare; ``None`` for the first of ``RATES`` that all runs have.
    paired
        Whether the runs were interleaved in blocks.
    earlier
        Function that returns the newest runs under the conditions of a run, none of which is compared.
    tests
        Number of stages that are tested together.
    """
    found = [[(run, stage) for run in side if (stage := stage_of(run, name)) is not None] for side in sides]
    metric = metric or headline([*found[0], *found[1]]) or METRICS[RATES[0]]
    figures = [[metric.value(run, stage) for run, stage in side] for side in found]
    paired = paired and len(figures[0]) == len(figures[1]) == len(sides[0])
    # If a value is missing, dropping it would pair runs of different blocks: do not pair then.
    before, after = (tuple(value for value in side if value is not None) for side in figures)
    exact_p, exact_test = None, ""
    noise = earlier_noise(earlier(found[1][-1][0]) if found[1] else [], name, metric)
    if not before or not after:
        chosen = Chosen(effect=_missing(found, metric, (before, after)))
    else:
        complete = paired and None not in (*figures[0], *figures[1])
        busy = any(run.environment.busy for side in found for run, _ in side)
        chosen = chosen_effect(before, after, noise, interleaved=complete, busy=busy)
    effect = chosen.effect
    paired = isinstance(effect, Effect) and effect.paired
    small = max(len(before), len(after)) <= LARGEST_SIDE
    if isinstance(effect, Effect) and small and _smallest_p(len(before), len(after), paired=paired) <= LEVEL:
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
        unseen=chosen.unseen,
    )


def _missing(
    found: Sequence[Sequence[tuple[RunRecord, StageResult]]], metric: Metric, values: Sequence[Sequence[float]]
) -> str:
    """Return why a side has no value: no run with the stage, or none with the metric; and which rate all runs have."""
    without = [name for name, side in zip(("before", "after"), found, strict=True) if not side]
    if without:
        return f"No run {' or '.join(without)} has this stage."
    lacking = [name for name, side in zip(("before", "after"), values, strict=True) if not side]
    title = metric.title.split(",")[0]
    text = f"No run {' or '.join(lacking)} has a value of the metric {title}."
    common = headline([*found[0], *found[1]])
    return text if common is None else f"{text} All have {common.name}: compare that, or choose no metric."


def judge(draft: Draft, p: float | None, *, level: float, margin: float) -> StageComparison:
    """Return the comparison with its verdict, from a p-value that is corrected for the other stages."""
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
        failures=None if draft.failures is None else replace(draft.failures, level=level),
        unseen=draft.unseen,
        notices=tuple(_remarks(draft, decision)),
    )


def _remarks(draft: Draft, decision: Decision) -> list[str]:
    remarks = []
    if draft.exact_p is not None and decision.verdict in ("improved", "regressed") and draft.exact_p > LEVEL:
        remarks.append(
            f"The exact {draft.exact_test} test disagrees (p = {draft.exact_p:.2g}), so the verdict is uncertain."
        )
    for side, values in (("before", draft.before), ("after", draft.after)):
        if outlying := outliers(values):
            listed = ", ".join(f"{values[index]:.3g}" for index in outlying[:3])
            remarks.append(
                f"Outliers among the runs {side}, which were kept: {listed} (median {np.median(values):.4g})."
            )
    return remarks


def _smallest_p(before: int, after: int, *, paired: bool) -> float:
    """Return the smallest p-value that an exact test of so many runs can have: 0.0625 for five blocks.

    Where it is above 5 %, the test can show nothing and is left out.
    """
    return 2 / (2**before if paired else comb(before + after, before))


def outliers(values: Sequence[float]) -> list[int]:
    """Return the indices of outliers: modified z-score of the logarithm above 3.5, among at least eight values.

    The median deviation of five normal values is so uncertain that every fifth group of them would have an outlier.
    """
    logs = np.log([value for value in values if value > 0])
    if len(logs) < _FEWEST_VALUES or len(logs) != len(values):
        return []
    away = np.abs(logs - np.median(logs))
    spread = float(np.median(away))
    return np.flatnonzero(0.6745 * away > _OUTLYING * spread).tolist() if spread else []


def is_usable(run: RunRecord) -> bool:
    """Return whether a run may be compared: it is complete and not a warm-up."""
    return run.status == "complete" and not run.series.warm_up


def stage_of(run: RunRecord, name: str) -> StageResult | None:
    """Return the stage of a run with this name; ``None`` if there is none."""
    return next((stage for stage in run.stages if stage.name == name), None)
