"""Numbering of the distinct pieces of a text, vectorised with Arrow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from duronb.model.profile import Indices

if TYPE_CHECKING:
    import pyarrow as pa

Places = NDArray[np.int64]

SLICE = 128 * 2**10
"""Bytes processed at a time. An array of this size fits into the processor's cache, and its memory is reused."""

_MANY = 2
"""Ratio of known texts to new pieces above which pieces are looked up in a dictionary instead of encoded together."""


class TextNumbers:
    """The distinct pieces seen so far, numbered in the order of their first occurrence.

    Attributes
    ----------
    texts
        The distinct pieces, in the order of their numbers.
    size
        Size of all distinct pieces, in bytes.
    """

    def __init__(self) -> None:
        self.texts: list[bytes] = []
        self.size = 0
        self._known: dict[bytes, int] = {}  # numbers of the first len(self._known) texts
        self._column: pa.BinaryArray | None = None  # the first len(self._column) texts

    def number(self, text: bytes, starts: Places, ends: Places) -> Indices:
        """Return the number of each piece of ``text``.

        Parameters
        ----------
        text
            The text, at most 2 GB.
        starts, ends
            Begin and end of each piece, in order and without overlap, shape ``(pieces,)``.
        """
        import pyarrow as pa

        if len(self.texts) > _MANY * len(starts):
            return self._looked_up(text, starts, ends)
        # The known texts come first, so that a piece equal to one of them gets its number.
        size = 0 if self._column is None else len(self._column)
        columns = [self._column] if self._column is not None else []
        if size < len(self.texts):
            columns.append(pa.array(self.texts[size:], pa.binary()))
        size = len(self.texts)
        encoded = pa.concat_arrays([*columns, cut(text, starts, ends)]).dictionary_encode()
        self._column = encoded.dictionary
        self._add(encoded.dictionary[size:].to_pylist())
        result: Indices = encoded.indices.to_numpy()[size:]
        return result

    def _looked_up(self, text: bytes, starts: Places, ends: Places) -> Indices:
        for number in range(len(self._known), len(self.texts)):
            self._known[self.texts[number]] = number
        encoded = cut(text, starts, ends).dictionary_encode()
        pieces = encoded.dictionary.to_pylist()
        self._add([piece for piece in pieces if piece not in self._known])
        for number in range(len(self._known), len(self.texts)):
            self._known[self.texts[number]] = number
        numbers = np.array([self._known[piece] for piece in pieces], dtype=np.int32)
        result: Indices = numbers[encoded.indices.to_numpy()]
        return result

    def _add(self, texts: list[bytes]) -> None:
        self.texts += texts
        self.size += sum(map(len, texts))


def cut(text: bytes, starts: Places, ends: Places) -> pa.BinaryArray:
    """Return the pieces of a text as an Arrow array; arguments as for ``TextNumbers.number``."""
    import pyarrow as pa

    pieces = len(starts)
    if not pieces:
        return pa.array([], pa.binary())
    # Arrow stores strings contiguously, so the text between two pieces becomes a string too, and is filtered out.
    offsets = np.empty(2 * pieces, dtype=np.int32)
    offsets[0::2], offsets[1::2] = starts, ends
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(text)]
    both = pa.BinaryArray.from_buffers(pa.binary(), 2 * pieces - 1, buffers)
    # From a buffer, because pa.array tries to import pandas first.
    wanted = pa.py_buffer(np.arange(0, 2 * pieces, 2, dtype=np.int32))
    return both.take(pa.Int32Array.from_buffers(pa.int32(), pieces, [None, wanted]))


def distinct_pieces(text: bytes, starts: Places, ends: Places) -> tuple[pa.BinaryArray, Indices]:
    """Return the distinct pieces of a text, and the index of each piece into them, shape ``(pieces,)``."""
    encoded = cut(text, starts, ends).dictionary_encode()
    return encoded.dictionary, encoded.indices.to_numpy()


def places_of(letter: int, text: bytes) -> Places:
    """Return the positions of a byte in a text, shape ``(found,)``."""
    data = np.frombuffer(text, dtype=np.uint8)
    slices = range(0, len(data), SLICE)
    found = [np.flatnonzero(data[at : at + SLICE] == letter) + at for at in slices]
    return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)
