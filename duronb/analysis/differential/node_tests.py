"""Tests of many counts at once: what part of a whole each is before and after, across runs or across slices of time.

The samples of a node in a run are counted out of a whole in the same run. A run on a busy machine costs more CPU in
every node alike, and such noise, which is the largest by far, is in count and whole and cancels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
_FEWEST = 20
"""Dispersions that a prior is estimated from."""
_MOST_DF = 100.0


@dataclass(frozen=True, eq=False, kw_only=True)
class Tested:
    """One test per row.

    Parameters
    ----------
    p
        Two-sided, of no difference; NaN where nothing can be tested, shape ``(rows,)``.
    t
        The statistic, without a sign.
    df
        Its degrees of freedom.
    parts
        Part of the whole before and after, shape ``(rows, 2)``.
    variances
        Of ``parts``, shape ``(rows, 2)``.
    dispersion
        Variance in units of the binomial one, at least 1.
    """

    p: Values
    t: Values
    df: Values
    parts: Values
    variances: Values
    dispersion: Values


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """What the dispersion of a node may be expected to be, from that of all others.

    Parameters
    ----------
    level, slope
        ``exp(level) * count ** slope`` is expected for a mean count of a run: noise that is proportional to the count
        weighs more in a large one.
    df
        Degrees of freedom that the expectation is worth.
    """

    level: float
    slope: float
    df: float

    def expected(self, count: Values) -> Values:
        """Return the expected dispersion."""
        with np.errstate(divide="ignore"):
            found: Values = np.exp(self.level) * np.maximum(count, 1) ** self.slope
        return found


def quasi_binomial(count: Values, whole: Values, side: NDArray[np.int64], prior: Prior | None = None) -> Tested:
    """Test parts across runs by a binomial model whose dispersion is estimated and is at least 1.

    The statistic is the root of the analysis of deviance, ``F = (D0 - D1) / dispersion``, and the dispersion Pearson's:
    what R's ``glm(cbind(count, whole - count) ~ side, quasibinomial)`` gives. A side without a single count says
    nothing on the dispersion, and its runs are no degrees of freedom.

    Parameters
    ----------
    count
        Shape ``(rows, runs)``.
    whole
        Not less than ``count``, shape ``(rows, runs)`` or ``(1, runs)``.
    side
        0 before, 1 after, shape ``(runs,)``.
    prior
        Where a side has no count, the runs of the other alone would have to tell the dispersion: there it is drawn
        towards this, and the degrees of freedom are added. ``None`` takes each as it is.
    """
    from scipy.special import xlogy

    whole = np.broadcast_to(whole, count.shape)
    sums = [(count[:, side == number].sum(axis=1), whole[:, side == number].sum(axis=1)) for number in (0, 1)]
    parts = np.stack([_ratio(hits, of) for hits, of in sums], axis=1)
    pooled = _ratio(sums[0][0] + sums[1][0], sums[0][1] + sums[1][1])
    deviance = np.zeros(len(count))
    with np.errstate(divide="ignore", invalid="ignore"):
        for number, (hits, of) in enumerate(sums):
            part, misses = parts[:, number], of - hits
            deviance += 2 * xlogy(hits, np.where(hits > 0, part / pooled, 1))
            deviance += 2 * xlogy(misses, np.where(misses > 0, (1 - part) / (1 - pooled), 1))
    single, df, mean = dispersions(count, whole, side)
    dispersion, df = _with_prior(single, df, mean, len(side) - 2, prior)
    t = np.sqrt(np.maximum(deviance, 0) / dispersion)
    variances = np.stack(
        [dispersion * _ratio(parts[:, i] * (1 - parts[:, i]), of) for i, (_hits, of) in enumerate(sums)], axis=1
    )
    return Tested(p=_two_sided(t, df), t=t, df=df, parts=parts, variances=variances, dispersion=dispersion)


def dispersions(count: Values, whole: Values, side: NDArray[np.int64]) -> tuple[Values, Values, Values]:
    """Return Pearson's dispersions, their degrees of freedom, and the mean count of the runs that they rest on."""
    whole = np.broadcast_to(whole, count.shape)
    squares, df, total, runs = (np.zeros(len(count)) for _ in range(4))
    for number in (0, 1):
        at = side == number
        hits, of = count[:, at].sum(axis=1), whole[:, at].sum(axis=1)
        part = _ratio(hits, of)[:, None]
        expected = part * whole[:, at]
        with np.errstate(divide="ignore", invalid="ignore"):
            pearson = (count[:, at] - expected) ** 2 / (expected * (1 - part))
        present = whole[:, at] > 0
        telling = (hits > 0) & (hits < of)
        squares += np.where(telling, np.where(present & telling[:, None], pearson, 0).sum(axis=1), 0)
        df += np.where(telling, present.sum(axis=1) - 1, 0)
        total += np.where(telling, hits, 0)
        runs += np.where(telling, present.sum(axis=1), 0)
    return _ratio(squares, df), df, _ratio(total, runs)


