"""Decompression of files by their first bytes. A row of the table is all that a further compression needs."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

LAYERS = 3
"""How often a file may be compressed. A file with more layers is malicious."""


@dataclass(frozen=True, slots=True)
class Compression:
    """A compression that can be undone.

    Parameters
    ----------
    name
        Name for messages.
    signature
        The bytes with which every compressed file begins.
    decompress
        Returns a file that contains the decompressed bytes, from a compressed file that cannot be rewound.
    errors
        Exceptions for damaged data.
    """

    name: str
    signature: bytes
    decompress: Callable[[IO[bytes]], IO[bytes]]
    errors: tuple[type[Exception], ...]


def _gunzip(file: IO[bytes]) -> IO[bytes]:
    return io.BufferedReader(gzip.GzipFile(fileobj=file, mode="rb"))


COMPRESSIONS: tuple[Compression, ...] = (
    Compression("gzip", b"\x1f\x8b", _gunzip, (EOFError, zlib.error, gzip.BadGzipFile)),
)
"""Every compression that is undone. Others are refused by ``duronb.ingest.formats.binary``."""

LONGEST_SIGNATURE = max(len(each.signature) for each in COMPRESSIONS)


def compression_of(beginning: bytes) -> Compression | None:
    """Return the compression of a file from its beginning; ``None`` for a file that is not compressed."""
    return next((each for each in COMPRESSIONS if beginning.startswith(each.signature)), None)
