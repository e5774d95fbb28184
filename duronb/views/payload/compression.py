"""gzip and base64 of payloads: equal data give equal text, and nothing inflates beyond a limit."""

from __future__ import annotations

import base64
import binascii
import gzip
import io
import zlib

LARGEST = 1 << 30
"""Bytes that a payload may decompress to."""

_LARGE = 1 << 21


def compress(data: bytes) -> bytes:
    """Compress a payload's data; equal data give equal bytes."""
    # Level 9 takes four times as long as 6 for one part in a hundred: only where it does not matter.
    level = 9 if len(data) < _LARGE else 6
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=level, mtime=0, filename="") as stream:
        stream.write(data)
    return buffer.getvalue()


def decompress(text: str) -> bytes:
    """Undo base64 and gzip, up to ``LARGEST`` bytes.

    Raises
    ------
    ValueError, zlib.error
        It is neither, it is cut off, or it is larger.
    """
    inflater = zlib.decompressobj(wbits=31)
    try:
        data = inflater.decompress(base64.b64decode(text, validate=True), LARGEST)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if not inflater.eof:
        raise ValueError("too large or cut off")
    return data