def prior_of(dispersion: Values, df: Values, mean: Values) -> Prior | None:
    """Estimate a prior from many dispersions, each of its own degrees of freedom; ``None`` for too few.

    Moments of their logarithms, about a line in the logarithm of the mean count: the method of limma (Smyth 2004).
    """
    from scipy.special import digamma, polygamma

    known = (df > 0) & np.isfinite(dispersion)
    if int(known.sum()) < _FEWEST:
        return None
    half = df[known] / 2
    # One that is zero by rounding says only that it is small.
    values = np.maximum(dispersion[known], 1e-3)
    logs = np.log(values) - digamma(half) + np.log(half)
    line = np.stack([np.ones(len(logs)), np.log(np.maximum(mean[known], 1))], axis=1)
    fit = np.linalg.lstsq(line, logs, rcond=None)[0]
    spread = float(((logs - line @ fit) ** 2).sum() / (len(logs) - 2) - polygamma(1, half).mean())
    worth = 2 * _trigamma_inverse(spread) if spread > 0 else _MOST_DF
    worth = min(worth, _MOST_DF)
    return Prior(
        level=float(fit[0]) + float(digamma(worth / 2)) - float(np.log(worth / 2)), slope=float(fit[1]), df=worth
    )


def _with_prior(single: Values, df: Values, mean: Values, whole: float, prior: Prior | None) -> tuple[Values, Values]:
    """Return dispersions and degrees of freedom; of less than the whole ones, those of the prior are added."""
    dispersion = np.maximum(1, single)
    if prior is None:
        return dispersion, df
    few = (df > 0) & (df < whole)
    drawn = (df * np.nan_to_num(single) + prior.df * prior.expected(np.nan_to_num(mean))) / (df + prior.df)
    # Never below what the runs themselves tell: some nodes vary far more than others.
    return np.where(few, np.maximum(dispersion, drawn), dispersion), np.where(few, df + prior.df, df)


def _trigamma_inverse(value: float) -> float:
    """Solve ``trigamma(y) = value`` by Newton's method, from below, where it converges without overshooting."""
    from scipy.special import polygamma

    y = 0.5 + 1 / value
    for _ in range(50):
        trigamma = float(polygamma(1, y))
        step = trigamma * (1 - trigamma / value) / float(polygamma(2, y))
        y += step
        if abs(step) < 1e-10 * y:
            break
    return y


