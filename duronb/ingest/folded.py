"""Read folded stacks: one stack a line, frames joined by ``;``, root first, the count behind the last space."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from duronb.errors import StoreError
from duronb.model.build import ProfileBuilder

LARGEST_COUNT = 2**40
LONGEST_LINE = 64 * 2**20


@dataclass(slots=True)
class FoldedSamples:
    """Samples of a folded text.

    Parameters
    ----------
    builder
        Holds them, at time 0, with the first frame as the thread's name.
    samples
        Their number.
    not_understood
        Lines that are no folded stack.
    truncated
        The last line has no newline; it is taken as it stands where it can be read.
    """

    builder: ProfileBuilder
    samples: int = 0
    not_understood: int = 0
    truncated: bool = False


def read_folded(chunks: Iterable[bytes]) -> FoldedSamples:
    """Read folded stacks.

    Parameters
    ----------
    chunks
        The text, cut anywhere.

    Returns
    -------
    The samples. The first frame of a line names its thread, as perf collapsers write it. An empty frame, between
    two separators in a row, is none.

    Raises
    ------
    StoreError
        A line is too long to be a stack.
    """
    result = FoldedSamples(ProfileBuilder())
    builder = result.builder
    frames: dict[str, int] = {}
    for line in _lines(chunks, result):
        text, _, digits = line.decode("utf-8", "replace").rstrip().rpartition(" ")
        if not text.strip() and not digits:
            continue
        if not text.strip() or not (digits.isascii() and digits.isdigit() and len(digits) <= 13):
            result.not_understood += 1
            continue
        count = int(digits)
        if not 0 < count <= LARGEST_COUNT:
            result.not_understood += count != 0
            continue
        thread, *names = (name for name in text.strip().split(";") if name) if text.strip(" ;") else ("",)
        stack = []
        for name in names:
            index = frames.get(name)
            if index is None:
                index = frames[name] = builder.frame(name, "")
            stack.append(index)
        builder.add(tuple(stack), thread, 0.0, count)
        result.samples += count
    return result


def _lines(chunks: Iterable[bytes], result: FoldedSamples) -> Iterator[bytes]:
    pieces: list[bytes] = []
    held = 0
    for chunk in chunks:
        first, *others = chunk.split(b"\n")
        pieces.append(first)
        held += len(first)
        if held > LONGEST_LINE:
            raise StoreError("The text has a line too long for a folded stack.", "Check that it is folded stacks.")
        if others:
            yield b"".join(pieces)
            yield from others[:-1]
            pieces, held = [others[-1]], len(others[-1])
    last = b"".join(pieces)
    if last.strip():
        result.truncated = True
        yield last
