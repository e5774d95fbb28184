"""Noise that a store knows from earlier runs under the same conditions: between runs, and within blocks."""

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
USUAL_CORRELATION = 0.1
"""Correlation of the logarithms of both runs of a block, as measured with the recorded runs: 0.07 and 0.15."""
MOST_RUNS = 100
"""Number of the newest runs that are used: those of long ago had other noise, and every run takes time to read."""
_FEWEST_DF = 4
"""With fewer degrees of freedom, the noise of earlier runs is less certain than the documented range."""
_WEIGHT = 8
"""Weight of the usual correlation against the one that earlier A/Bs show, in degrees of freedom."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierNoise:
    """What earlier runs of one stage say about its noise.

    Parameters
    ----------
    prior
        Prior for the variance of runs; ``None`` if there are too few groups.
    within_blocks
        Prior for the variance of the differences within blocks; ``None`` if there are too few earlier A/Bs.
    correlation
        Correlation of both runs of a block in earlier A/Bs, shrunk to the usual one.
    deviation, df
        Pooled standard deviation of logarithms within groups of equal runs, and its degrees of freedom; NaN and 0
        without such groups.
    """

    prior: NoisePrior | None = None
    within_blocks: NoisePrior | None = None
    correlation: float = USUAL_CORRELATION
    deviation: float = nan
    df: int = 0


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
    return known_noise(list(groups.values()), [pairs for values in series.values() if (pairs := _pairs(values))])


def known_noise(groups: Sequence[Sequence[float]], series: Sequence[Sequence[tuple[float, float]]]) -> EarlierNoise:
    """Return what values say about the noise.

    Parameters
    ----------
    groups
        Positive values of equal runs; the sides of an A/B are two groups.
    series
        The values before and after of each complete block of the A/Bs.
    """
    deviation, df = pooled_deviation(groups)
    return EarlierNoise(
        prior=noise_prior(groups),
        within_blocks=noise_prior([[after / before for before, after in pairs] for pairs in series]),
        correlation=_correlation(series),
        deviation=deviation,
        df=df,
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
        Noise of earlier runs, see ``EarlierNoise``. With few degrees of freedom the documented range is used.
    """
    scale = sqrt(1 / runs[0] + 1 / runs[1])
    known = df >= _FEWEST_DF
    if known:
        ends = [student_quantile(0.975, df) * deviation * scale] * 2
    else:
        ends = [student_quantile(0.975, float("inf")) * each * scale for each in DOCUMENTED_DEVIATIONS]
    low, high = (100 * expm1(end) for end in ends)
    shown = f"{low:.0f} %" if known else f"{low:.0f} to {high:.0f} %"
    who = "One run each shows" if runs == (1, 1) else f"{runs[0]} and {runs[1]} runs show"
    source = f" (noise of earlier runs {100 * deviation:.1f} %, {df:.0f} df)" if known else ""
    size = abs(difference)
    position = "within that" if size <= ends[0] else "outside that" if size > ends[1] else "inside that range"
    return f"{who} nothing smaller than {shown}{source}", position


def _pairs(values: dict[tuple[str | None, int], float]) -> list[tuple[float, float]]:
    """Return the values before and after of the complete blocks of one A/B."""
    blocks = [block for side, block in values if side == "before" and ("after", block) in values]
    return [(values["before", block], values["after", block]) for block in blocks]


def _correlation(series: Sequence[Sequence[tuple[float, float]]]) -> float:
    """Return the correlation of the logarithms of a block around the means of their sides, shrunk to the usual one."""
    both, before, after, df = 0.0, 0.0, 0.0, 0
    for pairs in series:
        logs = np.log(pairs)
        away = logs - logs.mean(axis=0)
        both += float((away[:, 0] * away[:, 1]).sum())
        before, after = before + float((away[:, 0] ** 2).sum()), after + float((away[:, 1] ** 2).sum())
        df += len(pairs) - 1
    seen = both / sqrt(before * after) if before and after else 0.0
    return (_WEIGHT * USUAL_CORRELATION + df * seen) / (_WEIGHT + df)
