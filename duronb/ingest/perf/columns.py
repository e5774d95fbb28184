"""Find blocks and frames in ``perf script`` text by columns of numbers, ten million lines a second.

A plain stack has one frame a line as ``perf script`` prints them: a tab, the address right-aligned in 16 columns, a
space, the rest. Whatever else a block of lines may be is left to the exact reader.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from duronb.ingest.perf.text_numbers import SLICE, Places, places_of

_NEWLINE, _TAB, _SPACE = 10, 9, 32
_ADDRESS_WIDTH = 16
_SYMBOL = 1 + _ADDRESS_WIDTH + 1
"""Where a frame's symbol begins on its line."""

Words = NDArray[np.uint64]


class PlainStacks(NamedTuple):
    """Where the plain ones among some stacks are.

    Parameters
    ----------
    plain
        Which stacks are, shape ``(stacks,)``; what follows is of these only.
    begins, ends
        The frames of each: a range of the two columns below, leaf first.
    symbols, symbol_ends
        What each frame's line says behind the address: positions in the text, shape ``(frames,)``.
    kernel
        The leaf's address belongs to the kernel.
    """

    plain: NDArray[np.bool_]
    begins: Places
    ends: Places
    symbols: Places
    symbol_ends: Places
    kernel: NDArray[np.bool_]


def find_blocks(text: bytes, end: int) -> tuple[Places, Places]:
    """Find what is between empty lines.

    Parameters
    ----------
    text
        Its part before ``end`` ends with an empty line.
    end
        Where to stop.

    Returns
    -------
    The first byte of each block, and its last newline; shape ``(blocks,)`` each.
    """
    data = np.frombuffer(text, dtype=np.uint8, count=end)
    found = []
    for begin in range(0, end, SLICE):
        newline = data[begin : begin + SLICE + 1] == _NEWLINE
        found.append(np.flatnonzero(newline[:-1] & newline[1:]) + begin)
    ends = np.concatenate(found)
    begins = np.concatenate(([0], ends[:-1] + 2)) if len(ends) else ends
    filled = begins < ends
    return begins[filled], ends[filled]


def find_frames(text: bytes, starts: Places, ends: Places) -> PlainStacks:
    """Find the frames of stacks.

    Parameters
    ----------
    text
        Holds them.
    starts, ends
        Where each stack's first line begins, and its last newline; in order, shape ``(stacks,)``.
    """
    data = np.frombuffer(text, dtype=np.uint8)
    line_ends = places_of(_NEWLINE, text)
    lines = np.concatenate(([0], line_ends[:-1] + 1))
    frame = _frames(text, data, lines, line_ends)

    first = np.searchsorted(lines, starts)
    number = np.searchsorted(line_ends, ends) + 1 - first
    above = np.concatenate(([0], np.cumsum(frame)))
    plain = above[first + number] - above[first] == number
    first, number = first[plain], number[plain]
    stops = np.cumsum(number)
    at = np.arange(int(stops[-1]) if len(stops) else 0) + np.repeat(first - (stops - number), number)
    return PlainStacks(
        plain=plain,
        begins=stops - number,
        ends=stops,
        symbols=lines[at] + _SYMBOL,
        symbol_ends=line_ends[at],
        kernel=_kernel(data, lines[first]),
    )


def _frames(text: bytes, data: NDArray[np.uint8], lines: Places, line_ends: Places) -> NDArray[np.bool_]:
    """Mark the lines that are frames."""
    result = np.zeros(len(lines), dtype=bool)
    some = np.flatnonzero((data[lines] == _TAB) & (line_ends - lines >= _SYMBOL))
    at = lines[some] + 1
    if not len(at):
        return result
    # Eight letters at once: bit 7 of each byte of a word says what the letter is.
    words = np.ndarray(len(text) - 7, dtype="<u8", buffer=text, strides=(1,))
    digits_left, spaces_left = _digits(words[at])
    digits_right, spaces_right = _digits(words[at + 8])
    result[some] = (
        (data[at + _ADDRESS_WIDTH] == _SPACE)
        & (digits_left | spaces_left == _HIGH)
        & (digits_right | spaces_right == _HIGH)
        & _leading(spaces_left)
        & _leading(spaces_right)
        & (digits_right >= _LAST)
        & ((digits_left == 0) | (spaces_right == 0))
    )
    return result


def _kernel(data: NDArray[np.uint8], lines: Places) -> NDArray[np.bool_]:
    """Say which of the frames on these lines have an address that ``KERNEL_ADDRESS`` or one above it is."""
    result = data[lines + 5] >= ord("8")  # so are the digits from a to f
    for column in range(1, 5):
        result &= data[lines + column] == ord("f")
    return result


_ONES = np.uint64(0x0101010101010101)
_HIGH = _ONES * np.uint64(0x80)
_LAST = np.uint64(0x80 << 56)


def _digits(words: Words) -> tuple[Words, Words]:
    """Mark hexadecimal digits, and spaces; of a letter that is not ASCII neither."""

    def below(letter: int) -> Words:
        found: Words = low + _ONES * np.uint64(0x80 - letter)
        return ~found

    ascii_only = ~words & _HIGH
    low = words & ~_HIGH
    decimal = below(ord("9") + 1) & ~below(ord("0"))
    letter = below(ord("f") + 1) & ~below(ord("a"))
    space = below(_SPACE + 1) & ~below(_SPACE)
    return (decimal | letter) & ascii_only, space & ascii_only


def _leading(marks: Words) -> NDArray[np.bool_]:
    """Say where all marked letters come before all others; the first letter is the lowest byte."""
    filled = (marks >> np.uint64(7)) * np.uint64(255)
    result: NDArray[np.bool_] = (filled & (filled + np.uint64(1))) == 0
    return result
