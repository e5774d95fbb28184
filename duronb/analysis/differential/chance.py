"""The smallest p-value that chance gives, from other divisions of the compared runs into two sides.

Hundreds of nodes are tested, but far fewer tests are independent: the samples of a caller and its callee are nearly the
same. A correction for the number of nodes would hide changes. If both sides are equal, every division of the runs into
two sides of the same sizes gives a smallest p-value of the same distribution. So the limit for the most significant
node is the p-value that the smallest one of at most 5 % of these divisions reaches (Westfall and Young 1993). It holds
for any dependence between nodes, and for noise that is not as the model says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from duronb.analysis.differential.node_tests import Values, prior_of, ratio, two_sided, with_prior

MOST_DIVISIONS = 252
"""Of more divisions, this many are drawn."""
_ROUNDING = 1e-9
"""Relative difference of equal p-values that are computed in another order."""


@dataclass(frozen=True, eq=False, slots=True)
class Divisions:
    """Divisions of runs into two sides, the sides themselves among them.

    Parameters
    ----------
    sides
        0 before, 1 after, shape ``(runs, divisions)``.
    """

    sides: NDArray[np.int64]

    @classmethod
    def of(cls, side: NDArray[np.int64]) -> Divisions:
        """Return all divisions into sides of the same sizes, or ``MOST_DIVISIONS`` of them."""
        return cls(np.stack(list(_divisions(side)), axis=1))

    def tell(self, level: float) -> bool:
        """Return whether there are enough of them for a level: 20 for 5 %."""
        return int(level * self.sides.shape[1]) > 0

    def limit(self, count: Values, whole: Values, level: float) -> float:
        """Return the largest p-value of a most significant node that is not chance.

        Parameters
        ----------
        count, whole
            Counts and denominators, shape ``(rows, runs)``.
        level
            Largest probability that the smallest p-value of two equal sides is within the limit, 0 to 1.
        """
        smallest = np.sort(self._smallest(count, whole))
        return float(smallest[int(level * len(smallest))]) * (1 - _ROUNDING)

    def _smallest(self, count: Values, whole: Values) -> Values:
        """Return the smallest p-value of each division, as of a moderated ``quasi_binomial``."""
        from scipy.special import xlogy

        squares, df, total, runs, deviance = (np.zeros((len(count), self.sides.shape[1])) for _ in range(5))
        pooled = ratio(count.sum(axis=1), whole.sum(axis=1))[:, None]
        over = ratio(count**2, whole)
        with np.errstate(divide="ignore", invalid="ignore"):
            for number in (0, 1):
                member = (self.sides == number).astype(np.float64)
                hits, of, present = count @ member, whole @ member, (whole > 0) @ member
                part = ratio(hits, of)
                informative = (hits > 0) & (hits < of)
                pearson = (np.nan_to_num(over) @ member - 2 * part * hits + part**2 * of) / (part * (1 - part))
                deviance += 2 * xlogy(hits, np.where(hits > 0, part / pooled, 1))
                deviance += 2 * xlogy(of - hits, np.where(hits < of, (1 - part) / (1 - pooled), 1))
                squares += np.where(informative, pearson, 0)
                df += np.where(informative, present - 1, 0)
                total += np.where(informative, hits, 0)
                runs += np.where(informative, present, 0)
        of_divisions = ratio(squares, df), df, ratio(total, runs)
        # The prior is that of each division, or the sides themselves would not be one division among others.
        prior = prior_of(*of_divisions)
        dispersion, df = with_prior(*of_divisions, len(self.sides) - 2, prior, moderated=True)
        p = two_sided(np.sqrt(np.maximum(deviance, 0) / dispersion), df)
        smallest: Values = np.fmin.reduce(p, axis=0, initial=1.0)
        return smallest


def _divisions(side: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    runs, before = len(side), int((side == 0).sum())
    # With equal sizes, a division and the one with swapped sides are the same. So the first run stays before.
    fixed = 1 if 2 * before == runs else 0
    if comb(runs - fixed, before - fixed) <= MOST_DIVISIONS:
        for chosen in combinations(range(fixed, runs), before - fixed):
            division = np.ones(runs, dtype=np.int64)
            division[[*range(fixed), *chosen]] = 0
            yield division
        return
    yield side
    rng = np.random.default_rng(0)
    for _ in range(MOST_DIVISIONS - 1):
        yield rng.permutation(side)
