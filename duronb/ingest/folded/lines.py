"""Read folded stacks: one stack a line, frames joined by ``;``, root first, the count behind the last space."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from duronb.errors import StoreError
from duronb.ingest.folded.tree import SEPARATOR, profile_of_stacks, swapped
from duronb.model.profile import Profile

LARGEST_COUNT = 2**40
LARGEST_SUM = 2**62
LONGEST_LINE = 64 * 2**20
_DIGITS = len(str(LARGEST_COUNT))


@dataclass(slots=True)
class FoldedSamples:
    """Samples of a folded text.

    Parameters
    ----------
    stacks
        What is behind the first frame of each line, made ready for sorting: see ``duronb.ingest.folded.tree``.
    threads, counts
        For each of them the index into ``thread_names``, and its samples.
    thread_names
        The first frames.
    samples
        Their number.
    not_understood
        Lines that are no folded stack.
    truncated
        The last line has no newline; it is taken as it stands where it can be read.
    """

    stacks: list[bytes] = field(default_factory=list)
    threads: array[int] = field(default_factory=lambda: array("i"))
    counts: array[int] = field(default_factory=lambda: array("q"))
    thread_names: list[str] = field(default_factory=list)
    samples: int = 0
    not_understood: int = 0
    truncated: bool = False

    def profile(self, frequency_hz: float) -> Profile:
        """Make a call tree of them, with all samples in second 0.

        Parameters
        ----------
        frequency_hz
            Samples per second of CPU time and thread, which the text does not say.
        """
        return profile_of_stacks(self.stacks, self.threads, self.counts, self.thread_names, frequency_hz)


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
        A line is too long to be a stack, or the counts are larger than any profile's.
    """
    result = FoldedSamples()
    threads: dict[bytes, int] = {}
    stacks, numbers, counts = result.stacks, result.threads, result.counts
    for lines in _lines(chunks, result):
        for line in lines:
            text, _, digits = line.rstrip().rpartition(b" ")
            text = text.strip()
            if not text or not digits.isdigit() or len(digits) > _DIGITS:
                result.not_understood += bool(text or digits)
                continue
            count = int(digits)
            if not 0 < count <= LARGEST_COUNT:
                result.not_understood += count != 0
                continue
            thread, _, stack = text.strip(SEPARATOR).partition(SEPARATOR)
            number = threads.get(thread)
            if number is None:
                number = threads[thread] = len(threads)
            stacks.append(stack)
            numbers.append(number)
            counts.append(count)
            result.samples += count
        if result.samples > LARGEST_SUM:
            raise StoreError("The counts of the folded stacks are larger than any profile's.", "Check the file.")
    result.thread_names += [swapped(name).decode("utf-8", "replace") for name in threads]
    return result


def _lines(chunks: Iterable[bytes], result: FoldedSamples) -> Iterator[list[bytes]]:
    """Cut the text into lines, many at a time, made ready for sorting."""
    pieces: list[bytes] = []
    held = 0
    for chunk in chunks:
        lines = swapped(chunk).split(b"\n")
        pieces.append(lines[0])
        held += len(lines[0])
        if held > LONGEST_LINE:
            raise StoreError("The text has a line too long for a folded stack.", "Check that it is folded stacks.")
        if len(lines) > 1:
            last = lines.pop()
            lines[0] = b"".join(pieces)
            yield lines
            pieces, held = [last], len(last)
    rest = b"".join(pieces)
    if rest.strip():
        result.truncated = True
        yield [rest]
