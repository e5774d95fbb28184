"""Decompression of files as streams. The first bytes of a file state how it is compressed."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from duronb.errors import StoreError
from duronb.quoting import quoted

_GZIP, _XZ, _BZIP2, _ZSTANDARD = b"\x1f\x8b", b"\xfd7zXZ\0", b"BZh", b"\x28\xb5\x2f\xfd"
_SIGNATURES = {_GZIP: "gzip", _XZ: "xz", _BZIP2: "bzip2", _ZSTANDARD: "zstd"}
_LONGEST_SIGNATURE = max(map(len, _SIGNATURES))
_MOST_LAYERS = 3
"""Largest number of compressions inside each other, such as that of a ``.pb.gz`` in a ``.zst``."""
_BUFFER = 2**18


def compression(beginning: bytes) -> str | None:
    """Return how a file is compressed, from its beginning; ``None`` if it is not, or in another way."""
    return next((name for signature, name in _SIGNATURES.items() if beginning.startswith(signature)), None)


@contextmanager
def decompressed(raw: IO[bytes], path: str) -> Iterator[IO[bytes]]:
    """Yield a stream of the content of a file, which is decompressed as often as it is compressed.

    A file may consist of several compressed files after one another.

    Parameters
    ----------
    raw
        The file; need not be seekable.
    path
        Its name, for messages.

    Raises
    ------
    StoreError
        The compressed data are damaged.
    """
    stream = _Peekable(raw)
    names: list[str] = []
    while (found := compression(stream.peek(_LONGEST_SIGNATURE))) is not None and len(names) < _MOST_LAYERS:
        names.append(found)
        stream = _Peekable(_decompressor(found, stream), f"The {found} data of {quoted(path)} are damaged.")
    yield stream  # type: ignore[misc]  # is read like a file


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for reading, decompressed.

    Raises
    ------
    OSError
        The file cannot be opened or read.
    StoreError
        The compressed data are damaged.
    """
    with path.open("rb") as raw, decompressed(raw, str(path)) as file:
        yield file


class _Peekable(io.RawIOBase):
    """A stream whose beginning can be read without consuming it. Damage is reported as an error for the user."""

    def __init__(self, stream: IO[bytes] | io.RawIOBase, damaged: str | None = None) -> None:
        self._stream = stream
        self._damaged = damaged
        self._held = b""

    def peek(self, size: int) -> bytes:
        """Return up to ``size`` bytes from the current position, fewer only at the end."""
        while len(self._held) < size and (piece := self._next(_BUFFER)):
            self._held += piece
        return self._held[:size]

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """Return up to ``size`` bytes; all of them if it is negative."""
        if size < 0:
            return b"".join(iter(lambda: self.read(_BUFFER), b""))
        if self._held:
            piece, self._held = self._held[:size], self._held[size:]
            return piece
        return self._next(size)

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        piece = self.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)

    def _next(self, size: int) -> bytes:
        if self._damaged is None:
            return self._stream.read(size) or b""
        try:
            return self._stream.read(size) or b""
        except (EOFError, OSError, ValueError, zlib.error, _lzma_error()):
            raise StoreError(self._damaged, "Copy the file again.") from None


def _decompressor(name: str, stream: _Peekable) -> IO[bytes]:
    if name == "gzip":
        import gzip

        return gzip.GzipFile(fileobj=stream)  # type: ignore[return-value]  # is read like a file
    if name == "xz":
        import lzma

        return lzma.LZMAFile(stream)  # type: ignore[arg-type]
    if name == "bzip2":
        import bz2

        return bz2.BZ2File(stream)
    import pyarrow as pa

    return pa.CompressedInputStream(pa.PythonFile(stream, "r"), "zstd")  # type: ignore[no-any-return]


def _lzma_error() -> type[Exception]:
    import lzma

    return lzma.LZMAError
