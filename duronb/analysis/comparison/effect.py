"""Effects: relative changes with confidence intervals, by paired, Welch's or moderated t-test or a pooled deviation.

Values are compared as logarithms, because their noise is proportional. The effect is a ratio.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, isfinite, log, nan, sqrt
from typing import Literal

import numpy as np

from duronb.analysis.distributions.prior import NoisePrior
from duronb.analysis.distributions.student import student_quantile, student_sf

Method = Literal["paired", "welch", "pooled", "moderated", "paired moderated"]
_LARGEST = 700.0
FEW_UNEQUAL = 4
"""With fewer runs on a side, and more than twice as many on the other, Welch's degrees of freedom are limited."""
FEW_OWN = 3
"""With fewer runs on a side, their own deviation alone is no estimate of the noise."""
_ROUNDING = 1e-12
"""A standard error of logarithms up to this size is rounding, not noise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A relative change of a positive metric.

    Parameters
    ----------
    difference
        Mean logarithm after minus mean logarithm before; ``ratio`` is its exponential.
    standard_error, df
        Standard error of the difference, and its degrees of freedom.
    method
        ``paired`` on blocks, ``welch`` for independent runs, ``pooled`` with a deviation estimated from other runs,
        ``moderated`` with a deviation that is shrunk to that of earlier groups of runs, ``paired moderated`` on blocks
        with a deviation that is shrunk to that within earlier blocks.
    before, after
        Number of runs on each side.
    prior
        The noise of earlier runs, or within earlier blocks, that a moderated effect uses.
    """

    difference: float
    standard_error: float
    df: float
    method: Method
    before: int
    after: int
    prior: NoisePrior | None = None

    @property
    def paired(self) -> bool:
        """Whether the runs of each block are compared with each other."""
        return self.method in ("paired", "paired moderated")

    @property
    def ratio(self) -> float:
        """The geometric mean after divided by the geometric mean before."""
        return ratio_of(self.difference)

    @property
    def p(self) -> float:
        """Two-sided p-value for the hypothesis of no change."""
        return 2 * student_sf(abs(self.difference) / self.standard_error, self.df)

    def interval(self, confidence: float = 0.95) -> tuple[float, float]:
        """Return the confidence interval of the ratio."""
        half = student_quantile(0.5 + confidence / 2, self.df) * self.standard_error
        return ratio_of(self.difference - half), ratio_of(self.difference + half)

    def equivalence_p(self, margin: float) -> float:
        """Return the p-value of two one-sided tests (TOST) for a change beyond the margin."""
        bound = log(1 + margin)
        above = student_sf((self.difference + bound) / self.standard_error, self.df)
        below = student_sf((bound - self.difference) / self.standard_error, self.df)
        return max(above, below)


def paired_effect(before: Sequence[float], after: Sequence[float], prior: NoisePrior | None = None) -> Effect | str:
    """Compare the runs of each block by a paired t-test on their logarithms.

    Parameters
    ----------
    before, after
        Values of the runs, in the order of their blocks.
    prior
        The noise of the differences within earlier blocks, to which their variance is shrunk; ``None`` for no prior.

    Returns
    -------
    The effect, or a sentence that says why it cannot be computed.
    """
    if len(before) != len(after):
        raise ValueError("a block lacks a run")
    if reason := _unusable(before, after):
        return reason
    blocks, counts = len(before), (len(before), len(after))
    mean, squares = _moments(_differences(before, after))
    if prior is None:
        if blocks < 2:
            return "One block is not enough to distinguish a change from noise."
        return _effect(mean, sqrt(squares / (blocks - 1) / blocks), blocks - 1, "paired", counts)
    variance, total = prior.moderated(squares / (blocks - 1) if blocks > 1 else 0.0, blocks - 1)
    if blocks < FEW_OWN:
        variance = max(variance, prior.deviation**2)
    return _effect(mean, sqrt(variance / blocks), total, "paired moderated", counts, prior=prior)


def welch_effect(before: Sequence[float], after: Sequence[float]) -> Effect | str:
    """Compare independent runs by Welch's t-test on their logarithms.

    With fewer than ``FEW_UNEQUAL`` runs on a side and more than twice as many on the other, Welch's approximation of
    the degrees of freedom is too high: at 3 against 20 runs, 7.5 % of equal sides would differ. There the degrees of
    freedom are those of the smaller side alone, which is never too many.

    Returns
    -------
    The effect, or a sentence that says why it cannot be computed.
    """
    if reason := _unusable(before, after):
        return reason
    if min(len(before), len(after)) < 2:
        return "A single run on a side is not enough to distinguish a change from noise."
    means, squares = zip(*(_moments(_logs(side)) for side in (before, after)), strict=True)
    sizes = len(before), len(after)
    parts = [of / (n - 1) / n for of, n in zip(squares, sizes, strict=True)]
    total = sum(parts)
    bottom = sum(part**2 / (n - 1) for part, n in zip(parts, sizes, strict=True))
    df = total**2 / bottom if bottom else nan
    if is_lopsided(*sizes):
        df = min(df, min(sizes) - 1)
    return _effect(means[1] - means[0], sqrt(total), df, "welch", sizes)


