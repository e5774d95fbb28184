"""Decision whether a candidate of a bisection has the slow-down between the good and the bad end."""

from __future__ import annotations

from collections.abc import Mapping
from math import log1p

from duronb.analysis.comparison.bisect import Answer
from duronb.analysis.comparison.compare import ComparisonResult
from duronb.analysis.comparison.stage import StageComparison
from duronb.analysis.comparison.student import student_quantile, student_sf

SLOWER_PART = 0.5
"""Share of the slow-down that a candidate must have in order to be slower."""


def slowdowns(comparison: ComparisonResult, margin: float) -> dict[str, float]:
    """Return the stages that regressed significantly and whose estimated loss exceeds the margin.

    Parameters
    ----------
    comparison
        Comparison of the good end with the bad one.
    margin
        Relative change that is too small to matter.

    Returns
    -------
    For each stage the smallest loss within its confidence interval, as a logarithm, at least 0.
    """
    found = {}
    for stage in comparison.stages:
        if stage.effect is not None and _regressed(stage, margin):
            half = student_quantile(1 - comparison.level / 2, stage.effect.df) * stage.effect.standard_error
            found[stage.stage] = max(0.0, _worse(stage) - half)
    return found


def answer(comparison: ComparisonResult, margin: float, sought: Mapping[str, float] | None = None) -> Answer:
    """Return whether a candidate is slower than the good end.

    Parameters
    ----------
    comparison
        Comparison of the good end with the candidate.
    margin
        Relative change that is too small to matter.
    sought
        The result of ``slowdowns`` for the bad end; ``None`` if the candidate is the bad end.

    Returns
    -------
    ``slower`` if a stage regressed significantly and its estimated loss exceeds the margin. ``not slower`` if every
    stage is improved or equivalent, or has significantly less than half of the slow-down that is sought. A loss of 0
    can be distinguished from 40 % with a few blocks, but from 5 % only with hundreds, at the usual noise.
    """
    stages = [stage for stage in comparison.stages if sought is None or stage.stage in sought]
    if any(_regressed(stage, margin) for stage in stages):
        return "slower"
    if stages and all(_free_of(stage, comparison.level, margin, sought or {}) for stage in stages):
        return "not slower"
    return "inconclusive"


def _regressed(stage: StageComparison, margin: float) -> bool:
    return stage.decision.verdict == "regressed" and stage.effect is not None and _worse(stage) > log1p(margin)


def _free_of(stage: StageComparison, level: float, margin: float, sought: Mapping[str, float]) -> bool:
    if stage.decision.verdict in ("improved", "equivalent"):
        return True
    bound = SLOWER_PART * sought.get(stage.stage, 0.0)
    if stage.effect is None or bound < log1p(margin):
        return False
    return student_sf((bound - _worse(stage)) / stage.effect.standard_error, stage.effect.df) <= level


def _worse(stage: StageComparison) -> float:
    assert stage.effect is not None
    assert stage.metric is not None
    return -stage.effect.difference if stage.metric.better == "higher" else stage.effect.difference
