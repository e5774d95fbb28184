"""Numbers as they are read; the interactive viewer writes them the same way."""

from __future__ import annotations

NONE = "–"
"""Stands for a figure that is not known."""


def share(part: float, whole: float) -> str:
    """Return a part of a whole as a percentage with three telling digits."""
    if whole <= 0:
        return "0%"
    percent = 100 * part / whole
    if 0 < percent < 0.01:
        return "<0.01%"
    if percent in (0, 100):
        return f"{percent:.0f}%"
    return f"{percent:.2f}%" if percent < 10 else f"{percent:.1f}%"


def whole(value: int | None) -> str:
    """Return an integer as ``12,345``."""
    return NONE if value is None else f"{value:,}"


def number(value: float | None, digits: int) -> str:
    """Return a number with so many digits after the point."""
    return NONE if value is None else f"{value:,.{digits}f}"
