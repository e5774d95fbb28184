"""Streaming reader of the text of ``perf script``. Memory contains one piece of the text and the distinct stacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from duronb.errors import StoreError
from duronb.ingest.perf.blocks import BlockReader, last_sample
from duronb.ingest.perf.samples import PerfSamples

LARGEST_BLOCK = 64 * 2**20
"""Largest size of one sample, in bytes. A larger one means that the text has another format."""

_LONG_BLOCK = 4 * 2**20
"""Size of a block in bytes from which on the reader looks for samples that are not followed by an empty line."""

_PIECE = 2 * 2**20
"""Bytes read at a time: large enough to make the cost per piece negligible, small enough for the processor's cache."""


def read_perf_script(chunks: Iterable[bytes], *, clock_offset: float | None = None) -> PerfSamples:
    """Read ``perf script --header -F comm,pid,tid,time,event,ip,sym,dso``, or any other choice of fields.

    Parameters
    ----------
    chunks
        The text, split at any positions.
    clock_offset
        Seconds to add to a time stamp to get Unix time; by default the offset in the header, else 0.

    Returns
    -------
    All samples, with their events, weights and threads.

    Raises
    ------
    StoreError
        The text does not have this format.
    """
    reader = BlockReader(clock_offset)
    rest = b""
    for pieces in _pieces(chunks):
        text = b"".join([rest, *pieces])
        held = text[-1:] if text.endswith(b"\r") else b""  # the newline after it may be in the next piece
        lines = text[: len(text) - len(held)].replace(b"\r\n", b"\n") if b"\r" in text else text
        end = lines.rfind(b"\n\n") + 2
        if end >= 2:
            reader.blocks(lines, end)
            rest = lines[end:] + held
        else:
            # Samples on a single line follow each other without an empty line.
            end = last_sample(lines) if len(lines) > _LONG_BLOCK else 0
            if end:
                reader.lines(lines[:end])
            rest = lines[end:] + held
        if len(rest) > LARGEST_BLOCK:
            raise StoreError("The samples are not text of perf script.", "Write them with `perf script`.")
    reader.last(rest)
    return reader.finish()


def _pieces(chunks: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Yield parts of the text of about equal size, each as a list of pieces."""
    held: list[bytes] = []
    size = 0
    for chunk in chunks:
        for begin in range(0, len(chunk), _PIECE):
            held.append(chunk[begin : begin + _PIECE])
            size += len(held[-1])
            if size >= _PIECE:
                yield held
                held, size = [], 0
    if held:
        yield held
