"""Reader of protobuf messages by the description of the encoding, for messages that are not trusted."""

from __future__ import annotations

from collections.abc import Iterator

VARINT, FIXED64, BLOCK, FIXED32 = 0, 1, 2, 5
_FIXED = {FIXED64: 8, FIXED32: 4}
_LONGEST_VARINT = 10
_MASK = 2**64 - 1


class DamagedMessageError(ValueError):
    """The bytes are not a protobuf message, or end inside one."""


def fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield number and value of each field of a message in the order of the bytes.

    Parameters
    ----------
    data
        The message.

    Returns
    -------
    An integer of 64 bits without a sign for a number, bytes for a text, a nested message or packed numbers. Numbers of
    fixed size are skipped, since no message that is read here has one.

    Raises
    ------
    DamagedMessageError
        The bytes are not a message.
    """
    at, end = 0, len(data)
    while at < end:
        key, at = varint(data, at)
        field, wire = key >> 3, key & 7
        if not 0 < field < 2**29:
            raise DamagedMessageError
        if wire == VARINT:
            value, at = varint(data, at)
            yield field, value
        elif wire == BLOCK:
            size, at = varint(data, at)
            if size > end - at:
                raise DamagedMessageError
            yield field, data[at : at + size]
            at += size
        elif wire in _FIXED and at + _FIXED[wire] <= end:
            at += _FIXED[wire]
        else:
            raise DamagedMessageError


def varint(data: bytes, at: int) -> tuple[int, int]:
    """Return the integer at an offset, of 64 bits without a sign, and the offset after it.

    Raises
    ------
    DamagedMessageError
        The integer is too long, or the bytes end inside it.
    """
    if at < len(data) and (byte := data[at]) < 0x80:
        return byte, at + 1
    value = shift = 0
    for byte in data[at : at + _LONGEST_VARINT]:
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & _MASK, at
        shift += 7
    raise DamagedMessageError


def packed(data: bytes) -> list[int]:
    """Return the integers of a packed field.

    Raises
    ------
    DamagedMessageError
        The bytes end inside an integer.
    """
    found, at, end = [], 0, len(data)
    while at < end:
        value, at = varint(data, at)
        found.append(value)
    return found


def signed(value: int) -> int:
    """Return an integer of 64 bits with its sign."""
    return value - 2**64 if value >= 2**63 else value
