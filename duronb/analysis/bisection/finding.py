"""The result of a bisection: a candidate, or the smallest set of candidates, with its probability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Outcome = Literal["found", "range", "nothing", "undecided"]


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of a search.

    Parameters
    ----------
    outcome
        ``found``: ``last`` is the first slower candidate. ``range``: it is one of ``suspects``, which cannot be or
        were not told apart. ``nothing``: the bad end is not slower. ``undecided``: it is unknown whether it is.
    suspects
        Indices of the candidates that together have the probability, in order; empty for ``nothing``.
    probability
        Probability of the outcome: of the suspects, or of a slow-down that does not matter for ``nothing``; for
        ``undecided`` the probability that the bad end is slower at all.
    """

    outcome: Outcome
    suspects: Sequence[int]
    probability: float

    @property
    def first(self) -> int:
        """Index of the first suspect; 1 without suspects."""
        return self.suspects[0] if self.suspects else 1

    @property
    def last(self) -> int:
        """Index of the last suspect; 1 without suspects."""
        return self.suspects[-1] if self.suspects else 1


def credible_set(places: NDArray[np.float64], groups: Sequence[Sequence[int]], level: float) -> tuple[list[int], float]:
    """Return the fewest groups of candidates that together have a probability, and that probability.

    Parameters
    ----------
    places
        Probability of each candidate.
    groups
        Candidates that no measurement distinguishes, such as one that does not compile and its successor.
    level
        Probability to reach. If all together have less, all that are possible are returned.
    """
    shares = np.array([float(places[list(group)].sum()) for group in groups])
    order = np.argsort(-shares, kind="stable")
    reached = np.cumsum(shares[order])
    count = int(np.searchsorted(reached, min(level, float(reached[-1]) * (1 - 1e-9)))) + 1
    chosen = [number for index in order[:count] for number in groups[index] if places[number] > 0]
    return sorted(chosen), float(reached[min(count, len(reached)) - 1])
