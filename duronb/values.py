"""Types of option values: how text is read, how a Python value is checked, and the same as a JSON Schema."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from duronb.errors import RequestError
from duronb.quoting import quoted

Schema = dict[str, object]
"""A JSON Schema, draft 2020-12, or a part of one."""
_MOST_DIGITS = 15


class ValueType(Protocol):
    """The type of an option's value.

    Every method names the option in its error: with its flag for text, with its Python name for a value.
    """

    @property
    def annotation(self) -> object:
        """The Python type of a value, as a signature writes it: ``int``, a ``Literal``, ``tuple[str, ...]``."""

    def read(self, text: str, name: str) -> object:
        """Turn text into a value; RequestError where it is not one."""

    def check(self, value: object, name: str) -> object:
        """Return a Python value as it is stored; RequestError where it is not one of this type."""

    def text(self, value: object) -> str:
        """Write a value as ``read`` takes it."""

    def schema(self) -> Schema:
        """Return the JSON Schema that accepts the same values."""


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number from ``low`` to ``high``, both included."""

    low: int
    high: int
    annotation: object = int

    def read(self, text: str, name: str) -> int:
        """Read decimal digits, with a sign and spaces around them at most."""
        digits = text.strip(" ")
        if re.fullmatch(rf"[+-]?[0-9]{{1,{_MOST_DIGITS}}}", digits) and self.low <= int(digits) <= self.high:
            return int(digits)
        raise self._error(text, name)

    def check(self, value: object, name: str) -> int:
        """Return an ``int`` in range; text and ``bool`` are refused."""
        if not isinstance(value, int) or isinstance(value, bool) or not self.low <= value <= self.high:
            raise self._error(value, name)
        return value

    def text(self, value: object) -> str:
        """Write the digits."""
        return str(value)

    def schema(self) -> Schema:
        """Return an integer with limits."""
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
        """Write the number."""
        return str(value)

    def schema(self) -> Schema:
        """Return a number with its minimum."""
        return {"type": "number", "minimum": 0}

    @staticmethod
    def _error(value: object, name: str) -> RequestError:
        return RequestError(f"{name} cannot be {quoted(value)}.", "Give a number of days such as 30.")


@dataclass(frozen=True, slots=True)
class Percent:
    """A percentage above 0; the value is the percentage itself, or with ``fraction`` a hundredth of it.

    Parameters
    ----------
    fraction
        The value of 5 % is 0.05.
    includes_100
        100 % is accepted.
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
        """Return a number in range, in the unit of the value."""
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
        """Write the percentage."""
        assert isinstance(value, int | float)
        return f"{value * 100 if self.fraction else value:.10g}"

    def schema(self) -> Schema:
        """Return a number with its limits."""
        high = "maximum" if self.includes_100 else "exclusiveMaximum"
        return {"type": "number", "exclusiveMinimum": 0, high: 1 if self.fraction else 100}

    def _accepts(self, percent: float) -> bool:
        return 0 < percent < 100 or (self.includes_100 and percent == 100)

    def _limit(self, high: str) -> str:
        return f"at most {high}" if self.includes_100 else f"below {high}"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some words."""

    choices: tuple[str, ...]

    @property
    def annotation(self) -> object:
        """A ``Literal`` of the words."""
        return Literal[self.choices]

    def read(self, text: str, name: str) -> str:
        """Return the word."""
        return self.check(text, name)

    def check(self, value: object, name: str) -> str:
        """Return the word; RequestError lists all of them."""
        if not isinstance(value, str) or value not in self.choices:
            raise RequestError(f"{name} cannot be {quoted(value)}.", f"Choose {', '.join(self.choices)}.")
        return value

    def text(self, value: object) -> str:
        """Write the word."""
        return str(value)

    def schema(self) -> Schema:
        """Return an enumeration."""
        return {"enum": list(self.choices)}


