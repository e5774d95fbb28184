"""Decompression of files by their first bytes. A row of the table is all that a further compression needs."""

from __future__ import annotations

import gzip
import importlib
import io
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import IO

from duronb.errors import StoreError

try:
    from lzma import LZMAError
except ImportError:  # a Python that was built without the library

    class LZMAError(Exception):  # type: ignore[no-redef]
        """Damaged data of xz."""


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


def _unxz(file: IO[bytes]) -> IO[bytes]:
    return io.BufferedReader(_module("lzma", "xz").LZMAFile(file))


def _bunzip2(file: IO[bytes]) -> IO[bytes]:
    return io.BufferedReader(_module("bz2", "bzip2").BZ2File(file))


def _unzstd(file: IO[bytes]) -> IO[bytes]:
    import pyarrow as pa

    return pa.CompressedInputStream(pa.PythonFile(file, "r"), "zstd")  # type: ignore[no-any-return]


def _module(name: str, compression: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ImportError:
        raise StoreError(
            f"The file is compressed by {compression}, which this Python was built without.", "Decompress it first."
        ) from None


COMPRESSIONS: tuple[Compression, ...] = (
    Compression("gzip", b"\x1f\x8b", _gunzip, (EOFError, zlib.error, gzip.BadGzipFile)),
    Compression("xz", b"\xfd7zXZ\0", _unxz, (EOFError, LZMAError)),
    Compression("bzip2", b"BZh", _bunzip2, (EOFError, OSError, ValueError)),
    Compression("zstd", b"\x28\xb5\x2f\xfd", _unzstd, (OSError, ValueError)),
)
"""Every compression that is undone. Others are refused by ``duronb.ingest.formats.binary``."""

LONGEST_SIGNATURE = max(len(each.signature) for each in COMPRESSIONS)


def compression_of(beginning: bytes) -> Compression | None:
    """Return the compression of a file from its beginning; ``None`` for a file that is not compressed."""
    return next((each for each in COMPRESSIONS if beginning.startswith(each.signature)), None)
