"""Writes pprof messages by the description of the format, for the tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Record(NamedTuple):
    """A record: stack root first, values, and labels with a text or a number."""

    stack: Sequence[str]
    values: Sequence[int]
    labels: dict[str, str | int] = {}  # noqa: RUF012  # never changed


def varint(value: int) -> bytes:
    value %= 2**64
    found = b""
    while value > 127:
        found += bytes([value % 128 + 128])
        value //= 128
    return found + bytes([value])


def number(field: int, value: int) -> bytes:
    return varint(field * 8) + varint(value)


def block(field: int, content: bytes) -> bytes:
    return varint(field * 8 + 2) + varint(len(content)) + content


def pprof_file(
    types: Sequence[tuple[str, str]],
    records: Sequence[Record],
    *,
    period: tuple[str, str, int] | None = None,
    default: str = "",
    time_nanos: int = 0,
    unpacked: bool = False,
    texts_first: bool = False,
) -> bytes:
    """Return a message. A frame ``a|b`` is the function ``b`` that was inlined into ``a``."""
    texts = [""]

    def text(value: str) -> int:
        if value not in texts:
            texts.append(value)
        return texts.index(value)

    frames = sorted({frame for record in records for frame in record.stack})
    functions = sorted({name for frame in frames for name in frame.split("|")})
    body = b"".join(block(1, number(1, text(kind)) + number(2, text(unit))) for kind, unit in types)
    for record in records:
        ids = [frames.index(frame) + 1 for frame in reversed(record.stack)]
        if unpacked:
            content = b"".join(number(1, each) for each in ids) + b"".join(number(2, each) for each in record.values)
        else:
            content = block(1, b"".join(map(varint, ids))) + block(2, b"".join(map(varint, record.values)))
        for key, value in record.labels.items():
            label = number(1, text(key)) + (number(2, text(value)) if isinstance(value, str) else number(3, value))
            content += block(3, label)
        body += block(2, content)
    body += block(3, number(1, 1) + number(5, text("/usr/bin/program")))
    for index, frame in enumerate(frames, start=1):
        lines = b"".join(
            block(4, number(1, functions.index(name) + 1) + number(2, 7)) for name in reversed(frame.split("|"))
        )
        body += block(4, number(1, index) + number(2, 1) + number(3, 0x4000 + index) + lines)
    body += b"".join(block(5, number(1, i) + number(2, text(name))) for i, name in enumerate(functions, start=1))
    body += number(9, time_nanos)
    if period is not None:
        kind, unit, amount = period
        body += block(11, number(1, text(kind)) + number(2, text(unit))) + number(12, amount)
    if default:
        body += number(14, text(default))
    table = b"".join(block(6, each.encode()) for each in texts)
    return table + body if texts_first else body + table
