"""Exact tests that assume no distribution, for ranks of few runs and for counts of failures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

LARGEST_SIDE = 60
"""Largest number of runs on a side for the exact rank tests. With more runs the t-test needs no second opinion."""


def rank_sum_p(before: Sequence[float], after: Sequence[float]) -> float:
    """Return the two-sided p-value of the exact rank-sum (Mann-Whitney) test.

    Equal values have their mean rank. The null distribution enumerates all choices of the ranks of one side, so the
    test is exact with ties too.
    """
    ranks = _doubled_ranks(np.concatenate([np.asarray(before, float), np.asarray(after, float)]))
    ways = _subset_sums(ranks, len(before))
    return _two_sided(ways, int(ranks[: len(before)].sum()), len(before) * ranks.sum() / len(ranks))


def signed_rank_p(before: Sequence[float], after: Sequence[float]) -> float:
    """Return the two-sided p-value of Wilcoxon's exact signed-rank test on pairs.

    Pairs without a difference are left out, and equal differences have their mean rank.
    """
    differences = np.asarray(after, float) - np.asarray(before, float)
    differences = differences[differences != 0]
    if not len(differences):
        return 1.0
    ranks = _doubled_ranks(np.abs(differences))
    ways = np.zeros(int(ranks.sum()) + 1)
    ways[0] = 1.0
    for rank in ranks.tolist():
        ways[rank:] += ways[: len(ways) - rank].copy()
    return _two_sided(ways, int(ranks[differences > 0].sum()), ranks.sum() / 2)


def fisher_p(hits: tuple[int, int], misses: tuple[int, int]) -> float:
    """Return the two-sided p-value of Fisher's exact test: all tables at most as likely as the observed one.

    Parameters
    ----------
    hits, misses
        Failed and other orchestrations, each before and after.
    """
    from scipy.special import gammaln

    first, total_hits = hits[0] + misses[0], sum(hits)
    total = first + hits[1] + misses[1]
    low, high = max(0, total_hits - (total - first)), min(first, total_hits)
    k = np.arange(low, high + 1, dtype=np.float64)

    def choose(n: float | NDArray[np.float64], m: float | NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(gammaln(np.add(n, 1)) - gammaln(np.add(m, 1)) - gammaln(np.subtract(n, m) + 1))

    logs = choose(first, k) + choose(total - first, total_hits - k) - choose(total, total_hits)
    seen = logs[hits[0] - low]
    return min(1.0, float(np.exp(logs[logs <= seen + 1e-7]).sum()))


@dataclass(frozen=True, slots=True)
class Proportions:
    """Two proportions, 0 to 1, and the interval of their difference, after minus before, by Newcombe's method."""

    before: float
    after: float
    low: float
    high: float


def proportions(hits: tuple[int, int], totals: tuple[int, int], confidence: float = 0.95) -> Proportions | None:
    """Compare two proportions; ``None`` if the total of a side is zero."""
    if min(totals) <= 0:
        return None
    (low_b, high_b), (low_a, high_a) = (_wilson(x, n, confidence) for x, n in zip(hits, totals, strict=True))
    before, after = hits[0] / totals[0], hits[1] / totals[1]
    difference = after - before
    return Proportions(
        before=before,
        after=after,
        low=difference - sqrt((after - low_a) ** 2 + (high_b - before) ** 2),
        high=difference + sqrt((high_a - after) ** 2 + (before - low_b) ** 2),
    )


def still_possible(total: int, confidence: float = 0.95) -> float:
    """Return the upper confidence bound of a proportion with 0 hits in ``total`` (the exact "rule of three")."""
    return 1 - (1 - confidence) ** (1 / total) if total > 0 else 1.0


def _wilson(hits: int, total: int, confidence: float) -> tuple[float, float]:
    from scipy.special import ndtri

    z = float(ndtri(0.5 + confidence / 2))
    share = hits / total
    middle = (share + z**2 / (2 * total)) / (1 + z**2 / total)
    half = z * sqrt(share * (1 - share) / total + z**2 / (4 * total**2)) / (1 + z**2 / total)
    return middle - half, middle + half


def _doubled_ranks(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return twice the mean rank of each value, which is an integer with ties too."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray(2 * last - counts + 1, dtype=np.int64)[inverse]


def _subset_sums(ranks: NDArray[np.int64], size: int) -> NDArray[np.float64]:
    """Return the number of subsets of ``size`` ranks for each possible sum, shape ``(sum of ranks + 1,)``."""
    ways = np.zeros((size + 1, int(ranks.sum()) + 1))
    ways[0, 0] = 1.0
    for rank in ranks.tolist():
        ways[1:, rank:] += ways[:-1, : ways.shape[1] - rank].copy()
    return np.asarray(ways[size])


def _two_sided(ways: NDArray[np.float64], seen: int, middle: float) -> float:
    sums = np.arange(len(ways))
    extreme = np.abs(sums - middle) >= abs(seen - middle) - 1e-9
    return min(1.0, float(ways[extreme].sum() / ways.sum()))
