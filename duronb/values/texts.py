"""Types of text: free text, lists of texts and choices; and switches, which take no text."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from duronb.errors import RequestError
from duronb.quoting import quoted
from duronb.values.protocol import Schema
from duronb.values.split import shell_words


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several words."""

    choices: tuple[str, ...]

    @property
    def annotation(self) -> object:
        """A ``Literal`` of the words."""
        return Literal[self.choices]

    def read(self, text: str, name: str) -> str:
        """Return the word."""
        return self.check(text, name)

    def check(self, value: object, name: str) -> str:
        """Return the word. The RequestError for an unknown word lists all choices."""
        if not isinstance(value, str) or value not in self.choices:
            raise RequestError(f"{name} cannot be {quoted(value)}.", f"Choose {', '.join(self.choices)}.")
        return value

    def text(self, value: object) -> str:
        """Return the word."""
        return str(value)

    def schema(self) -> Schema:
        """Return the schema of an enumeration."""
        return {"enum": list(self.choices)}


@dataclass(frozen=True, slots=True)
class Text:
    """Text, restricted by a pattern.

    Parameters
    ----------
    pattern
        A regular expression that matches the entire text, in the syntax that Python and JavaScript share; ``None``
        accepts any text.
    problem
        The part of the error message after the quoted text, such as ``cannot be a label``.
    remedy
        The one thing to do about it.
    """

    pattern: str | None = None
    problem: str = ""
    remedy: str = ""
    annotation: object = str

    def read(self, text: str, name: str) -> str:
        """Return the text unchanged."""
        return self.check(text, name)

    def check(self, value: object, name: str) -> str:
        """Return the text unchanged. Raise RequestError if the pattern does not match all of it."""
        if not isinstance(value, str):
            if self.problem:
                raise RequestError(f"{quoted(value)} {self.problem}.", self.remedy)
            raise RequestError(f"{name} cannot be {quoted(value)}.", "Give text.")
        if self.pattern is not None and not re.fullmatch(self.pattern, value):
            raise RequestError(f"{quoted(value)} {self.problem}.", self.remedy)
        return value

    def text(self, value: object) -> str:
        """Return the text unchanged."""
        return str(value)

    def schema(self) -> Schema:
        """Return the schema of a string with the pattern."""
        # The lookahead ends the match, since in Python a dollar sign also matches before a final newline.
        found: Schema = {"type": "string"}
        if self.pattern is not None:
            found["pattern"] = rf"^(?:{self.pattern})(?![\s\S])"
        return found


@dataclass(frozen=True, slots=True)
class TextList:
    """Several texts, given on a command line as one word.

    Parameters
    ----------
    item
        The type of each text.
    as_shell
        Split the word as a shell would, and not at commas.
    length
        The required number of texts; ``None`` for any number.
    problem, remedy
        The error message and the one thing to do if the number is wrong.
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
        """Return a sequence of texts as a tuple. A single text is rejected."""
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise RequestError(f"{name} cannot be {quoted(value)}.", "Give a list of texts.")
        if self.length is not None and len(value) != self.length:
            raise RequestError(self.problem, self.remedy)
        return tuple(self.item.check(part, name) for part in value)

    def text(self, value: object) -> str:
        """Return the texts as one word."""
        assert isinstance(value, Sequence)
        return shlex.join(value) if self.as_shell else ",".join(value)

    def schema(self) -> Schema:
        """Return the schema of an array of texts."""
        length = {} if self.length is None else {"minItems": self.length, "maxItems": self.length}
        return {"type": "array", "items": self.item.schema(), **length}


@dataclass(frozen=True, slots=True)
class Switch:
    """A flag without a value. The option is ``True`` if the flag is given."""

    annotation: object = bool

    def read(self, text: str, name: str) -> bool:
        """Raise RequestError, since a switch takes no text."""
        raise RequestError(f"{name} takes no value.", f"Drop {quoted(text)}.")

    def check(self, value: object, name: str) -> bool:
        """Return a ``bool`` unchanged. Raise RequestError for any other value."""
        if not isinstance(value, bool):
            raise RequestError(f"{name} cannot be {quoted(value)}.", "Give True or False.")
        return value

    def text(self, value: object) -> str:
        """Return ``true`` or ``false``."""
        return str(bool(value)).lower()

    def schema(self) -> Schema:
        """Return the schema of a boolean."""
        return {"type": "boolean"}
