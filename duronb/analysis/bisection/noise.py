"""Noise of the runs in a bisection: what is known about it before, and the probability of a measured difference."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, pi, sqrt

import numpy as np
from numpy.typing import NDArray

TYPICAL_DEVIATION = 0.1
"""Standard deviation of the logarithms of equal runs that is assumed if the store has none: about 10 %."""
TYPICAL_DF = 2.0
"""Degrees of freedom of that assumption. Few, so that a few blocks outweigh it."""
MOST_DF = 6.0
"""Degrees of freedom of the noise of earlier runs, at most: the noise of a host differs from day to day."""
_TAILS = (3.0, 8.0, 60.0)
"""Degrees of freedom of the t-distributions of the noise: with heavy tails, with some, and nearly normal."""
_DEVIATIONS = (0.002, 0.8, 34)


@dataclass(frozen=True, slots=True)
class NoisePrior:
    """What is known about the noise of single runs before the first block.

    Parameters
    ----------
    deviation
        Standard deviation of the logarithms of equal runs.
    df
        Number of degrees of freedom that this knowledge counts for.
    """

    deviation: float = TYPICAL_DEVIATION
    df: float = TYPICAL_DF


class Noise:
    """A grid of possible distributions of the difference within a block, with their prior probabilities.

    A difference of two logarithms is distributed as Student's t. Its scale and its degrees of freedom are unknown, so
    few blocks lead to little confidence, and an outlier is weak evidence.

    Attributes
    ----------
    scales, tails
        Scale and degrees of freedom of each distribution, shape (distributions,).
    log_prior
        Logarithm of the prior probability of each, shape (distributions,).
    """

    def __init__(self, prior: NoisePrior) -> None:
        from scipy.special import gammaln

        deviations = np.geomspace(*_DEVIATIONS)
        scales, tails = np.meshgrid(deviations * sqrt(2), _TAILS, indexing="ij")
        self.scales: NDArray[np.float64] = scales.ravel()
        self.tails: NDArray[np.float64] = tails.ravel()
        # Scaled inverse chi-squared for the variance, on a grid of logarithms.
        ratio = (prior.deviation * sqrt(2) / self.scales) ** 2
        weight = prior.df * (np.log(ratio) - ratio) / 2
        self.log_prior: NDArray[np.float64] = weight - _log_sum(weight)
        self._constant = (
            gammaln((self.tails + 1) / 2)
            - gammaln(self.tails / 2)
            - np.log(self.tails) / 2
            - log(pi) / 2
            - np.log(self.scales)
        )

    def log_likelihood(self, losses: NDArray[np.float64], sizes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the log-likelihood of the losses of some blocks, summed over the blocks.

        Parameters
        ----------
        losses
            Loss of each block as a logarithm, shape (blocks,).
        sizes
            Expected losses, shape (sizes,).

        Returns
        -------
        Shape (sizes, distributions).
        """
        away = (losses[:, None, None] - sizes[None, :, None]) / self.scales
        terms = np.log1p(away**2 / self.tails) * (self.tails + 1) / 2
        found: NDArray[np.float64] = len(losses) * self._constant - terms.sum(axis=0)
        return found


def _log_sum(logs: NDArray[np.float64]) -> float:
    highest = float(logs.max())
    return highest + log(float(np.exp(logs - highest).sum()))
