"""Noise that a store knows from earlier runs under the same conditions, and whether pairing by blocks pays there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import expm1, nan, sqrt

import numpy as np

from duronb.analysis.comparison.effect import pooled_deviation
from duronb.analysis.distributions.prior import NoisePrior, noise_prior
from duronb.analysis.distributions.student import student_quantile
from duronb.analysis.metrics import Metric
from duronb.model.run import RunRecord

DOCUMENTED_DEVIATIONS = (0.06, 0.20)
"""Range of the standard deviation of logarithms between equal runs of the stress test, as measured on several hosts."""
PAIRING_PAYS = 0.3
"""Correlation within blocks from which a paired test at five blocks finds more than a test of independent runs."""
MOST_RUNS = 100
"""Number of the newest runs that are used: those of long ago had other noise, and every run takes time to read."""
_FEWEST_PAIRS = 8
"""Smallest number of degrees of freedom of an estimated correlation within blocks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierNoise:
    """What earlier runs of one stage say about its noise.

    Parameters
    ----------
    prior
        Prior for the variance; ``None`` if there are too few groups.
    deviation, df
        Pooled standard deviation of logarithms within groups of equal runs, and its degrees of freedom; NaN and 0
        without such groups.
    pairing_pays
        Whether earlier A/Bs show that the runs of a block are so alike that a paired test finds more.
    """

    prior: NoisePrior | None = None
    deviation: float = nan
    df: int = 0
    pairing_pays: bool = False


def earlier_noise(pool: Sequence[RunRecord], stage: str, metric: Metric) -> EarlierNoise:
    """Return what runs under the same conditions say about the noise of a metric.

    Parameters
    ----------
    pool
        The newest usable runs under the conditions of the comparison. None of them is compared.
    stage, metric
        Name of the stage, and the metric.
    """
    groups: dict[object, list[float]] = {}
    series: dict[str, dict[tuple[str | None, int], float]] = {}
    for run in pool:
        found = next((each for each in run.stages if each.name == stage), None)
        value = None if found is None else metric.value(run, found)
        if value is None or value <= 0:
            continue
        about = run.series
        source = (run.subject.source_hash, run.subject.git_sha, run.subject.name)
        # One series is one session: runs of one source in different sessions may differ by more than their noise.
        groups.setdefault((source, about.id), []).append(value)
        if about.id is not None and about.block is not None:
            series.setdefault(about.id, {})[about.side, about.block] = value
    if not groups:
        return EarlierNoise()
    deviation, df = pooled_deviation(list(groups.values()))
    correlation, pairs = _block_correlation(list(series.values()))
    return EarlierNoise(
        prior=noise_prior(list(groups.values())),
        deviation=deviation,
        df=df,
        pairing_pays=pairs >= _FEWEST_PAIRS and correlation > PAIRING_PAYS,
    )


def unseen_text(difference: float, runs: tuple[int, int], deviation: float, df: float) -> tuple[str, str]:
    """Return what so few runs cannot show, and where a difference of mean logarithms lies, such as ``within that``.

    Parameters
    ----------
    difference
        Difference of the mean logarithms.
    runs
        Number of runs before and after.
    deviation, df
        Noise of earlier runs, see ``EarlierNoise``. Without degrees of freedom the documented range is used.
    """
    scale = sqrt(1 / runs[0] + 1 / runs[1])
    if df:
        ends = [student_quantile(0.975, df) * deviation * scale] * 2
    else:
        ends = [student_quantile(0.975, float("inf")) * each * scale for each in DOCUMENTED_DEVIATIONS]
    low, high = (100 * expm1(end) for end in ends)
    shown = f"{low:.0f} %" if df else f"{low:.0f} to {high:.0f} %"
    who = "One run each shows" if runs == (1, 1) else f"{runs[0]} and {runs[1]} runs show"
    known = f" (noise of earlier runs {100 * deviation:.1f} %, {df:.0f} df)" if df else ""
    size = abs(difference)
    position = "within that" if size <= ends[0] else "outside that" if size > ends[1] else "inside that range"
    return f"{who} nothing smaller than {shown}{known}", position


def _block_correlation(series: Sequence[dict[tuple[str | None, int], float]]) -> tuple[float, int]:
    """Return the correlation of both runs of a block around the means of their sides, and its degrees of freedom."""
    both, before, after, df = 0.0, 0.0, 0.0, 0
    for values in series:
        blocks = [block for side, block in values if side == "before" and ("after", block) in values]
        if len(blocks) < 2:
            continue
        logs = np.log([[values[side, block] for block in blocks] for side in ("before", "after")])
        away = logs - logs.mean(axis=1, keepdims=True)
        both += float((away[0] * away[1]).sum())
        before, after = before + float((away[0] ** 2).sum()), after + float((away[1] ** 2).sum())
        df += len(blocks) - 1
    return (both / sqrt(before * after) if before and after else 0.0), df