def welch(count: Values, whole: Values, side: NDArray[np.int64]) -> Tested:
    """Test parts across slices of time by Welch's t on the ratio of sums.

    Of equal wholes it is Welch's t on the parts of the slices; else a slice counts by its whole. No variance is taken
    for less than the binomial one.

    Parameters
    ----------
    count, whole, side
        As for ``quasi_binomial``, with slices for runs.
    """
    whole = np.broadcast_to(whole, count.shape)
    parts, variances, single = (np.zeros((len(count), 2)) for _ in range(3))
    binomial = np.zeros((len(count), 2))
    for number in (0, 1):
        at = side == number
        hits, of = count[:, at].sum(axis=1), whole[:, at].sum(axis=1)
        parts[:, number] = _ratio(hits, of)
        slices = (whole[:, at] > 0).sum(axis=1)
        rest = count[:, at] - parts[:, number, None] * whole[:, at]
        with np.errstate(divide="ignore", invalid="ignore"):
            variance = slices / (slices - 1) * (rest**2).sum(axis=1) / of**2
            single[:, number] = slices - 1
            binomial[:, number] = parts[:, number] * (1 - parts[:, number]) / of
        variances[:, number] = np.maximum(variance, binomial[:, number])
    total = variances.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        df = total**2 / (variances**2 / single).sum(axis=1)
        t = np.abs(parts[:, 1] - parts[:, 0]) / np.sqrt(total)
        dispersion = np.maximum(1, total / binomial.sum(axis=1))
    # Parts that are equal differ by nothing, whatever their variance.
    t = np.where(parts[:, 0] == parts[:, 1], 0, t)
    return Tested(p=_two_sided(t, df), t=t, df=df, parts=parts, variances=variances, dispersion=dispersion)


def quasi_poisson(count: Values, exposure: Values, side: NDArray[np.int64]) -> Tested:
    """Test rates across runs by a Poisson model whose dispersion is estimated and is at least 1.

    Here the noise that all nodes of a run share does not cancel: it is in the dispersion.

    Parameters
    ----------
    count
        Shape ``(rows, runs)``.
    exposure
        What a count is divided by to be a rate, shape ``(runs,)``.
    side
        0 before, 1 after, shape ``(runs,)``.

    Returns
    -------
    ``parts`` are the rates.
    """
    from scipy.special import xlogy

    of = np.asarray([exposure[side == number].sum() for number in (0, 1)])
    hits = np.stack([count[:, side == number].sum(axis=1) for number in (0, 1)], axis=1)
    rates = hits / of
    pooled = hits.sum(axis=1) / of.sum()
    squares, df = np.zeros(len(count)), np.zeros(len(count))
    with np.errstate(divide="ignore", invalid="ignore"):
        deviance = 2 * xlogy(hits, rates / pooled[:, None]).sum(axis=1)
        for number in (0, 1):
            at = side == number
            expected = rates[:, number, None] * exposure[at]
            squares += np.where(hits[:, number] > 0, ((count[:, at] - expected) ** 2 / expected).sum(axis=1), 0)
            df += np.where(hits[:, number] > 0, at.sum() - 1, 0)
        dispersion = np.maximum(1, np.where(df > 0, squares / df, np.nan))
    t = np.sqrt(np.maximum(deviance, 0) / dispersion)
    variances = dispersion[:, None] * rates / of
    return Tested(p=_two_sided(t, df), t=t, df=df, parts=rates, variances=variances, dispersion=dispersion)


def benjamini_hochberg(p: Values) -> Values:
    """Return q-values: the false discovery rate at which each would be found; NaN stays NaN and is not counted."""
    q = np.full(p.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    if len(tested):
        order = tested[np.argsort(p[tested], kind="stable")[::-1]]
        ranks = np.arange(len(order), 0, -1)
        q[order] = np.minimum(1, np.minimum.accumulate(p[order] * len(order) / ranks))
    return q


def quantile(probability: float, df: Values | float) -> Values:
    """Return quantiles of Student's distribution."""
    from scipy.special import stdtrit

    return np.asarray(stdtrit(df, probability), dtype=np.float64)


def _two_sided(t: Values, df: Values) -> Values:
    from scipy.special import stdtr

    with np.errstate(invalid="ignore"):
        p = 2 * stdtr(df, -t)
    return np.where((df > 0) & np.isfinite(t), p, np.nan)


def _ratio(part: Values, whole: Values) -> Values:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole > 0, part / whole, np.nan)