@dataclass(frozen=True, slots=True)
class Text:
    """Text, restricted by a pattern.

    Parameters
    ----------
    pattern
        A regular expression for the whole text, in the syntax that Python and JavaScript share.
    problem
        What follows the quoted text in the message, such as ``cannot be a label``.
    remedy
        What to do.
    """

    pattern: str | None = None
    problem: str = ""
    remedy: str = ""
    annotation: object = str

    def read(self, text: str, name: str) -> str:
        """Return the text as it is."""
        return self.check(text, name)

    def check(self, value: object, name: str) -> str:
        """Return the text, where the pattern fits all of it."""
        if not isinstance(value, str):
            if self.problem:
                raise RequestError(f"{quoted(value)} {self.problem}.", self.remedy)
            raise RequestError(f"{name} cannot be {quoted(value)}.", "Give text.")
        if self.pattern is not None and not re.fullmatch(self.pattern, value):
            raise RequestError(f"{quoted(value)} {self.problem}.", self.remedy)
        return value

    def text(self, value: object) -> str:
        """Write the text."""
        return str(value)

    def schema(self) -> Schema:
        """Return a string with the pattern."""
        # A dollar sign matches before a final newline too, in Python.
        found: Schema = {"type": "string"}
        if self.pattern is not None:
            found["pattern"] = rf"^(?:{self.pattern})(?![\s\S])"
        return found


@dataclass(frozen=True, slots=True)
class TextList:
    """Several texts; one word of a command line has them separated by commas, or split as a shell would.

    Parameters
    ----------
    item
        The type of each.
    as_shell
        Split as a shell would in place of at commas.
    length
        How many there must be; any number when ``None``. ``remedy`` says it.
    """

    item: Text = Text()
    as_shell: bool = False
    length: int | None = None
    problem: str = ""
    remedy: str = ""
    annotation: object = tuple[str, ...]

    def read(self, text: str, name: str) -> tuple[str, ...]:
        """Split the text and check each part."""
        if not self.as_shell:
            return self.check([part for part in text.split(",") if part], name)
        try:
            return self.check(shell_words(text), name)
        except ValueError:
            raise RequestError(f"A quote in {name} {quoted(text)} is not closed.", "Close it.") from None

    def check(self, value: object, name: str) -> tuple[str, ...]:
        """Return a sequence of texts as a tuple; one text alone is refused."""
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise RequestError(f"{name} cannot be {quoted(value)}.", "Give a list of texts.")
        if self.length is not None and len(value) != self.length:
            raise RequestError(self.problem, self.remedy)
        return tuple(self.item.check(part, name) for part in value)

    def text(self, value: object) -> str:
        """Write the texts as one word."""
        assert isinstance(value, Sequence)
        return shlex.join(value) if self.as_shell else ",".join(value)

    def schema(self) -> Schema:
        """Return an array of the item's schema."""
        length = {} if self.length is None else {"minItems": self.length, "maxItems": self.length}
        return {"type": "array", "items": self.item.schema(), **length}


@dataclass(frozen=True, slots=True)
class Switch:
    """A flag without a value: given or not."""

    annotation: object = bool

    def read(self, text: str, name: str) -> bool:
        """Refuse: a switch takes no text."""
        raise RequestError(f"{name} takes no value.", f"Drop {quoted(text)}.")

    def check(self, value: object, name: str) -> bool:
        """Return a ``bool``."""
        if not isinstance(value, bool):
            raise RequestError(f"{name} cannot be {quoted(value)}.", "Give True or False.")
        return value

    def text(self, value: object) -> str:
        """Write nothing: the flag says all."""
        return str(bool(value)).lower()

    def schema(self) -> Schema:
        """Return a boolean."""
        return {"type": "boolean"}


def shell_words(text: str) -> list[str]:
    """Split text as a shell would; on Windows a backslash is an ordinary character.

    Raises
    ------
    ValueError
        A quote is not closed.
    """
    lexer = shlex.shlex(text, posix=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    if os.name == "nt":
        lexer.escape = ""  # a backslash separates folders there
    return list(lexer)


def check_names(fields: Mapping[str, object], known: Sequence[str], what: str) -> None:
    """Raise RequestError where a mapping has a name that is not known."""
    for name in fields:
        if name not in known:
            raise RequestError(f"{quoted(name)} is not {what}.", f"Choose {', '.join(known)}.")


def _decimal(text: str) -> float | None:
    return float(text) if re.fullmatch(r"[0-9]{1,9}(?:\.[0-9]{1,9})?", text) else None
