"""Formats that are read as a whole, up to a limit."""

from __future__ import annotations

from collections.abc import Iterable

from duronb.errors import StoreError


def read_whole(chunks: Iterable[bytes], limit: int, what: str) -> bytes:
    """Return all bytes of a file.

    Parameters
    ----------
    chunks
        The decompressed content, split at any positions.
    limit
        Largest size in bytes.
    what
        What the file is, for the message, such as ``pprof file``.

    Raises
    ------
    StoreError
        The file is larger. Reading stops at the limit.
    """
    pieces, size = [], 0
    for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise StoreError(f"The {what} is larger than {limit >> 20} MiB.", "Record a shorter profile.")
        pieces.append(chunk)
    return b"".join(pieces)
