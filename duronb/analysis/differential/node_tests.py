"""Vectorised tests of proportions before and after, across runs.

The proportion is the samples of a node divided by a denominator from the same run. Noise that affects all nodes of a
run alike, such as a busy machine, is by far the largest. It is in both numerator and denominator, so it cancels.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from duronb.analysis.distributions.prior import trigamma_inverse

Values = NDArray[np.float64]
_FEWEST = 20
"""Smallest number of dispersions from which a prior is estimated."""
_MOST_DF = 100.0
ASSUMED_DISPERSION = 5.0
ASSUMED_DF = 20.0
"""Dispersion of a node where no run tells the noise, and the degrees of freedom that this assumption is given."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Tested:
    """Results of tests, one per row.

    Parameters
    ----------
    p
        Two-sided p-value for no difference; NaN if it cannot be tested, shape ``(rows,)``.
    t
        Absolute value of the test statistic, shape ``(rows,)``.
    df
        Its degrees of freedom, shape ``(rows,)``.
    parts
        Proportions before and after, shape ``(rows, 2)``.
    variances
        Variances of ``parts``, shape ``(rows, 2)``.
    dispersion
        Variance divided by the binomial variance, at least 1, shape ``(rows,)``.
    """

    p: Values
    t: Values
    df: Values
    parts: Values
    variances: Values
    dispersion: Values


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """The expected dispersion of a node, estimated from the dispersions of all nodes.

    Parameters
    ----------
    level, slope
        The expected dispersion is ``exp(level) * count ** slope`` for a mean count per run, because noise that is
        proportional to the count increases the dispersion of large counts.
    df
        Weight of the prior, in degrees of freedom.

    All three are numbers, or of shape ``(columns,)`` for tests in several columns.
    """

    level: Values | float
    slope: Values | float
    df: Values | float

    def expected(self, count: Values) -> Values:
        """Return the expected dispersion for mean counts per run, shape ``(rows,)``."""
        with np.errstate(divide="ignore"):
            found: Values = np.exp(self.level) * np.maximum(count, 1) ** self.slope
        return found


def quasi_binomial(
    count: Values, whole: Values, side: NDArray[np.int64], prior: Prior | None = None, *, moderated: bool = False
) -> Tested:
    """Test proportions across runs by a binomial model with an estimated dispersion of at least 1.

    The statistic is the square root of the analysis of deviance, ``F = (D0 - D1) / dispersion``, with Pearson's
    dispersion, as in R's ``glm(cbind(count, whole - count) ~ side, quasibinomial)``. A side without any count does not
    contribute to the dispersion or to the degrees of freedom.

    Parameters
    ----------
    count
        Numerators, shape ``(rows, runs)``.
    whole
        Denominators, not less than ``count``, shape ``(rows, runs)`` or ``(1, runs)``.
    side
        0 before, 1 after, shape ``(runs,)``. Further numbers are groups of other runs of equal code: they contribute
        only to the dispersion.
    prior
        If a group has no count, the dispersion is estimated from the others alone. It is then shrunk towards this
        prior, and the degrees of freedom are added. ``None`` for no shrinkage.
    moderated
        Whether all dispersions are shrunk. The p-values are then only a statistic, which is more powerful, since nodes
        of one run share noise: its limit has to come from ``chance``.
    """
    whole = np.broadcast_to(whole, count.shape)
    single, df, mean = dispersions(count, whole, side)
    dispersion, df = with_prior(single, df, mean, len(side) - len(np.unique(side)), prior, moderated=moderated)
    return _binomial(count, whole, side, dispersion, df)


def presence(count: Values, whole: Values, side: NDArray[np.int64]) -> Tested:
    """Test only proportions that are zero on one side, with a dispersion that is assumed. All other p-values are 1.

    For a run on each side nothing is known about the noise between runs. ``ASSUMED_DISPERSION`` is above that of
    nearly all nodes in recorded runs of equal code.

    Parameters
    ----------
    count, whole, side
        As for ``quasi_binomial``.
    """
    whole = np.broadcast_to(whole, count.shape)
    fixed = np.full(len(count), ASSUMED_DISPERSION), np.full(len(count), ASSUMED_DF)
    tested = _binomial(count, whole, side, *fixed)
    return replace(tested, p=np.where((tested.parts == 0).any(axis=1), tested.p, 1.0))


