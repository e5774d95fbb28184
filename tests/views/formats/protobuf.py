"""Reads protobuf messages by the format's description, for the tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def varint(data: bytes, at: int) -> tuple[int, int]:
    """Return the number at an offset, and the offset behind it."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            assert shift <= 63
            return value, at
        shift += 7


def fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield number and value of each field: an integer or the bytes of what has a length."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        if key & 7 == 0:
            value: int | bytes
            value, at = varint(data, at)
        elif key & 7 == 1:
            value = int.from_bytes(data[at : at + 8], "little")
            at += 8
        else:
            assert key & 7 == 2, "the formats have only numbers and blocks"
            length, at = varint(data, at)
            value = data[at : at + length]
            assert len(value) == length
            at += length
        yield key >> 3, value


def numbers(data: bytes) -> list[int]:
    """Return the numbers of a packed field."""
    found, at = [], 0
    while at < len(data):
        value, at = varint(data, at)
        found.append(value)
    return found


def message(data: bytes, lists: frozenset[int] = frozenset()) -> dict[int, Any]:
    """Return a message's fields by number; those in ``lists`` as lists, and no other one may come twice."""
    found: dict[int, Any] = {field: [] for field in lists}
    for field, value in fields(data):
        if field in lists:
            found[field].append(value)
        else:
            assert field not in found
            found[field] = value
    return found
