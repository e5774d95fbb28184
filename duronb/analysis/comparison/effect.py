"""How large a change is, with its confidence interval: paired t, Welch, and a pooled deviation for single runs.

Rates are compared as logarithms: noise is proportional, and the effect is a ratio.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, isfinite, log, nan, sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from duronb.analysis.comparison.student import student_quantile, student_sf

Method = Literal["paired", "welch", "pooled"]
_LARGEST = 700.0
_ROUNDING = 1e-12
"""A standard error below this part of a logarithm is rounding, not noise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A change of a positive figure.

    Parameters
    ----------
    difference
        Mean logarithm after less before; ``exp`` of it is ``ratio``.
    standard_error, df
        Of the difference, and its degrees of freedom.
    method
        ``paired`` on blocks, ``welch`` for independent runs, ``pooled`` with a deviation known from other runs.
    before, after
        Runs on each side.
    """

    difference: float
    standard_error: float
    df: float
    method: Method
    before: int
    after: int

    @property
    def ratio(self) -> float:
        """After divided by before."""
        return ratio_of(self.difference)

    @property
    def p(self) -> float:
        """Two-sided p-value of no change."""
        return 2 * student_sf(abs(self.difference) / self.standard_error, self.df)

    def interval(self, confidence: float = 0.95) -> tuple[float, float]:
        """Return the confidence interval of the ratio."""
        half = student_quantile(0.5 + confidence / 2, self.df) * self.standard_error
        return ratio_of(self.difference - half), ratio_of(self.difference + half)

    def equivalence_p(self, margin: float) -> float:
        """Return the p-value of two one-sided tests (TOST): the ratio lies beyond ``1 + margin`` or its inverse."""
        bound = log(1 + margin)
        above = student_sf((self.difference + bound) / self.standard_error, self.df)
        below = student_sf((bound - self.difference) / self.standard_error, self.df)
        return max(above, below)


def paired_effect(before: Sequence[float], after: Sequence[float]) -> Effect | str:
    """Compare runs of equal blocks by a paired t-test on their logarithms.

    Returns
    -------
    The effect, or a sentence that says why there is none.
    """
    if len(before) != len(after):
        raise ValueError("a pair lacks a side")
    if reason := _unusable(before, after):
        return reason
    if len(before) < 2:
        return "One block has no spread to tell a change from noise."
    differences = np.log(after) - np.log(before)
    return _effect(
        float(differences.mean()),
        float(differences.std(ddof=1)) / sqrt(len(differences)),
        len(differences) - 1,
        "paired",
        (len(before), len(after)),
    )


def welch_effect(before: Sequence[float], after: Sequence[float]) -> Effect | str:
    """Compare independent runs by Welch's t-test on their logarithms.

    Returns
    -------
    The effect, or a sentence that says why there is none.
    """
    if reason := _unusable(before, after):
        return reason
    if min(len(before), len(after)) < 2:
        return "A single run on a side has no spread to tell a change from noise."
    logs = np.log(before), np.log(after)
    parts = [float(side.var(ddof=1)) / len(side) for side in logs]
    total = sum(parts)
    bottom = sum(part**2 / (len(side) - 1) for part, side in zip(parts, logs, strict=True))
    return _effect(
        float(logs[1].mean() - logs[0].mean()),
        sqrt(total),
        total**2 / bottom if bottom else nan,
        "welch",
        (len(before), len(after)),
    )


def pooled_effect(before: Sequence[float], after: Sequence[float], deviation: float, df: float) -> Effect | str:
    """Compare few runs with a standard deviation of logarithms that other, comparable runs gave.

    Returns
    -------
    The effect, or a sentence that says why there is none.
    """
    if reason := _unusable(before, after):
        return reason
    difference = float(np.log(after).mean() - np.log(before).mean())
    error = deviation * sqrt(1 / len(before) + 1 / len(after))
    return _effect(difference, error, df, "pooled", (len(before), len(after)))


def pooled_deviation(groups: Sequence[Sequence[float]]) -> tuple[float, int]:
    """Return the standard deviation of logarithms within groups of like runs, and its degrees of freedom.

    Groups of one run and figures that are not positive add nothing; without any, NaN and 0.
    """
    squares, df = 0.0, 0
    for group in groups:
        logs = np.log([value for value in group if isfinite(value) and value > 0])
        if len(logs) > 1:
            squares += float(((logs - logs.mean()) ** 2).sum())
            df += len(logs) - 1
    return (sqrt(squares / df), df) if df else (nan, 0)


def ratio_of(logarithm: float) -> float:
    """Return the ratio with this logarithm; ``inf`` for one that no float holds."""
    return exp(logarithm) if logarithm < _LARGEST else inf


def _effect(difference: float, error: float, df: float, method: Method, counts: tuple[int, int]) -> Effect | str:
    if not error > _ROUNDING:
        return "Every run gave the same figure, so there is no spread to tell a change from noise."
    return Effect(difference=difference, standard_error=error, df=df, method=method, before=counts[0], after=counts[1])


def _unusable(*sides: Sequence[float]) -> str | None:
    values: NDArray[np.float64] = np.concatenate([np.asarray(side, dtype=np.float64) for side in sides])
    if not all(len(side) for side in sides):
        return "One side has no run with this figure."
    if not np.isfinite(values).all():
        return "A figure is missing or no number."
    if (values <= 0).any():
        return "A run completed nothing, and no ratio can be taken of zero."
    return None
