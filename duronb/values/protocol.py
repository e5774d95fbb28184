"""The protocol of the types of option values."""

from __future__ import annotations

from typing import Protocol

Schema = dict[str, object]
"""A JSON Schema, draft 2020-12, or a part of one."""


class ValueType(Protocol):
    """The type of the value of an option.

    ``name`` is the name of the option in error messages: its flag for text, its Python name for a Python value.
    """

    @property
    def annotation(self) -> object:
        """The Python type of a value, as in a signature: ``int``, a ``Literal``, ``tuple[str, ...]``."""

    def read(self, text: str, name: str) -> object:
        """Convert text to a value. Raise RequestError if the text is invalid."""

    def check(self, value: object, name: str) -> object:
        """Return a Python value in the form in which it is stored. Raise RequestError if the value is invalid."""

    def text(self, value: object) -> str:
        """Return the text that ``read`` converts to this value."""

    def schema(self) -> Schema:
        """Return the JSON Schema that accepts the same values."""
