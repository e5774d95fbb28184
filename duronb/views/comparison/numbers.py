"""Text of numbers in a comparison: values, changes and p-values."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, floor, isfinite, log, log10

from duronb.views.kit.numbers import NONE


def typical(values: Sequence[float]) -> float | None:
    """Return the geometric mean, or the arithmetic mean where a value is not positive; ``None`` for no values."""
    if not values:
        return None
    if min(values) > 0:
        return exp(sum(map(log, values)) / len(values))
    return sum(values) / len(values)


def value_text(value: float | None) -> str:
    """Return a value with three significant digits."""
    if value is None or not isfinite(value):
        return NONE
    digits = 2 - floor(log10(abs(value))) if value else 0
    return f"{value:,.{min(6, max(0, digits))}f}"


def percent_change(ratio: float) -> str:
    """Return a ratio as a change in percent, signed, without the percent sign."""
    return _signed(100 * (ratio - 1), 1)


def untested_change(ratio: float, unit: str = "") -> str:
    """Return a change that was not tested in percent, marked as such, with ``unit`` after the number."""
    return f"{percent_change(ratio)}{unit} (untested)"


def percent_of(margin: float) -> str:
    """Return a margin such as 0.05 as ``±5 %``."""
    return f"±{100 * margin:g} %"


def p_text(p: float) -> str:
    """Return a p-value with two significant digits."""
    return "<0.0001" if p < 0.0001 else f"{p:.2g}"


def p_equals(p: float) -> str:
    """Return a p-value as ``p = 0.012`` or ``p < 0.0001``."""
    return f"p {'< 0.0001' if p < 0.0001 else f'= {p:.2g}'}"


def points(proportion: float) -> str:
    """Return a difference of proportions in percentage points, signed."""
    return _signed(100 * proportion, 2)


def _signed(value: float, digits: int) -> str:
    if not isfinite(value):
        return "∞" if value > 0 else NONE
    text = f"{value:+,.{digits}f}"
    return text[1:] if not float(text.replace(",", "")) else text.replace("-", "−")
