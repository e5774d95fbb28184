"""Vectorised search for blocks and frames in ``perf script`` text, at ten million lines per second.

In a plain stack each line is a frame as ``perf script`` prints it: a tab, the address right-aligned in 16 columns, a
space, then symbol and object. All other blocks are read line by line.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from duronb.ingest.perf.text_numbers import SLICE, Places, places_of

_NEWLINE, _TAB, _SPACE = 10, 9, 32
_ADDRESS_WIDTH = 16
_SYMBOL = 1 + _ADDRESS_WIDTH + 1
"""Position of the symbol in the line of a frame."""

Words = NDArray[np.uint64]


class PlainStacks(NamedTuple):
    """The positions of the plain stacks among some stacks.

    Parameters
    ----------
    plain
        Whether each stack is plain, shape ``(stacks,)``. The other arrays describe only the plain ones.
    begins, ends
        Range of the frames of each plain stack in the arrays of frames, leaf first, shape ``(plain stacks,)``.
    symbols, symbol_ends
        Begin and end of the text after the address of each frame, as positions in the text, shape ``(frames,)``.
    kernel
        Whether the leaf's address belongs to the kernel, shape ``(plain stacks,)``.
    """

    plain: NDArray[np.bool_]
    begins: Places
    ends: Places
    symbols: Places
    symbol_ends: Places
    kernel: NDArray[np.bool_]


def find_blocks(text: bytes, end: int) -> tuple[Places, Places, int]:
    """Return the positions of the blocks, which are separated by empty lines.

    Parameters
    ----------
    text
        The text; its part before ``end`` ends with an empty line.
    end
        Position at which the search ends.

    Returns
    -------
    Positions of the first byte and of the last newline of each block, shape ``(blocks,)`` each, and the number of lines
    that are not empty.
    """
    data = np.frombuffer(text, dtype=np.uint8, count=end)
    found = []
    lines = 0
    for begin in range(0, end, SLICE):
        newline = data[begin : begin + SLICE + 1] == _NEWLINE
        lines += int(np.count_nonzero(newline[:SLICE]))
        found.append(np.flatnonzero(newline[:-1] & newline[1:]) + begin)
    ends = np.concatenate(found)
    begins = np.concatenate(([0], ends[:-1] + 2)) if len(ends) else ends
    filled = begins < ends
    return begins[filled], ends[filled], lines - len(ends) - int(text.startswith(b"\n"))


def find_frames(text: bytes, starts: Places, ends: Places) -> PlainStacks:
    """Return the positions of the frames of plain stacks.

    Parameters
    ----------
    text
        The text that contains the stacks.
    starts, ends
        Positions of the first byte and of the last newline of each stack, in order, shape ``(stacks,)``.
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
    """Return whether each line is a frame, shape ``(lines,)``."""
    result = np.zeros(len(lines), dtype=bool)
    some = np.flatnonzero((data[lines] == _TAB) & (line_ends - lines >= _SYMBOL))
    at = lines[some] + 1
    if not len(at):
        return result
    # Test eight characters at once: bit 7 of each byte of a word is the result for the character.
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
    """Return whether the address on each of these lines is at least ``KERNEL_ADDRESS``, shape ``(lines,)``."""
    result = data[lines + 5] >= ord("8")  # also true for the digits from a to f
    for column in range(1, 5):
        result &= data[lines + column] == ord("f")
    return result


_ONES = np.uint64(0x0101010101010101)
_HIGH = _ONES * np.uint64(0x80)
_LAST = np.uint64(0x80 << 56)


def _digits(words: Words) -> tuple[Words, Words]:
    """Return marks in bit 7 of each byte: of hexadecimal digits, and of spaces. Bytes outside ASCII have no mark."""

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
    """Return whether all marked bytes of a word precede all others; the first character is the lowest byte."""
    filled = (marks >> np.uint64(7)) * np.uint64(255)
    result: NDArray[np.bool_] = (filled & (filled + np.uint64(1))) == 0
    return result
