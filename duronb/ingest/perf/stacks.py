"""Reader of the stacks of ``perf script`` text: many at once by columns, or one line by line."""

from __future__ import annotations

from array import array
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from duronb.ingest.perf.columns import PlainStacks, find_frames
from duronb.ingest.perf.lines import INLINED, KERNEL, is_detail, parse_frame, parse_head, parse_symbol
from duronb.ingest.perf.text_numbers import Places, TextNumbers, distinct_pieces
from duronb.model.build import UNKNOWN, ProfileBuilder
from duronb.model.profile import Indices
from duronb.model.tree import ITEM

LARGEST_CACHE = 128 * 2**20
"""Largest size of the cached text, in bytes. A full cache is cleared, which only costs time."""

_WORTH_REMEMBERING = 0.5
"""Largest share of distinct stacks in a piece of text for which caching pays. Above it few stacks repeat."""

_PIECES_SKIPPED = 3

LEAF_KERNEL, LEAF_USER, ROOT = 1, 2, 4
FLAG_BITS = 3
"""Number of flag bits of a stack's code, which is the stack's index shifted by them.

The flags mean that the leaf has no name and is in the kernel or in user code, and that the root has no name.
"""

_NO_FRAME, _INLINED_FRAME, _DETAIL, _HEAD = -1, -2, -3, -4


