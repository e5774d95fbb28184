"""Text of numbers. The interactive viewer formats them the same way."""

from __future__ import annotations

NONE = "–"
"""Text of an unknown value."""


def share(part: float, denominator: float) -> str:
    """Return a share as a percentage with three significant digits."""
    if denominator <= 0:
        return "0%"
    percent = 100 * part / denominator
    if 0 < percent < 0.01:
        return "<0.01%"
    if percent in (0, 100):
        return f"{percent:.0f}%"
    return f"{percent:.2f}%" if percent < 10 else f"{percent:.1f}%"


def integer(value: int | None) -> str:
    """Return an integer as ``12,345``."""
    return NONE if value is None else f"{value:,}"


def at_most(text: str, *, imputed: bool) -> str:
    """Return the text of a value, with ≤ if a part of it is imputed at most."""
    return f"≤ {text}" if imputed and text != NONE else text


def number(value: float | None, digits: int) -> str:
    """Return a number with so many digits after the decimal point."""
    return NONE if value is None else f"{value:,.{digits}f}"