def _binomial(count: Values, whole: Values, side: NDArray[np.int64], dispersion: Values, df: Values) -> Tested:
    from scipy.special import xlogy

    sums = [(count[:, side == number].sum(axis=1), whole[:, side == number].sum(axis=1)) for number in (0, 1)]
    parts = np.stack([ratio(hits, of) for hits, of in sums], axis=1)
    pooled = ratio(sums[0][0] + sums[1][0], sums[0][1] + sums[1][1])
    deviance = np.zeros(len(count))
    with np.errstate(divide="ignore", invalid="ignore"):
        for number, (hits, of) in enumerate(sums):
            part, misses = parts[:, number], of - hits
            deviance += 2 * xlogy(hits, np.where(hits > 0, part / pooled, 1))
            deviance += 2 * xlogy(misses, np.where(misses > 0, (1 - part) / (1 - pooled), 1))
    t = np.sqrt(np.maximum(deviance, 0) / dispersion)
    variances = np.stack(
        [dispersion * ratio(parts[:, i] * (1 - parts[:, i]), of) for i, (_hits, of) in enumerate(sums)], axis=1
    )
    return Tested(p=two_sided(t, df), t=t, df=df, parts=parts, variances=variances, dispersion=dispersion)


def dispersions(count: Values, whole: Values, side: NDArray[np.int64]) -> tuple[Values, Values, Values]:
    """Return Pearson's dispersions, their degrees of freedom, and the mean count per run, shape ``(rows,)`` each."""
    whole = np.broadcast_to(whole, count.shape)
    squares, df, total, runs = (np.zeros(len(count)) for _ in range(4))
    for number in np.unique(side).tolist():
        at = side == number
        hits, of = count[:, at].sum(axis=1), whole[:, at].sum(axis=1)
        part = ratio(hits, of)[:, None]
        expected = part * whole[:, at]
        with np.errstate(divide="ignore", invalid="ignore"):
            pearson = (count[:, at] - expected) ** 2 / (expected * (1 - part))
        present = whole[:, at] > 0
        informative = (hits > 0) & (hits < of)
        squares += np.where(informative, np.where(present & informative[:, None], pearson, 0).sum(axis=1), 0)
        df += np.where(informative, present.sum(axis=1) - 1, 0)
        total += np.where(informative, hits, 0)
        runs += np.where(informative, present.sum(axis=1), 0)
    return ratio(squares, df), df, ratio(total, runs)


def prior_of(dispersion: Values, df: Values, mean: Values) -> Prior | None:
    """Estimate a prior from many dispersions, each with its degrees of freedom; ``None`` for too few.

    The method is that of limma (Smyth 2004): the moments of the logarithms, around a linear trend in the logarithm of
    the mean count.

    Parameters
    ----------
    dispersion, df, mean
        As from ``dispersions``: shape ``(rows,)``, or ``(rows, columns)`` for a prior of each column.
    """
    from scipy.special import digamma, polygamma

    known = (df > 0) & np.isfinite(dispersion)
    number = known.sum(axis=0)
    if number.min() < _FEWEST:
        return None
    halves, at = np.unique(np.where(known, df, 2.0) / 2, return_inverse=True)
    at = at.reshape(known.shape)
    # A dispersion may be zero because of rounding, which only means that it is small.
    logs = np.log(np.maximum(np.where(known, dispersion, 1), 1e-3)) + (np.log(halves) - digamma(halves))[at]
    level, slope, squares = _line(np.log(np.maximum(np.where(known, mean, 1), 1)), logs, known)
    spread = squares / (number - 2) - np.where(known, polygamma(1, halves)[at], 0).sum(axis=0) / number
    weight = np.where(spread > 0, 2 * trigamma_inverse(np.where(spread > 0, spread, 1.0)), _MOST_DF)
    weight = np.minimum(weight, _MOST_DF)
    return Prior(level=level + digamma(weight / 2) - np.log(weight / 2), slope=slope, df=weight)