def moderated_effect(before: Sequence[float], after: Sequence[float], prior: NoisePrior) -> Effect | str:
    """Compare independent runs by a moderated t-test: their common variance of logarithms is shrunk to a prior.

    Returns
    -------
    The effect, or a sentence that says why it cannot be computed.
    """
    if reason := _unusable(before, after):
        return reason
    means, squares = zip(*(_moments(_logs(side)) for side in (before, after)), strict=True)
    sizes = len(before), len(after)
    if is_lopsided(*sizes):
        error, total = _apart(squares, sizes, prior)
    else:
        df = sum(sizes) - 2
        variance, total = prior.moderated(sum(squares) / df if df else 0.0, df)
        if min(sizes) < FEW_OWN:
            # Two values that are close by chance do not make the noise smaller than it is known to be.
            variance = max(variance, prior.deviation**2)
        error = sqrt(variance * (1 / sizes[0] + 1 / sizes[1]))
    return _effect(means[1] - means[0], error, total, "moderated", sizes, prior=prior)


def is_lopsided(before: int, after: int) -> bool:
    """Return whether a side has fewer than ``FEW_UNEQUAL`` runs, and the other more than twice as many."""
    few, many = sorted((before, after))
    return few < FEW_UNEQUAL and many > 2 * few


def _apart(squares: Sequence[float], sizes: Sequence[int], prior: NoisePrior) -> tuple[float, float]:
    """Return the standard error and its degrees of freedom, if the many runs of a side hide the noise of the few.

    The variance of each side is moderated by itself. That of the few is never below what they show, nor with more
    certainty than they have: one outlier among them would look like a change.
    """
    few = min(sizes)
    total, df = 0.0, prior.df + few - 1
    for of, n in zip(squares, sizes, strict=True):
        own = of / (n - 1) if n > 1 else 0.0
        variance = max(prior.moderated(own, n - 1)[0], prior.deviation**2 if n < FEW_OWN else 0.0)
        if n == few and own > variance:
            variance, df = own, few - 1
        total += variance / n
    return sqrt(total), df


def pooled_effect(before: Sequence[float], after: Sequence[float], deviation: float, df: float) -> Effect | str:
    """Compare few runs, with the standard deviation of logarithms estimated from other, comparable runs.

    Returns
    -------
    The effect, or a sentence that says why it cannot be computed.
    """
    if reason := _unusable(before, after):
        return reason
    difference = _moments(_logs(after))[0] - _moments(_logs(before))[0]
    own, own_df = pooled_deviation([before, after])
    if own_df and own > deviation:
        # Never below the noise of the runs themselves, nor with more certainty than these have.
        deviation, df = own, min(df, own_df)
    error = deviation * sqrt(1 / len(before) + 1 / len(after))
    return _effect(difference, error, df, "pooled", (len(before), len(after)))


def pooled_deviation(groups: Sequence[Sequence[float]]) -> tuple[float, int]:
    """Return the standard deviation of logarithms within groups of equivalent runs, and its degrees of freedom.

    Values that are not positive and groups with a single value are ignored. Without further groups, NaN and 0.
    """
    squares, df = 0.0, 0
    for group in groups:
        logs = np.log([value for value in group if isfinite(value) and value > 0])
        if len(logs) > 1:
            squares += float(((logs - logs.mean()) ** 2).sum())
            df += len(logs) - 1
    return (sqrt(squares / df), df) if df else (nan, 0)


def ratio_of(logarithm: float) -> float:
    """Return the ratio with this logarithm; ``inf`` if it is too large for a float."""
    return exp(logarithm) if logarithm < _LARGEST else inf


def _logs(values: Sequence[float]) -> list[float]:
    return [log(value) for value in values]


def _differences(before: Sequence[float], after: Sequence[float]) -> list[float]:
    return [new - old for old, new in zip(_logs(before), _logs(after), strict=True)]


def _moments(values: Sequence[float]) -> tuple[float, float]:
    """Return the mean and the sum of the squares around it. A comparison has few values: NumPy would be slower."""
    mean = sum(values) / len(values)
    return mean, sum((value - mean) ** 2 for value in values)


def _effect(
    difference: float,
    error: float,
    df: float,
    method: Method,
    counts: tuple[int, int],
    *,
    prior: NoisePrior | None = None,
) -> Effect | str:
    if not error > _ROUNDING:
        return "The values do not vary, so a change cannot be distinguished from noise."
    return Effect(
        difference=difference,
        standard_error=error,
        df=df,
        method=method,
        before=counts[0],
        after=counts[1],
        prior=prior,
    )


def _unusable(*sides: Sequence[float]) -> str | None:
    if not all(len(side) for side in sides):
        return "One side has no run with this metric."
    if not all(isfinite(value) for side in sides for value in side):
        return "A value is missing or not finite."
    if any(value <= 0 for side in sides for value in side):
        return "A run completed nothing, so no ratio can be computed."
    return None
