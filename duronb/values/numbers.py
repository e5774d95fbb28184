"""Types of numbers: integers, days and percentages."""

from __future__ import annotations

import re
from dataclasses import dataclass

from duronb.errors import RequestError
from duronb.quoting import quoted
from duronb.values.protocol import Schema

_MOST_DIGITS = 15


@dataclass(frozen=True, slots=True)
class Integer:
    """An integer from ``low`` to ``high``, both included."""

    low: int
    high: int
    annotation: object = int

    def read(self, text: str, name: str) -> int:
        """Read decimal digits. A sign before them and spaces around them are allowed."""
        digits = text.strip(" ")
        if re.fullmatch(rf"[+-]?[0-9]{{1,{_MOST_DIGITS}}}", digits) and self.low <= int(digits) <= self.high:
            return int(digits)
        raise self._error(text, name)

    def check(self, value: object, name: str) -> int:
        """Return an ``int`` in range. Text and ``bool`` are rejected."""
        if not isinstance(value, int) or isinstance(value, bool) or not self.low <= value <= self.high:
            raise self._error(value, name)
        return value

    def text(self, value: object) -> str:
        """Return the decimal digits."""
        return str(value)

    def schema(self) -> Schema:
        """Return the schema of an integer with limits."""
        return {"type": "integer", "minimum": self.low, "maximum": self.high}

    def _error(self, value: object, name: str) -> RequestError:
        return RequestError(
            f"{name} cannot be {quoted(value)}.", f"Give a whole number from {self.low} to {self.high}."
        )


@dataclass(frozen=True, slots=True)
class Days:
    """A number of days, zero or more."""

    annotation: object = float

    def read(self, text: str, name: str) -> float:
        """Read a decimal number without an exponent."""
        number = _decimal(text)
        if number is None:
            raise self._error(text, name)
        return number

    def check(self, value: object, name: str) -> float:
        """Return a finite number that is not negative."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
            raise self._error(value, name)
        return value

    def text(self, value: object) -> str:
        """Return the number as text."""
        return str(value)

    def schema(self) -> Schema:
        """Return the schema of a number with a minimum."""
        return {"type": "number", "minimum": 0}

    @staticmethod
    def _error(value: object, name: str) -> RequestError:
        return RequestError(f"{name} cannot be {quoted(value)}.", "Give a number of days such as 30.")


@dataclass(frozen=True, slots=True)
class Percent:
    """A percentage above 0. Text is always in percent.

    Parameters
    ----------
    fraction
        Whether the Python value is a fraction, so that 5 % is 0.05 and not 5.
    includes_100
        Whether 100 % is accepted.
    """

    fraction: bool = False
    includes_100: bool = True
    annotation: object = float

    def read(self, text: str, name: str) -> float:
        """Read a decimal number, with or without a percent sign."""
        percent = _decimal(text.removesuffix("%"))
        if percent is None or not self._accepts(percent):
            raise RequestError(f"{name} cannot be {quoted(text)}.", f"Give a percentage above 0, {self._limit('100')}.")
        return percent / 100 if self.fraction else percent

    def check(self, value: object, name: str) -> float:
        """Return a number in range: a fraction or a percentage, see ``fraction``."""
        if isinstance(value, int | float) and not isinstance(value, bool):
            high = 1 if self.fraction else 100
            if 0 < value < high or (self.includes_100 and value == high):
                return value
        if self.fraction:
            remedy = f"Give a fraction above 0, {self._limit('1')}: 0.05 for 5 %."
        else:
            remedy = f"Give a percentage above 0, {self._limit('100')}."
        raise RequestError(f"{name} cannot be {quoted(value)}.", remedy)

    def text(self, value: object) -> str:
        """Return the percentage as text, without a percent sign."""
        assert isinstance(value, int | float)
        return f"{value * 100 if self.fraction else value:.10g}"

    def schema(self) -> Schema:
        """Return the schema of a number with limits."""
        high = "maximum" if self.includes_100 else "exclusiveMaximum"
        return {"type": "number", "exclusiveMinimum": 0, high: 1 if self.fraction else 100}

    def _accepts(self, percent: float) -> bool:
        return 0 < percent < 100 or (self.includes_100 and percent == 100)

    def _limit(self, high: str) -> str:
        return f"at most {high}" if self.includes_100 else f"below {high}"


def _decimal(text: str) -> float | None:
    return float(text) if re.fullmatch(r"[0-9]{1,9}(?:\.[0-9]{1,9})?", text) else None
