"""Vectorised reader of the heads of samples that have the same end as an earlier head, apart from time and period."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from duronb.ingest.perf.text_numbers import Places

_TIME_WIDTH = 24
"""Number of characters that are read for a time: a space, the digits before the dot and the fraction."""

_LONGEST_NUMBER = 15
"""Digits of the largest number that is read here. It is exact as a float."""


class HeadEnd(NamedTuple):
    """The end of a head.

    Parameters
    ----------
    text
        Text after the time, from its colon on; for a head with a period, the text after the period.
    decimals
        Number of digits of the time's fraction.
    width
        Number of characters of the period with the spaces before it; 0 for a head without period.
    """

    text: bytes
    decimals: int
    width: int = 0

    @classmethod
    def of(cls, line: bytes, time: bytes, period: bytes = b"") -> HeadEnd | None:
        """Return the end of a head with this time and period; ``None`` if the time is not a number with a fraction."""
        whole, dot, fraction = time.partition(b".")
        begin = line.rfind(b" " + time + b":")
        if not (dot and whole.isdigit() and fraction.isdigit() and begin >= 0 and len(time) <= 18):
            return None
        text = line[begin + 1 + len(time) :]
        if not period:
            return cls(text, len(fraction))
        width = text.find(period) + len(period) - 1
        return cls(text[1 + width :], len(fraction), width)


class Heads(NamedTuple):
    """Content of heads, shape ``(heads,)`` each; valid only for ``usual`` heads.

    Parameters
    ----------
    usual
        Whether a head has the expected end, preceded by a space and a time.
    who_ends
        Position at which the time begins. The thread, the processor and spaces precede it.
    times
        Time in seconds.
    periods
        Period of the sample; ``None`` for an end without a period.
    """

    usual: NDArray[np.bool_]
    who_ends: Places
    times: NDArray[np.float64]
    periods: NDArray[np.int64] | None


def read_heads(text: bytes, begins: Places, ends: Places, end: HeadEnd) -> Heads:
    """Read the heads that have the expected end.

    Parameters
    ----------
    text
        The text that contains the heads.
    begins, ends
        Position of the first byte of each head and position after its last byte, shape ``(heads,)``.
    end
        The expected end.
    """
    width = len(end.text)
    usual = ends - begins > width + _TIME_WIDTH + (1 + end.width if end.width else 0)
    who_ends = np.zeros(len(begins), dtype=np.int64)
    times = np.zeros(len(begins), dtype=np.float64)
    periods = np.zeros(len(begins), dtype=np.int64) if end.width else None
    rows = np.flatnonzero(usual)
    if not len(rows):
        return Heads(usual, who_ends, times, periods)
    data = np.frombuffer(text, dtype=np.uint8)
    stops = ends[rows] - width
    alike = (data[stops[:, None] + np.arange(width)] == np.frombuffer(end.text, dtype=np.uint8)).all(axis=1)
    if periods is not None:
        stops -= end.width
        numbers, valid = _right_aligned(data[stops[:, None] + np.arange(end.width)])
        periods[rows] = numbers
        stops -= 1
        alike &= valid & (data[stops] == ord(":"))

    letters = data[stops[:, None] + np.arange(-_TIME_WIDTH, 0)]
    digit = letters - np.uint8(ord("0"))
    dot = _TIME_WIDTH - 1 - end.decimals
    alike &= letters[:, dot] == ord(".")
    alike &= (digit[:, dot + 1 :] <= 9).all(axis=1)
    whole = digit[:, dot - 1 :: -1] <= 9
    number = np.argmin(whole, axis=1)  # digits before the dot
    alike &= (number > 0) & (number + end.decimals <= _LONGEST_NUMBER)
    alike &= letters[np.arange(len(rows)), dot - 1 - number] == ord(" ")

    digit[:, : dot + 1][np.arange(dot + 1) < dot - number[:, None]] = 0
    ticks = np.zeros(len(rows), dtype=np.int64)
    longest = int(number.max(initial=0, where=alike))
    for column in (*range(dot - longest, dot), *range(dot + 1, _TIME_WIDTH)):
        ticks *= 10
        ticks += digit[:, column]
    # Both numbers are exact, so the quotient is the float that is nearest to the decimal text.
    times[rows] = ticks / 10.0**end.decimals
    usual[rows] = alike
    who_ends[rows] = stops - end.decimals - 1 - number
    return Heads(usual, who_ends, times, periods)


def _right_aligned(letters: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the number in each row, and whether the row is spaces and then a number; shape ``(rows,)`` each."""
    digit = letters - np.uint8(ord("0"))
    is_digit = digit <= 9
    begun = np.logical_or.accumulate(is_digit, axis=1)
    valid = (is_digit == begun).all(axis=1) & ((letters == ord(" ")) | is_digit).all(axis=1)
    valid &= begun[:, -1] & ~begun[:, 0]
    valid &= is_digit.sum(axis=1) <= _LONGEST_NUMBER
    result = np.zeros(len(letters), dtype=np.int64)
    for column in range(max(0, letters.shape[1] - _LONGEST_NUMBER), letters.shape[1]):
        result *= 10
        result += np.where(is_digit[:, column], digit[:, column], 0)
    return result, valid
