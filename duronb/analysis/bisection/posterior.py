"""Posterior of a bisection: the probability of each place and size of the change, and of no change at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, log1p

import numpy as np
from numpy.typing import NDArray

from duronb.analysis.bisection.noise import Noise

Pair = tuple[int, int]
"""Indices of two candidates, the earlier one first."""
NO_CHANGE = 0.5
"""Probability of no change before the first block. With it, equal ends lead to a wrong name in at most 5 % of searches:
the odds against no change would have to rise from 1 to 19."""
_SMALLEST, _LARGEST, _SIZES = 0.02, 2.3, 32
"""Sizes of a change as logarithms, from a loss of 2 % to one of 90 %, and how many of them. All are equally likely
before the first block, since the scale is logarithmic: small losses are likelier than large ones."""


def sizes_of(margin: float) -> NDArray[np.float64]:
    """Return the possible sizes of a change as logarithms, shape (sizes,). They begin below the margin."""
    return np.geomspace(min(_SMALLEST, margin / 2), _LARGEST, _SIZES)


@dataclass(frozen=True, slots=True)
class Posterior:
    """Probabilities after all blocks.

    Parameters
    ----------
    places
        Probability of each candidate to be the first slower one, shape (candidates,); 0 for the good end.
    sizes
        Possible sizes of the change as logarithms, shape (sizes,).
    size_probabilities
        Probability of each size if there is a change, shape (sizes,).
    signals
        Probability of each signal to show the change, if there is one. A signal is a stage, or the mean of all.
    deviation
        Expected scale of the difference within a block, as a logarithm.
    """

    places: NDArray[np.float64]
    sizes: NDArray[np.float64]
    size_probabilities: NDArray[np.float64]
    signals: Mapping[str, float]
    deviation: float

    @property
    def no_change(self) -> float:
        """Probability of no change between the ends."""
        return max(0.0, 1 - float(self.places.sum()))

    @property
    def size(self) -> float:
        """Expected size of the change as a logarithm, if there is one."""
        return float(self.sizes @ self.size_probabilities)

    def negligible(self, margin: float) -> float:
        """Return the probability that the bad end is not slower, or by less than the margin (a loss such as 0.05)."""
        small = self.sizes < -log1p(-margin)
        return self.no_change + (1 - self.no_change) * float(self.size_probabilities[small].sum())

    def size_interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the limits between which the size lies with a probability, as logarithms."""
        below = np.cumsum(self.size_probabilities)
        tail = (1 - level) / 2
        ends = np.searchsorted(below, [tail, 1 - tail])
        low, high = self.sizes[np.minimum(ends, len(self.sizes) - 1)]
        return float(low), float(high)


def posterior(
    prior: NDArray[np.float64],
    losses: Mapping[str, Mapping[Pair, Sequence[float]]],
    noise: Noise,
    sizes: NDArray[np.float64],
) -> Posterior:
    """Return the posterior from all blocks of all pairs of candidates.

    A block of the pair (a, b) contains the change if the first slower candidate is after a and not after b.

    Parameters
    ----------
    prior
        Prior weight of each candidate to be the first slower one, shape (candidates,); 0 where that is impossible.
    losses
        For each signal the losses of the blocks of each pair, as logarithms. Signals are not independent, since runs
        share the speed of the host: each is tested alone, and the Bayes factors are averaged.
    noise
        The possible noise.
    sizes
        The possible sizes, see ``sizes_of``.
    """
    pairs = sorted({pair for of_signal in losses.values() for pair in of_signal})
    edges = np.unique([0, *(number for pair in pairs for number in pair), len(prior) - 1])
    # All places between two measured candidates have the same likelihood. Interval i is edges[i] < place <= edges[i+1].
    interval = np.searchsorted(edges, np.arange(len(prior))) - 1
    weight = np.bincount(interval[1:], weights=prior[1:], minlength=len(edges) - 1)
    factors = {
        name: _bayes_factors([(pair, of_signal[pair]) for pair in pairs if of_signal.get(pair)], edges, noise, sizes)
        for name, of_signal in losses.items()
    }
    if not factors:
        factors = {"": (np.zeros((len(edges) - 1, len(sizes))), noise.log_prior)}
    stacked = np.stack([factor for factor, _ in factors.values()])
    odds = log(1 - NO_CHANGE) - log(NO_CHANGE) - log(len(factors) * len(sizes) * float(prior.sum()))
    highest = max(0.0, float(stacked.max()) + odds)
    joint = np.exp(stacked + odds - highest) * weight[None, :, None]
    joint = joint / (joint.sum() + np.exp(-highest))
    by_signal, by_interval, by_size = joint.sum((1, 2)), joint.sum((0, 2)), joint.sum((0, 1))
    share = np.divide(by_interval, weight, out=np.zeros_like(weight), where=weight > 0)
    places = np.append(0.0, share[interval[1:]] * prior[1:])
    changed = max(float(by_size.sum()), 1e-300)
    best = list(factors)[int(by_signal.argmax())]
    return Posterior(
        places=places,
        sizes=sizes,
        size_probabilities=by_size / changed,
        signals={name: float(part) / changed for name, part in zip(factors, by_signal, strict=True)},
        deviation=float(np.exp(np.exp(factors[best][1]) @ np.log(noise.scales))),
    )


def _bayes_factors(
    blocks: Sequence[tuple[Pair, Sequence[float]]],
    edges: NDArray[np.int64],
    noise: Noise,
    sizes: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return log Bayes factors against no change, shape (intervals, sizes), and the log probability of each noise."""
    unchanged = noise.log_prior.copy()
    differences = np.zeros((len(blocks), len(sizes), len(noise.scales)))
    contains = np.zeros((len(edges) - 1, len(blocks)))
    for number, ((first, last), losses) in enumerate(blocks):
        values = np.asarray(losses, dtype=np.float64)
        without = noise.log_likelihood(values, np.zeros(1))[0]
        unchanged += without
        differences[number] = noise.log_likelihood(values, sizes) - without
        contains[:, number] = (edges[:-1] >= first) & (edges[1:] <= last)
    changed = unchanged + np.tensordot(contains, differences, axes=(1, 0))
    found = _log_sums(changed) - _log_sums(unchanged)
    likeliest = changed.reshape(-1, len(noise.scales))[int(found.argmax())] if found.max() > 0 else unchanged
    return found, likeliest - _log_sums(likeliest)


def _log_sums(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the logarithm of the sum of exponentials along the last axis."""
    highest = logs.max(axis=-1)
    sums: NDArray[np.float64] = highest + np.log(np.exp(logs - highest[..., None]).sum(axis=-1))
    return sums
