"""Reader of folded stacks: one stack per line, frames root first and separated by ``;``, then a space and a count."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from duronb.errors import StoreError
from duronb.ingest.folded.counts import is_comment, parse_count
from duronb.ingest.folded.tree import SEPARATOR, profile_of_stacks, swapped
from duronb.model.profile import Profile
from duronb.quoting import counted

LARGEST_SUM = 2**62
LONGEST_LINE = 64 * 2**20
_PLAIN_DIGITS = 12
"""Number of digits up to which every integer is a valid count."""


@dataclass(slots=True)
class FoldedSamples:
    """Samples of folded stacks.

    Parameters
    ----------
    stacks
        Stack of each line without its first frame, prepared for sorting, see ``duronb.ingest.folded.tree``.
    threads, counts
        Index into ``thread_names`` and samples of each line.
    thread_names
        The distinct first frames.
    samples
        Number of samples.
    lines
        Number of lines, without comments and empty lines.
    not_understood
        Number of lines that are not folded stacks.
    negative
        Number of those lines that end in a negative count.
    truncated
        Whether the last line has no newline. It is read if it is valid.
    """

    stacks: list[bytes] = field(default_factory=list)
    threads: array[int] = field(default_factory=lambda: array("i"))
    counts: array[int] = field(default_factory=lambda: array("q"))
    thread_names: list[str] = field(default_factory=list)
    samples: int = 0
    lines: int = 0
    not_understood: int = 0
    negative: int = 0
    truncated: bool = False

    @property
    def notices(self) -> list[str]:
        """Sentences about the limits of the samples."""
        notices = ["The samples were read from folded stacks, which have no times, so they cannot be split by second."]
        if self.not_understood:
            verb = "is not a folded stack and is" if self.not_understood == 1 else "are not folded stacks and are"
            notices.append(f"{counted(self.not_understood, 'line')} {verb} left out.")
        if self.truncated:
            notices.append("The last line has no newline, so the file may be incomplete.")
        return notices

    def profile(self, frequency_hz: float) -> Profile:
        """Return the samples as a profile, all in second 0.

        Parameters
        ----------
        frequency_hz
            Samples per second of CPU time and thread, which the text does not state.
        """
        return profile_of_stacks(self.stacks, self.threads, self.counts, self.thread_names, frequency_hz)


def read_folded(chunks: Iterable[bytes]) -> FoldedSamples:
    """Read folded stacks.

    Parameters
    ----------
    chunks
        The text, split at any positions.

    Returns
    -------
    The samples. The first frame of a line is the name of its thread, as tools that fold perf's stacks write it. Empty
    frames, between two adjacent separators, are ignored.

    Raises
    ------
    StoreError
        A line or the sum of the counts is too large.
    """
    result = FoldedSamples()
    threads: dict[bytes, int] = {}
    stacks, numbers, counts = result.stacks, result.threads, result.counts
    for lines in _lines(chunks, result):
        for line in lines:
            parts = line.rsplit(None, 1)
            if not parts or (line[:1] == b"#" and is_comment(line)):
                continue
            result.lines += 1
            digits = parts[-1]
            if digits.isdigit() and len(digits) <= _PLAIN_DIGITS:
                count = int(digits)
            else:
                parsed = parse_count(digits)
                if parsed is None or parsed[1]:
                    result.not_understood += 1
                    result.negative += _is_negative(digits)
                    continue
                count = parsed[0]
            text = parts[0].strip()
            if len(parts) < 2:
                result.not_understood += 1
                continue
            if not count:
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
            raise StoreError("The sum of the counts of the folded stacks is too large.", "Check the file.")
    result.thread_names += [swapped(name).decode("utf-8", "replace") for name in threads]
    return result


def _is_negative(digits: bytes) -> bool:
    return digits[:1] == b"-" and parse_count(digits[1:]) is not None


def _lines(chunks: Iterable[bytes], result: FoldedSamples) -> Iterator[list[bytes]]:
    """Yield batches of lines, prepared for sorting."""
    pieces: list[bytes] = []
    held = 0
    for chunk in chunks:
        lines = swapped(chunk).split(b"\n")
        pieces.append(lines[0])
        held += len(lines[0])
        if held > LONGEST_LINE:
            raise StoreError("A line is too long for a folded stack.", "Check that the file contains folded stacks.")
        if len(lines) > 1:
            last = lines.pop()
            lines[0] = b"".join(pieces)
            yield lines
            pieces, held = [last], len(last)
    last = b"".join(pieces)
    if last.strip():
        result.truncated = True
        yield [last]
