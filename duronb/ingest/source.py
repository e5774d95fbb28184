"""Inputs that are read once and never rewound: files, named pipes and standard input, decompressed."""

from __future__ import annotations

import codecs
import io
import stat
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from duronb.errors import RequestError, StoreError
from duronb.ingest.compression import LAYERS, LONGEST_SIGNATURE, Compression, compression_of
from duronb.limits import EXPANSION, EXPANSION_FROM
from duronb.quoting import one_line, quoted_path

STANDARD_INPUT = "-"
"""The path that means standard input."""

LARGEST_TEXT = 64 * 2**30
"""Largest size of a decompressed file, in bytes."""

_BEGINNING = 2**18
_CHUNK = 2**20
_COMPRESSED_CHUNK = 2**14
_STANDARD_INPUT_NUMBER = 0


class Source:
    """An input, decompressed. It is read once, from the beginning to the end.

    Parameters
    ----------
    raw
        The bytes of the input, which may be compressed. It is never rewound.
    name
        Name of the input, such as ``samples.txt`` or ``standard input``.
    shown
        Name of the input in messages: quoted, at the beginning of a sentence.
    path
        Path of the input if it is a regular file, else ``None``.

    Raises
    ------
    RequestError
        The input cannot be read.
    StoreError
        The compressed data are damaged.
    """

    def __init__(self, raw: IO[bytes], name: str, *, shown: str = "", path: Path | None = None) -> None:
        self.name = name
        self.shown = shown or quoted_path(name)
        self._raw = _Counted(raw)
        self._file: IO[bytes] = io.BufferedReader(self._raw, _COMPRESSED_CHUNK)
        self._decompressed = 0
        self._location = path
        self._layers: list[Compression] = []
        self._decompress()
        self.path = None if self._layers else path
        """Path of an uncompressed regular file, which another program can open; ``None`` for any other input."""
        beginning = self._read(_BEGINNING)
        self.beginning = beginning.removeprefix(codecs.BOM_UTF8)
        """The first 256 KiB of the input, without the byte order mark of UTF-8."""
        self.is_complete = len(beginning) < _BEGINNING
        """Whether the beginning is the entire input."""

    def chunks(self) -> Iterator[bytes]:
        """Yield all bytes of the input from the beginning on. Call it once.

        Raises
        ------
        RequestError, StoreError
            The input cannot be read, is damaged, or is larger than ``LARGEST_TEXT``.
        """
        size = len(self.beginning)
        yield self.beginning
        while chunk := self._read(_CHUNK):
            size += len(chunk)
            if size > LARGEST_TEXT:
                raise StoreError(f"{self.shown} is larger than {LARGEST_TEXT >> 30} GiB.", "Check the file.")
            yield chunk

    def content(self, limit: int) -> bytes:
        """Return all bytes of the input. Call it once.

        Raises
        ------
        RequestError, StoreError
            The input cannot be read, is damaged, or has more than ``limit`` bytes.
        """
        pieces, size = [], 0
        for chunk in self.chunks():
            pieces.append(chunk)
            size += len(chunk)
            if size > limit:
                raise StoreError(f"{self.shown} is larger than {limit >> 20} MiB.", "Check the file.")
        return b"".join(pieces)

    @contextmanager
    def as_file(self) -> Iterator[Path]:
        """Yield the path of a file with the content of the input, which may be compressed.

        It is the input itself if that is a regular file, and a temporary copy otherwise.
        """
        if self._location is not None:
            yield self._location
            return
        with TemporaryDirectory() as directory:
            path = Path(directory, Path(self.name).name)
            with path.open("wb") as copy:
                copy.writelines(self.chunks())
            yield path

    def _decompress(self) -> None:
        """Replace the file by one with the decompressed bytes, as often as it is compressed."""
        for layer in range(LAYERS + 1):
            first = self._read(LONGEST_SIGNATURE)
            compression = compression_of(first)
            # Few bytes ahead of a decompression, so that EXPANSION sees how many it has really used.
            ahead = _CHUNK if compression is None else _COMPRESSED_CHUNK
            self._file = io.BufferedReader(_Rejoined(first, self._file), ahead)
            if compression is None:
                return
            if layer == LAYERS:
                raise StoreError(f"{self.shown} is compressed more than {LAYERS} times.", "Decompress it first.")
            self._layers.append(compression)
            self._file = compression.decompress(self._file)

    def _read(self, size: int) -> bytes:
        """Return the next bytes, fewer than ``size`` only at the end of the input."""
        try:
            data = self._file.read(size)
        except Exception as error:
            for layer in reversed(self._layers):
                if isinstance(error, layer.errors):
                    raise StoreError(f"The {layer.name} data of {self.shown} are damaged.", "Copy it again.") from None
            if isinstance(error, OSError):
                raise _unreadable(self.shown, error) from None
            raise
        self._decompressed += len(data)
        if self._layers and self._decompressed > EXPANSION_FROM:
            EXPANSION.check(self._decompressed // max(1, self._raw.size), f"{self.shown} is")
        return data


@contextmanager
def open_source(path: str | Path) -> Iterator[Source]:
    """Open an input, and decompress it if it is compressed.

    Parameters
    ----------
    path
        A file, a named pipe, or ``-`` for standard input.

    Raises
    ------
    RequestError
        The input does not exist or cannot be read, or standard input is a terminal.
    StoreError
        The compressed data are damaged.
    """
    with ExitStack() as resources:
        if str(path) == STANDARD_INPUT:
            yield Source(resources.enter_context(_standard_input()), "standard input", shown="Standard input")
            return
        path = Path(path).expanduser()
        shown = quoted_path(path)
        try:
            raw = resources.enter_context(path.open("rb"))
            regular = stat.S_ISREG(path.stat().st_mode)
        except OSError as error:
            raise _unreadable(shown, error) from None
        yield Source(raw, path.name, shown=shown, path=path if regular else None)


def _standard_input() -> IO[bytes]:
    if sys.stdin is not None and sys.stdin.isatty():
        raise RequestError(
            "Standard input is a terminal.", "Give a file, or pipe the output of perf script into this command."
        )
    try:
        return open(_STANDARD_INPUT_NUMBER, "rb", closefd=False)
    except OSError as error:
        raise _unreadable("Standard input", error) from None


def _unreadable(shown: str, error: OSError) -> RequestError:
    return RequestError(f"{shown} cannot be read: {one_line(error.strerror or str(error))}.", "Check the path.")


class _Counted(io.RawIOBase):
    """A file that counts the bytes that were read from it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # BufferedReader passes a memoryview
        data = self._file.read(len(buffer))
        self.size += len(data)
        buffer[: len(data)] = data
        return len(data)


class _Rejoined(io.RawIOBase):
    """A file whose first bytes were already read."""

    def __init__(self, first: bytes, file: IO[bytes]) -> None:
        self._first = first
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # BufferedReader passes a memoryview
        data = self._first[: len(buffer)] or self._file.read(len(buffer))
        self._first = self._first[len(data) :] if self._first else b""
        buffer[: len(data)] = data
        return len(data)
