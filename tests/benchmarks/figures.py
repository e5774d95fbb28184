"""Medians, ratios and targets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True, slots=True)
class Summary:
    """Median, least and greatest of some values."""

    median: float
    least: float
    greatest: float
    number: int


@dataclass(frozen=True, slots=True)
class Goal:
    """A limit on a figure of duronb, or on how many times a peer's figure is its own.

    Parameters
    ----------
    limit
        The limit.
    peer
        Whose figure is compared; ``None`` for a limit on the figure itself.
    at_most
        The figure, or the ratio, may be at most the limit; else it has to be at least that.
    """

    limit: float
    peer: str | None = None
    at_most: bool = False

    def text(self, unit: str) -> str:
        """Say what is wanted."""
        if self.peer is None:
            return f"{'≤' if self.at_most else '≥'} {number(self.limit)} {unit}"
        if self.at_most:
            return f"≤ {self.limit:g} × {self.peer}'s"
        return f"{self.limit:g} × better than {self.peer}"


@dataclass(slots=True)
class Row:
    """One figure of every tool on one input.

    Parameters
    ----------
    input, figure, unit
        What was measured; smaller is better.
    cells
        A summary by tool, or the reason why there is none.
    goals
        What is wanted of duronb.
    """

    input: str
    figure: str
    unit: str
    cells: dict[str, Summary | str] = field(default_factory=dict)
    goals: list[Goal] = field(default_factory=list)

    def ratio(self, peer: str, own: str = "duronb") -> float | None:
        """Return the peer's median by duronb's; ``None`` where one of them is missing."""
        theirs, ours = self.cells.get(peer), self.cells.get(own)
        if isinstance(theirs, Summary) and isinstance(ours, Summary) and ours.median > 0:
            return theirs.median / ours.median
        return None

    def reached(self, goal: Goal) -> bool | None:
        """Return whether a goal is reached; ``None`` where it cannot be said, because somebody was not measured."""
        ours = self.cells.get("duronb")
        if isinstance(ours, str):
            return False
        if not isinstance(ours, Summary):
            return None
        if goal.peer is None:
            return ours.median <= goal.limit if goal.at_most else ours.median >= goal.limit
        ratio = self.ratio(goal.peer)
        if ratio is None:
            return None
        return ratio >= 1 / goal.limit if goal.at_most else ratio >= goal.limit


def summary(values: Iterable[float]) -> Summary | None:
    """Sum values up; ``None`` where there is none."""
    found = list(values)
    return Summary(median(found), min(found), max(found), len(found)) if found else None


def number(value: float) -> str:
    """Write a figure with three significant digits, and no more decimals than it needs."""
    size = abs(value)
    if size >= 99.5:
        return f"{value:,.0f}"
    return f"{value:.1f}" if size >= 9.95 else f"{value:.2f}"


def times(ratio: float) -> str:
    """Write a ratio."""
    return f"×{ratio:.0f}" if ratio >= 99.5 else f"×{ratio:.1f}" if ratio >= 9.95 else f"×{ratio:.2f}"
