"""Choice of the next measurement of a bisection: the pair of candidates whose blocks are expected to tell most."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from duronb.analysis.bisection.posterior import Pair

Policy = Literal["information", "median"]


@dataclass(frozen=True, slots=True)
class Question:
    """Blocks to record next: ``blocks`` runs of each of two candidates.

    Parameters
    ----------
    base, candidate
        Their indices, the earlier one first; 0 is the good end.
    blocks
        Number of blocks.
    """

    base: int
    candidate: int
    blocks: int


def best_pair(
    places: NDArray[np.float64],
    usable: Sequence[int],
    *,
    policy: Policy = "information",
    cost: Callable[[int, int], float] = lambda _base, _candidate: 1.0,
) -> Pair:
    """Return the pair of candidates to measure next.

    A block shows whether the change lies between its two candidates. It tells most if that is as likely as not. Pairs
    are the good end with each candidate, and each candidate with its predecessor: the latter exclude all other places
    at once, and are the evidence for a commit at the end.

    Parameters
    ----------
    places
        Probability of each place; the remaining probability is that of no change.
    usable
        Indices of candidates that can be measured, in order, the ends included.
    policy
        ``information``: as above. ``median``: the good end with the candidate at which half of the probability of a
        change is reached; with the bad end while no change is likelier than a change.
    cost
        Returns the relative time of a measurement of a pair; information per time is maximised.
    """
    before = np.cumsum(places)
    last = usable[-1]
    if policy == "median":
        if before[-1] < 0.5:
            return 0, last
        middle = before[-1] / 2
        return 0, min(usable[1:], key=lambda number: abs(float(before[number]) - middle))
    pairs = [(0, number) for number in usable[1:]]
    pairs += pairwise(usable[1:])
    inside = np.array([before[second] - before[first] for first, second in pairs])
    costs = np.array([cost(*pair) for pair in pairs])
    return pairs[int((entropy(inside) / costs).argmax())]


def entropy(probability: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the entropy in bits of a yes or no with this probability."""
    clipped = np.clip(probability, 1e-12, 1 - 1e-12)
    found: NDArray[np.float64] = -clipped * np.log2(clipped) - (1 - clipped) * np.log2(1 - clipped)
    return found