def _line(x: Values, y: Values, known: NDArray[np.bool_]) -> tuple[Values, Values, Values]:
    """Fit a line to the known points of each column; return intercepts, slopes and sums of squared residuals."""
    number = known.sum(axis=0)
    mean_x, mean_y = (np.where(known, values, 0).sum(axis=0) / number for values in (x, y))
    away_x, away_y = np.where(known, x - mean_x, 0), np.where(known, y - mean_y, 0)
    squares = (away_x**2).sum(axis=0)
    slope = np.where(squares > 0, (away_x * away_y).sum(axis=0) / np.where(squares > 0, squares, 1), 0)
    return mean_y - slope * mean_x, slope, ((away_y - slope * away_x) ** 2).sum(axis=0)


def with_prior(
    single: Values, df: Values, mean: Values, whole: float, prior: Prior | None, *, moderated: bool
) -> tuple[Values, Values]:
    """Return dispersions and degrees of freedom; all, or those with fewer than ``whole``, are shrunk to the prior."""
    dispersion = np.maximum(1, single)
    if prior is None:
        return dispersion, df
    # The mean is unknown where no group has both samples of the node and samples of other nodes.
    few = (df < whole) & np.isfinite(mean)
    shrunk = np.isfinite(mean) if moderated else few
    drawn = (df * np.nan_to_num(single) + prior.df * prior.expected(np.nan_to_num(mean))) / (df + prior.df)
    # With few degrees never below the dispersion between the runs, since some nodes vary far more than others.
    least = np.where(few, dispersion, 1.0)
    return np.where(shrunk, np.fmax(least, drawn), dispersion), np.where(shrunk, df + prior.df, df)


def quasi_poisson(count: Values, exposure: Values, side: NDArray[np.int64]) -> Tested:
    """Test rates across runs by a Poisson model with an estimated dispersion of at least 1.

    Noise that is common to all nodes of a run does not cancel here. It increases the dispersion.

    Parameters
    ----------
    count
        Counts, shape ``(rows, runs)``.
    exposure
        Denominators of the rates, shape ``(runs,)``.
    side
        As for ``quasi_binomial``.

    Returns
    -------
    The tests; ``parts`` contains the rates.
    """
    from scipy.special import xlogy

    of = np.asarray([exposure[side == number].sum() for number in (0, 1)])
    hits = np.stack([count[:, side == number].sum(axis=1) for number in (0, 1)], axis=1)
    rates = hits / of
    pooled = hits.sum(axis=1) / of.sum()
    squares, df = np.zeros(len(count)), np.zeros(len(count))
    with np.errstate(divide="ignore", invalid="ignore"):
        deviance = 2 * xlogy(hits, rates / pooled[:, None]).sum(axis=1)
        for number in np.unique(side).tolist():
            at = side == number
            some = count[:, at].sum(axis=1)
            expected = (some / exposure[at].sum())[:, None] * exposure[at]
            squares += np.where(some > 0, ((count[:, at] - expected) ** 2 / expected).sum(axis=1), 0)
            df += np.where(some > 0, at.sum() - 1, 0)
        dispersion = np.maximum(1, np.where(df > 0, squares / df, np.nan))
    t = np.sqrt(np.maximum(deviance, 0) / dispersion)
    variances = dispersion[:, None] * rates / of
    return Tested(p=two_sided(t, df), t=t, df=df, parts=rates, variances=variances, dispersion=dispersion)


def benjamini_hochberg(p: Values) -> Values:
    """Return q-values of p-values by the method of Benjamini and Hochberg; NaN stays NaN and is not counted."""
    q = np.full(p.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    if len(tested):
        order = tested[np.argsort(p[tested], kind="stable")[::-1]]
        ranks = np.arange(len(order), 0, -1)
        q[order] = np.minimum(1, np.minimum.accumulate(p[order] * len(order) / ranks))
    return q


def quantile(probability: float, df: Values | float) -> Values:
    """Return quantiles of Student's t-distribution, shape of ``df``."""
    from scipy.special import stdtrit

    return np.asarray(stdtrit(df, probability), dtype=np.float64)


def two_sided(t: Values, df: Values) -> Values:
    """Return two-sided p-values of Student's t; NaN without degrees of freedom."""
    from scipy.special import stdtr

    with np.errstate(invalid="ignore"):
        p = 2 * stdtr(df, -t)
    return np.where((df > 0) & np.isfinite(t), p, np.nan)


def ratio(part: Values, whole: Values) -> Values:
    """Return the ratios; NaN where ``whole`` is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole > 0, part / whole, np.nan)
