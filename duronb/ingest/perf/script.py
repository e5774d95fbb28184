"""Read the text of ``perf script`` as a stream: what it holds at a time is a piece of it and what is distinct."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from duronb.errors import StoreError
from duronb.ingest.perf.blocks import BlockReader
from duronb.ingest.perf.samples import PerfSamples

LARGEST_BLOCK = 64 * 2**20
"""Bytes of one sample above which a text is taken for something else."""

_PIECE = 2 * 2**20
"""Bytes read at a time: enough that work per piece is little, and little enough to stay in the processor's cache."""


def read_perf_script(chunks: Iterable[bytes], *, clock_offset: float | None = None) -> PerfSamples:
    """Read ``perf script --header -F comm,pid,tid,time,event,ip,sym,dso``, or any other choice of fields.

    Parameters
    ----------
    chunks
        The text, cut anywhere.
    clock_offset
        Seconds to add to a time stamp to make it unix time; by default the header's own, else 0.

    Returns
    -------
    Every sample of the first event in the text, each counted once, under its thread's name.

    Raises
    ------
    StoreError
        The text is not of this format at all.
    """
    reader = BlockReader(clock_offset)
    rest = b""
    for pieces in _pieces(chunks):
        text = b"".join([rest, *pieces])
        held = text[-1:] if text.endswith(b"\r") else b""
        lines = text[: len(text) - len(held)].replace(b"\r\n", b"\n") if b"\r" in text else text
        end = lines.rfind(b"\n\n") + 2
        if end >= 2:
            reader.blocks(lines, end)
            rest = lines[end:] + held
        else:
            rest = lines + held
        if len(rest) > LARGEST_BLOCK:
            raise StoreError("The samples are not the text of perf script.", "Write them with `perf script`.")
    reader.last(rest)
    return reader.finish()


def _pieces(chunks: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Cut the text into parts of about one size, each of one or more pieces."""
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
