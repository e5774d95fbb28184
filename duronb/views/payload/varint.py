"""Encoding and decoding of columns of unsigned LEB128 varints."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

_LONGEST = 10


def encode_varints(values: ArrayLike) -> bytes:
    """Encode non-negative integers, shape ``(n,)``, as consecutive varints.

    Raises
    ------
    ValueError
        A value is negative.
    """
    column = np.asarray(values)
    if column.size and column.dtype.kind == "i" and int(column.min()) < 0:
        raise ValueError("a varint cannot be negative")
    if not column.size or int(column.max()) < 0x80:
        return column.astype(np.uint8).tobytes()
    rest = column.astype(np.uint64)
    length = np.ones(len(rest), dtype=np.int64)
    for groups in range(1, _LONGEST):
        longer = rest >= np.uint64(1 << (7 * groups))
        if not longer.any():
            break
        length += longer
    start = np.cumsum(length) - length
    encoded = np.zeros(int(length.sum()), dtype=np.uint8)
    for group in range(int(length.max(initial=0))):
        here = np.flatnonzero(length > group)
        seven = (rest[here] >> np.uint64(7 * group)) & np.uint64(0x7F)
        more = np.where(length[here] > group + 1, np.uint64(0x80), np.uint64(0))
        encoded[start[here] + group] = (seven | more).astype(np.uint8)
    return encoded.tobytes()


def decode_varints(data: bytes, count: int, offset: int = 0) -> tuple[NDArray[np.int64], int]:
    """Decode ``count`` varints from ``offset`` on.

    Returns
    -------
    The values, shape ``(count,)``, and the offset of the first byte after them.

    Raises
    ------
    ValueError
        The data end early, or a value exceeds 63 bits.
    """
    if count <= 0:
        return np.zeros(0, dtype=np.int64), offset
    # Text may follow the varints, so only the bytes that so many varints can take are searched.
    view = np.frombuffer(data, dtype=np.uint8, offset=offset, count=min(len(data) - offset, count * _LONGEST))
    last = np.flatnonzero(view < 0x80)[:count]
    if len(last) < count:
        raise ValueError("the data end early")
    first = np.concatenate(([0], last[:-1] + 1))
    length = last - first + 1
    if int(length.max()) > 9:
        raise ValueError("a varint is too long")
    values = np.zeros(count, dtype=np.int64)
    for group in range(int(length.max())):
        here = np.flatnonzero(length > group)
        values[here] |= (view[first[here] + group] & 0x7F).astype(np.int64) << (7 * group)
    return values, offset + int(last[-1]) + 1
