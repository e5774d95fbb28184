"""What every type of an option's value can do."""

from __future__ import annotations

from typing import Protocol

Schema = dict[str, object]
"""A JSON Schema, draft 2020-12, or a part of one."""


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
