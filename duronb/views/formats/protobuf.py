"""Writer of protobuf messages: varints, texts and nested messages."""

from __future__ import annotations

from collections.abc import Iterable

_FIXED64 = 1
_BLOCK = 2


def number(field: int, value: int) -> bytes:
    """Encode an integer field. 0 is the default value of a field and is not written."""
    return varint(field << 3) + varint(value) if value else b""


def numbers(field: int, values: Iterable[int]) -> bytes:
    """Encode a packed field of integers. Without integers it is not written."""
    content = b"".join(map(varint, values))
    return block(field, content) if content else b""


def fixed64(value: int) -> bytes:
    """Encode an integer of 8 bytes, without its field."""
    return value.to_bytes(8, "little")


def fixed64_field(field: int, value: int) -> bytes:
    """Encode an integer field of 8 bytes. 0 is the default value of a field and is not written."""
    return varint(field << 3 | _FIXED64) + fixed64(value) if value else b""


def block(field: int, content: bytes) -> bytes:
    """Encode a field with a length: a text, a nested message or packed numbers."""
    return varint(field << 3 | _BLOCK) + varint(len(content)) + content


def varint(value: int) -> bytes:
    """Encode an integer that is not negative, without its field."""
    if value < 0x80:
        return bytes((value,))
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)
