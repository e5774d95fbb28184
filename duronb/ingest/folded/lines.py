"""Reader of folded stacks: a stack per line, its frames root first and separated by ``;``, then a space and a count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from duronb.errors import StoreError
from duronb.ingest.comments import is_comment
from duronb.ingest.folded.counts import LARGEST_COUNT, parse_count
from duronb.ingest.folded.samples import FoldedSamples
from duronb.ingest.folded.tree import SEPARATOR, swapped

LARGEST_SUM = 2**62
LONGEST_LINE = 64 * 2**20
_PLAIN_DIGITS = len(str(LARGEST_COUNT)) - 1
"""Number of digits up to which every integer is a valid count."""


def read_folded(chunks: Iterable[bytes]) -> FoldedSamples:
    """Read folded stacks.

    Parameters
    ----------
    chunks
        The text, split at any positions.

    Returns
    -------
    The samples. Comments, and empty frames between two adjacent separators, are ignored.

    Raises
    ------
    StoreError
        A line or the sum of the counts is too large.
    """
    result = FoldedSamples()
    known: dict[bytes, int] = {}
    stacks, first, counts = result.stacks, result.first, result.counts
    for lines in _lines(chunks, result):
        for line in lines:
            parts = line.rsplit(None, 1)
            if not parts or (line[:1] == b"#" and is_comment(line)):
                continue
            result.lines += 1
            digits = parts[-1]
            if len(parts) < 2:
                result.not_understood += 1
                continue
            if digits.isdigit() and len(digits) <= _PLAIN_DIGITS:
                count, fraction = int(digits), 0
            elif (parsed := parse_count(digits)) is not None:
                count, fraction, rounded = parsed
                result.rounded |= rounded
                if fraction:
                    result.fraction_rows.append(len(stacks))
                    result.fractions.append(fraction)
            else:
                _refuse(digits, result)
                continue
            if not count and not fraction:
                continue
            frame, _, stack = parts[0].strip().strip(SEPARATOR).partition(SEPARATOR)
            number = known.get(frame)
            if number is None:
                number = known[frame] = len(known)
            stacks.append(stack)
            first.append(number)
            counts.append(count)
            result.samples += count
        if result.samples > LARGEST_SUM:
            raise StoreError("The sum of the counts of the folded stacks is too large.", "Check the file.")
    result.first_frames += known
    return result


def _refuse(digits: bytes, result: FoldedSamples) -> None:
    """Count a line that ends in no valid count."""
    result.not_understood += 1
    if digits[:1] == b"-":
        result.negative += parse_count(digits[1:]) is not None
    else:
        result.large += digits.replace(b".", b"", 1).isdigit()


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
