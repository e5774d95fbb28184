"""JSON documents that are not trusted: every value is checked for its type before it is used."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any, NoReturn, TypeGuard

from duronb.errors import StoreError
from duronb.ingest.exchange.whole import read_whole
from duronb.quoting import quoted

LARGEST_JSON = 512 * 2**20
"""Largest size of a decompressed document, in bytes. It is read as a whole."""

_AGAIN = "Write the file again with the program that made it."


class JsonDocument:
    """Checks the values of a document.

    Parameters
    ----------
    what
        What the document is, for messages, such as ``speedscope file``.
    """

    def __init__(self, what: str) -> None:
        self._what = what

    def fail(self, problem: str) -> NoReturn:
        """Raise a StoreError that the document is damaged."""
        raise StoreError(f"The {self._what} is damaged: {problem}.", _AGAIN)

    def mapping(self, value: object, name: str) -> dict[str, Any]:
        """Return a value that must be an object."""
        if not isinstance(value, dict):
            self.fail(f"{quoted(name)} is not an object")
        return value

    def array(self, value: object, name: str) -> list[Any]:
        """Return a value that must be a list."""
        if not isinstance(value, list):
            self.fail(f"{quoted(name)} is not a list")
        return value

    def text(self, value: object, name: str) -> str:
        """Return a value that must be a string."""
        if not isinstance(value, str):
            self.fail(f"{quoted(name)} is not a string")
        return value

    def number(self, value: object, name: str) -> float:
        """Return a value that must be a finite number."""
        if not _is_number(value) or not abs(value) < 2.0**1000 or not math.isfinite(value):
            self.fail(f"{quoted(name)} is not a number")
        return value

    def index(self, value: object, size: int, name: str) -> int:
        """Return a value that must be an index into a list of ``size`` entries."""
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < size:
            self.fail(f"{quoted(name)} is not an index below {size:,}")
        return value

    def column(self, table: dict[str, Any], key: str, length: int | None = None) -> list[Any]:
        """Return a column of a table, which must have ``length`` entries unless that is ``None``."""
        column = self.array(table.get(key), key)
        if length is not None and len(column) != length:
            self.fail(f"the column {quoted(key)} has {len(column):,} entries instead of {length:,}")
        return column


def read_json(chunks: Iterable[bytes]) -> dict[str, Any]:
    """Return the JSON object of a file.

    Parameters
    ----------
    chunks
        The text in UTF-8, split at any positions.

    Raises
    ------
    StoreError
        The text is too large, is not JSON, or is not an object.
    """
    try:
        value = json.loads(read_whole(chunks, LARGEST_JSON, "JSON text").decode("utf-8-sig"), parse_constant=_refuse)
    except UnicodeDecodeError:
        raise StoreError("The JSON text is not UTF-8.", _AGAIN) from None
    except RecursionError:
        raise StoreError("The JSON text is nested too deeply.", _AGAIN) from None
    except ValueError as error:
        where = f" in line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise StoreError(f"The JSON text is damaged{where}; it may be incomplete.", "Copy the file again.") from None
    if not isinstance(value, dict):
        raise StoreError("The JSON text is not an object, so it is not a profile.", _AGAIN)
    return value


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)
