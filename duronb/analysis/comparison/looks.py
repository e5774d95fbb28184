"""Looks: significance levels of repeated tests of one series (group sequential testing).

If blocks are added until a test is significant, every test becomes significant at some time. Therefore the looks at one
series share an error of 5 %. How much of it is spent depends on the number of blocks, not on the number of looks: after
``n`` blocks a part of ``n / (n + 8)`` is spent, a half after eight blocks and three quarters after 24. Looks in between
are almost free, so a series may be looked at after every block until it is decided.

The level of a look accounts for the earlier blocks that it tests again (the recursion of Armitage, McPherson and Rowe
for Brownian motion).

Series of earlier versions spent four fifths of the remaining error at each look. Their runs do not name a rule. Such a
look keeps the level that it had, and only the error that it left is spent by further looks: see ``left``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from duronb.model.record.series_member import BY_BLOCKS
from duronb.model.run import RunRecord

LEVEL = 0.05
"""Error of all looks at one series together, and level of a single test of other runs."""
HALF = 8
"""Number of blocks after which half of the error is spent."""
_LEFT_BEFORE = 0.2
"""Part of the error that a look of an earlier version left."""
_GRID = 9.0
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(256)
_FEW = 10
"""A further look comes after at least this part of the blocks (one tenth) is new."""


@dataclass(frozen=True, slots=True)
class Looks:
    """The looks at a series until now; none for runs outside a series.

    Parameters
    ----------
    blocks
        Number of complete blocks at each look, rising: ``(6, 9)`` for six blocks and then three more.
    rules
        For each look how it spends error: ``BY_BLOCKS``, or ``None`` for the rule of earlier versions.
    """

    blocks: tuple[int, ...] = ()
    rules: tuple[str | None, ...] = ()

    @property
    def number(self) -> int:
        """Number of the last look, from 1; 1 for runs outside a series."""
        return max(1, len(self.blocks))

    @property
    def level(self) -> float:
        """Two-sided significance level of the last look; 5 % for runs outside a series."""
        return look_level(self.blocks, rules=self.rules) if self.blocks else LEVEL

    def ahead(self, first: int, last: int) -> list[tuple[int, float]]:
        """Return the further looks until a decision: numbers of blocks and levels.

        Parameters
        ----------
        first, last
            Number of blocks at the next look, and the largest number of blocks.
        """
        found, looks, blocks = [], self, first
        while blocks <= last:
            looks = Looks((*looks.blocks, blocks), (*looks.rules, BY_BLOCKS))
            found.append((blocks, looks.level))
            blocks = next_look(blocks)
        return found


def next_look(blocks: int) -> int:
    """Return the number of blocks at the look that follows a look at ``blocks``: one more, or a tenth more if larger.

    With many blocks, one more tells too little to be worth the error of a look.
    """
    return blocks + max(1, blocks // _FEW)


def looks_at(side: Sequence[RunRecord]) -> Looks:
    """Return the looks at a series, from its runs of one side that belong to complete blocks."""
    rules: dict[int, str | None] = {}
    for run in side:
        rules.setdefault(run.series.look or 1, run.series.spending)
    numbers = sorted(rules)
    seen = (sum((run.series.look or 1) <= number for run in side) for number in numbers)
    return Looks(tuple(seen), tuple(rules[number] for number in numbers))


def left(runs: Sequence[int], level: float = LEVEL, *, rules: Sequence[str | None] = ()) -> float:
    """Return the error that is left after looks at ``runs`` blocks.

    Each look spends a part of what is left: from ``a`` to ``b`` blocks, ``(a + 8) / (b + 8)`` of it remains.
    """
    found, before = level, 0
    for blocks, rule in zip(runs, rules or [BY_BLOCKS] * len(runs), strict=True):
        found *= (before + HALF) / (blocks + HALF) if rule == BY_BLOCKS else _LEFT_BEFORE
        before = blocks
    return found


def look_level(runs: Sequence[int], level: float = LEVEL, *, rules: Sequence[str | None] = ()) -> float:
    """Return the two-sided significance level of the last look.

    Parameters
    ----------
    runs
        Number of blocks at each look, including the earlier ones: ``(6, 9)`` for six blocks and then three more.
    level
        Total error of all looks.
    rules
        How each look spends, see ``Looks``; empty if all spend by blocks.

    Notes
    -----
    The first look at six blocks is tested at 2.1 %, since the series may be extended later.
    """
    if list(runs) != sorted(set(runs)) or not runs or runs[0] < 1:
        raise ValueError("every look must have more blocks than the one before")
    kept = tuple(rules) or (BY_BLOCKS,) * len(runs)
    for number in range(1, len(runs) + 1):  # in this order, each look finds the one before in the cache
        state = _state(tuple(runs[:number]), kept[:number], level)
    from scipy.special import ndtr

    return 2 * float(ndtr(-state.limit))


@dataclass(frozen=True, slots=True)
class _State:
    """The Brownian motion at a look, restricted to paths that crossed no limit until now.

    Parameters
    ----------
    limit
        Limit of the standardised motion.
    z, weights
        Its values within the limit, and the probability that each represents; shape ``(256,)``.
    """

    limit: float
    z: NDArray[np.float64]
    weights: NDArray[np.float64]


@lru_cache(maxsize=2048)
def _state(runs: tuple[int, ...], rules: tuple[str | None, ...], level: float) -> _State:
    from scipy.special import ndtr, ndtri

    allowed = left(runs[:-1], level, rules=rules[:-1]) - left(runs, level, rules=rules)
    if len(runs) == 1:
        limit = -float(ndtri(allowed / 2))
        z = limit * _NODES
        return _State(limit, z, np.exp(-(z**2) / 2) / sqrt(2 * np.pi) * _WEIGHTS * limit)
    past = _state(runs[:-1], rules[:-1], level)
    now, before = runs[-1], runs[-2]
    step = sqrt(now - before)
    start = past.z * sqrt(before)
    low, high = 0.0, _GRID
    for _ in range(60):
        middle = (low + high) / 2
        away = middle * sqrt(now)
        beyond = float((past.weights * (ndtr((-away - start) / step) + ndtr((start - away) / step))).sum())
        low, high = (middle, high) if beyond > allowed else (low, middle)
    z = high * _NODES
    kernel = np.exp(-((z[:, None] * sqrt(now) - start[None, :]) ** 2) / (2 * step**2))
    density = kernel @ past.weights * sqrt(now) / (step * sqrt(2 * np.pi))
    return _State(high, z, density * _WEIGHTS * high)