class Stacks:
    """Reads stacks into a builder, with a cache of earlier stacks.

    Attributes
    ----------
    not_understood
        Number of lines that are not frames, in all stacks; a repeated stack counts each time.
    """

    def __init__(self, builder: ProfileBuilder) -> None:
        self.not_understood = 0
        self._builder = builder
        self._symbols = TextNumbers()
        self._frames, self._flags, self._modules = array("i"), array("b"), list[str]()
        self._lines: dict[bytes, _Line] = {}
        self._codes: dict[bytes, int] = {}
        self._bad_lines: dict[bytes, int] = {}  # number of lines that are not frames, for stacks with such lines
        self._size = 0
        self._skip = 0  # number of further pieces of text to read without the cache

    def codes(self, text: bytes, starts: Places, ends: Places) -> NDArray[np.int64]:
        """Return the codes of the stacks at these positions of ``text``; -1 if not a stack. Shape ``(stacks,)``."""
        if self._skip:
            self._skip -= 1
            return self._read_and_count(text, starts, ends)
        distinct, which = distinct_pieces(text, starts, ends)
        if len(distinct) > _WORTH_REMEMBERING * len(starts):
            self._skip = _PIECES_SKIPPED
            return self._read_and_count(text, starts, ends)
        stacks = distinct.to_pylist()
        codes = np.array([self._codes.get(stack, -1) for stack in stacks], dtype=np.int64)
        bad = np.zeros(len(stacks), dtype=np.int64)
        if self._bad_lines:  # rare
            bad[:] = [self._bad_lines.get(stack, 0) for stack in stacks]
        new = np.flatnonzero(codes < 0).tolist()
        if new:
            fresh = [stacks[index] for index in new]
            stops = np.cumsum([len(stack) + 1 for stack in fresh])
            codes[new], bad[new] = self._read(b"\n".join([*fresh, b""]), np.concatenate(([0], stops[:-1])), stops - 1)
            self._remember(fresh, codes[new].tolist(), bad[new].tolist())
        self.not_understood += int(bad[which].sum())
        result: NDArray[np.int64] = codes[which]
        return result

    def _read_and_count(self, text: bytes, starts: Places, ends: Places) -> NDArray[np.int64]:
        codes, bad = self._read(text, starts, ends)
        self.not_understood += int(bad.sum())
        return codes

    def _read(self, text: bytes, starts: Places, ends: Places) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the code of each stack, -1 if not a stack, and the number of its lines that are not frames."""
        found = find_frames(text, starts, ends)
        codes, bad = np.full(len(starts), -1, dtype=np.int64), np.zeros(len(starts), dtype=np.int64)
        codes[found.plain] = self._plain(text, found)
        for index in np.flatnonzero(~found.plain).tolist():
            code, lines = self._by_lines(text[int(starts[index]) : int(ends[index])])
            if code is not None:
                codes[index], bad[index] = code, lines
        return codes, bad

    def _plain(self, text: bytes, found: PlainStacks) -> NDArray[np.int64]:
        if self._symbols.size > LARGEST_CACHE:
            self._symbols = TextNumbers()
            self._frames, self._flags, self._modules = array("i"), array("b"), []
        symbol = self._symbols.number(text, found.symbols, found.symbol_ends)
        for piece in self._symbols.texts[len(self._frames) :]:
            self._symbol(piece)
        frames = np.array(self._frames, dtype=np.int32)[symbol]
        if (frames < 0).any():
            self._place_inlined(frames, symbol, found)
        flags = np.array(self._flags, dtype=np.int64)
        leaf, root = flags[symbol[found.begins]], flags[symbol[found.ends - 1]]
        leaf[found.kernel & (leaf > 0)] = LEAF_KERNEL
        # In reverse order every stack is root first.
        packed, size = frames[::-1].tobytes(), len(frames) * ITEM
        begins, ends = (size - found.ends * ITEM).tolist(), (size - found.begins * ITEM).tolist()
        keys = [packed[begin:end] for begin, end in zip(begins, ends, strict=True)]
        stack = np.fromiter(map(self._builder.packed_stack, keys), dtype=np.int64, count=len(keys))
        return stack << FLAG_BITS | leaf | np.where(root > 0, ROOT, 0)

    def code(self, text: bytes) -> int | None:
        """Return the code of the stack on these lines, leaf first; ``None`` if they are not a stack."""
        code, bad = self._by_lines(text)
        self.not_understood += bad
        return code

    def _by_lines(self, text: bytes) -> tuple[int | None, int]:
        """Return the code of the stack on these lines, see ``code``, and the number of lines that are not frames."""
        known = self._codes.get(text)
        if known is not None:
            return known, self._bad_lines.get(text, 0)
        lines = text.split(b"\n")
        if not all(line.strip() for line in lines):
            return None, 0
        parsed = [self._lines.get(line) or self._line(line) for line in lines]
        frames = [line.frame for line in parsed]
        bad = frames.count(_NO_FRAME)
        if any(frame < 0 for frame in frames):
            if _HEAD in frames:
                return None, 0
            parsed = [line for line in parsed if line.frame not in (_NO_FRAME, _DETAIL)]
            if not parsed:
                return None, bad
            frames = self._with_inlined(parsed)
        stack = self._builder.stack(tuple(reversed(frames)))
        code = stack << FLAG_BITS | parsed[0].leaf_flag | (ROOT if parsed[-1].leaf_flag else 0)
        self._remember([text], [code], [bad])
        return code, bad

    def _remember(self, texts: list[bytes], codes: list[int], bad: list[int]) -> None:
        size = sum(map(len, texts))
        self._size += size
        if self._size > LARGEST_CACHE:
            self._codes.clear()
            self._bad_lines.clear()
            self._lines.clear()
            self._size = size
        self._codes.update((text, code) for text, code in zip(texts, codes, strict=True) if code >= 0)
        self._bad_lines.update((text, lines) for text, lines in zip(texts, bad, strict=True) if lines)

    def _symbol(self, text: bytes) -> None:
        name, module = parse_symbol(text)
        inlined = module == INLINED
        flag = 0 if name != UNKNOWN or inlined else LEAF_KERNEL if module == KERNEL else LEAF_USER
        self._frames.append(_INLINED_FRAME if inlined else self._builder.frame(name, module))
        self._flags.append(flag)
        self._modules.append(name if inlined else module)

    def _line(self, line: bytes) -> _Line:
        frame = parse_frame(line)
        if starts_sample(line):
            parsed = _Line(_HEAD, 0, "")
        elif frame is None:
            parsed = _Line(_DETAIL if is_detail(line) else _NO_FRAME, 0, "")
        elif frame.module == INLINED:
            parsed = _Line(_INLINED_FRAME, 0, frame.name)
        else:
            flag = 0 if frame.name != UNKNOWN else LEAF_KERNEL if frame.kernel else LEAF_USER
            parsed = _Line(self._builder.frame(frame.name, frame.module), flag, frame.module)
        self._lines[line] = parsed
        return parsed

    def _place_inlined(self, frames: Indices, symbol: Indices, found: PlainStacks) -> None:
        """Set the module of inlined frames, which perf prints without an object, to that of the next outer frame."""
        inlined = np.flatnonzero(frames < 0)
        number = len(frames)
        around = np.minimum.accumulate(np.where(frames < 0, number, np.arange(number))[::-1])[::-1][inlined]
        last = np.repeat(found.ends, found.ends - found.begins)[inlined]
        outer = np.where(around < last, symbol[np.minimum(around, number - 1)], -1)
        pairs, place = np.unique(np.stack((symbol[inlined], outer)), axis=1, return_inverse=True)
        placed = [
            self._builder.frame(self._modules[inner], self._modules[outer] if outer >= 0 else "")
            for inner, outer in pairs.T.tolist()
        ]
        frames[inlined] = np.array(placed, dtype=np.int32)[place.reshape(-1)]

    def _with_inlined(self, parsed: list[_Line]) -> list[int]:
        frames: list[int] = []
        module = ""
        for line in reversed(parsed):
            if line.frame == _INLINED_FRAME:
                frames.append(self._builder.frame(line.text, module))
            else:
                module = line.text
                frames.append(line.frame)
        return frames[::-1]


def starts_sample(line: bytes) -> bool:
    """Return whether a line below a head is the head of the next sample, without an empty line between the two."""
    is_frame = line[:1].isspace() and parse_frame(line) is not None
    return not is_frame and parse_head(line) is not None


class _Line(NamedTuple):
    """A line of a stack: index of its frame, its flag as a leaf, and its module, or the name of an inlined frame."""

    frame: int
    leaf_flag: int
    text: str
