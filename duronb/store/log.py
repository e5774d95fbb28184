"""The workload's log as a compressed stream."""

from __future__ import annotations

from pathlib import Path
from typing import IO

from duronb.errors import StoreError
from duronb.limits import EXPANSION, EXPANSION_FROM, LOG_BYTES, LOG_LINES

_PIECE = 2**20
_WHOSE = "The log of the run is"


def compress(source: Path, target: Path) -> None:
    """Compress a file into one zstd stream; a missing file into an empty stream."""
    import pyarrow as pa

    with pa.OSFile(str(target), "wb") as sink, pa.CompressedOutputStream(sink, "zstd") as stream:
        try:
            with source.open("rb") as file:
                while piece := file.read(_PIECE):
                    stream.write(piece)
        except FileNotFoundError:
            stream.write(b"")


def decompress(file: IO[bytes]) -> bytes:
    """Return the content of a zstd stream.

    Raises
    ------
    StoreError
        The stream is damaged, or its content is above the limits of a log.
    """
    import pyarrow as pa

    pieces = []
    size = lines = 0
    try:
        with pa.CompressedInputStream(pa.PythonFile(file, "r"), "zstd") as stream:
            while piece := stream.read(_PIECE):
                pieces.append(piece)
                size += len(piece)
                lines += piece.count(b"\n")
                LOG_BYTES.check(size, _WHOSE)
                LOG_LINES.check(lines, _WHOSE)
                if size > EXPANSION_FROM:
                    EXPANSION.check(size // max(1, file.tell()), _WHOSE)
    except (pa.ArrowException, OSError, EOFError) as error:
        raise StoreError(f"The log of the run is damaged: {str(error)[:200]}.", "Restore it.") from None
    return b"".join(pieces)
