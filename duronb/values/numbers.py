"""Types of numbers: integers, days, durations and percentages."""

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


_UNITS = {"h": 3600, "m": 60, "s": 1}
_DURATION = re.compile(r"(?=[0-9])(?:([0-9]{1,4})h)?(?:([0-9]{1,6})m(?:in)?)?(?:([0-9]{1,6})s)?")


@dataclass(frozen=True, slots=True)
class Duration:
    """A duration: text such as ``90s``, ``20m`` or ``1h30m``; in Python also a number of seconds.

    Parameters
    ----------
    longest
        Longest duration in seconds. The shortest is one second.
    """

    longest: int
    annotation: object = str

    def read(self, text: str, name: str) -> str:
        """Return the text if it is a duration."""
        if self.seconds(text) is None:
            raise self._error(text, name)
        return text

    def check(self, value: object, name: str) -> float:
        """Return the seconds of text, or of a number of seconds."""
        found = self.seconds(value)
        if found is None:
            raise self._error(value, name)
        return found

    def seconds(self, value: object) -> float | None:
        """Return the duration in seconds; ``None`` if the value is no duration within the limits."""
        if isinstance(value, str):
            match = _DURATION.fullmatch(value.strip(" "))
            value = (
                None
                if match is None
                else sum(int(digits) * unit for digits, unit in zip(match.groups("0"), _UNITS.values(), strict=True))
            )
        if isinstance(value, bool) or not isinstance(value, int | float) or not 1 <= value <= self.longest:
            return None
        return float(value)

    def text(self, value: object) -> str:
        """Return the duration as text."""
        found = self.seconds(value)
        assert found is not None
        left, parts = round(found), []
        for unit, size in _UNITS.items():
            count, left = divmod(left, size)
            parts += [f"{count}{unit}"] if count else []
        return "".join(parts)

    def schema(self) -> Schema:
        """Return the schema of text with units."""
        return {"type": "string", "pattern": "^(?=[0-9])([0-9]{1,4}h)?([0-9]{1,6}m(in)?)?([0-9]{1,6}s)?$"}

    def _error(self, value: object, name: str) -> RequestError:
        return RequestError(
            f"{name} cannot be {quoted(value)}.",
            f"Give a duration such as 90s, 20m or 1h30m, from 1s to {self.text(self.longest)}.",
        )


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
