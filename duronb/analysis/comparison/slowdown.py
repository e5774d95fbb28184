"""Whether a slow-down that was seen from the good end to the bad one is there at a candidate between them."""

from __future__ import annotations

from collections.abc import Mapping
from math import log1p

from duronb.analysis.comparison.bisect import Answer
from duronb.analysis.comparison.compare import ComparisonResult
from duronb.analysis.comparison.stage import StageComparison
from duronb.analysis.comparison.student import student_quantile, student_sf

SLOWER_PART = 0.5
"""Part of a slow-down that a candidate has to have, for the slow-down to be there."""


def slowdowns(comparison: ComparisonResult, margin: float) -> dict[str, float]:
    """Return the stages that are surely worse, by more than the margin as far as is known.

    Parameters
    ----------
    comparison
        Of the good end and the bad one.
    margin
        Part within which a change does not matter.

    Returns
    -------
    By how much each is worse at least, as a logarithm: the bound of its confidence interval.
    """
    found = {}
    for stage in comparison.stages:
        if stage.effect is not None and _regressed(stage, margin):
            half = student_quantile(1 - comparison.level / 2, stage.effect.df) * stage.effect.standard_error
            found[stage.stage] = max(0.0, _worse(stage) - half)
    return found


def answer(comparison: ComparisonResult, margin: float, sought: Mapping[str, float] | None = None) -> Answer:
    """Tell whether a candidate is slower.

    Parameters
    ----------
    comparison
        Of the good end and the candidate.
    margin
        Part within which a change does not matter.
    sought
        What ``slowdowns`` gave for the bad end; ``None`` when it is the bad end that is asked about.

    Returns
    -------
    ``slower`` where a stage is surely worse, by more than the margin as far as is known. ``not slower`` where every
    stage is improved or equivalent, or surely has less than half of the slow-down that is sought: to tell 0 from 40 %
    takes a few blocks, to tell it from 5 % takes hundreds under the usual noise.
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
