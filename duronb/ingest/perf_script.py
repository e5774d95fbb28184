"""Read the text of ``perf script`` as a stream: unique stacks are parsed once, a sample costs its head."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from duronb.errors import StoreError
from duronb.ingest.perf_header import PerfHeader
from duronb.ingest.perf_lines import INLINED, LATEST_TIME, Head, parse_frame, parse_head, parse_lost
from duronb.model.build import UNKNOWN, ProfileBuilder

LARGEST_BLOCK = 64 * 2**20
"""Bytes of one sample above which a text is taken for something else."""

LARGEST_CACHE = 256 * 2**20
"""Bytes of stacks remembered by their text; beyond them the memory starts anew, which only costs time."""

_LEAF_KERNEL, _LEAF_USER, _ROOT = 1, 2, 4
_NO_FRAME, _INLINED_FRAME = -1, -2


@dataclass(slots=True)
class PerfSamples:
    """The samples of one recording and what is to be known about them.

    Parameters
    ----------
    builder
        Holds the samples, raw: no frame is left out or renamed but for its offset.
    header
        What the comments say; its event is the one that was counted.
    lost
        Samples that perf could not write.
    unresolved_kernel, unresolved_user
        Samples whose leaf is in the kernel, or in user code, and has no name.
    unknown_roots
        Samples whose outermost frame has no name: libc's thread start, which views fold away.
    without_stack
        Samples with no frame at all; they are counted on the root.
    other_events
        Samples of another event than the first, left out.
    not_understood
        Lines that are no part of the format.
    truncated
        The text ends inside a sample, which is left out.
    timed
        The output has time stamps.
    """

    builder: ProfileBuilder
    header: PerfHeader
    lost: int = 0
    unresolved_kernel: int = 0
    unresolved_user: int = 0
    unknown_roots: int = 0
    without_stack: int = 0
    other_events: int = 0
    not_understood: int = 0
    truncated: bool = False
    timed: bool = True

    @property
    def samples(self) -> int:
        """Number of samples read."""
        return len(self.builder)


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
    reader = _Reader(clock_offset)
    rest = b""
    for chunk in chunks:
        text = rest + chunk
        held = text[-1:] if text.endswith(b"\r") else b""
        if b"\r" in text:
            text = text[: len(text) - len(held)].replace(b"\r\n", b"\n")
        end = text.rfind(b"\n\n")
        if end < 0:
            rest = text + held
            if len(rest) > LARGEST_BLOCK:
                raise StoreError("The samples are not the text of perf script.", "Write them with `perf script`.")
            continue
        reader.blocks(text[:end].split(b"\n\n"))
        rest = text[end + 2 :] + held
    reader.last(rest)
    return reader.finish()


class _Reader:
    """Parses blocks, which are samples with their stacks, and remembers every line and stack it has seen."""

    def __init__(self, clock_offset: float | None) -> None:
        self.result = PerfSamples(ProfileBuilder(), PerfHeader())
        self._given_offset = clock_offset
        self._event: bytes | None = None
        self._head_words = 2  # words behind pid and cpu: time, perhaps the period, event
        self._lines: dict[bytes, _Line] = {}
        self._texts: dict[bytes, int] = {}  # lines of a stack -> its index << 3 | flags
        self._texts_size = 0
        self._whos: dict[bytes, int] = {}  # what stands before the time -> index of the thread
        self._flags = [0] * 8
        self._stacks: list[int] = []
        self._threads: list[int] = []
        self._times: list[float] = []

    def blocks(self, blocks: list[bytes]) -> None:
        """Take samples; the fast path is for a head like the ones before and for a stack seen before."""
        whos, texts = self._whos, self._texts
        stacks, threads, times = self._stacks, self._threads, self._times
        event, words = self._fast_head()
        for block in blocks:
            head, _, text = block.partition(b"\n")
            parts = head.rsplit(None, words)
            try:
                thread = whos[parts[0]]
                code = texts[text]
                time = float(parts[1].removesuffix(b":"))
            except (KeyError, IndexError, ValueError):
                if self._new_stack(parts, text, event, words):
                    continue
            else:
                if parts[words] == event:
                    stacks.append(code)
                    threads.append(thread)
                    times.append(time)
                    continue
            self._block(block)
            event, words = self._fast_head()
        self._flush()

    def last(self, text: bytes) -> None:
        """Take what is behind the last blank line; an unfinished line means an unfinished sample."""
        if text.endswith(b"\n"):
            self._block(text)
        elif text.strip():
            self.result.truncated = True
        self._flush()

    def finish(self) -> PerfSamples:
        """Sum up."""
        result, flags = self.result, self._flags
        result.unresolved_kernel = flags[_LEAF_KERNEL] + flags[_LEAF_KERNEL | _ROOT]
        result.unresolved_user = flags[_LEAF_USER] + flags[_LEAF_USER | _ROOT]
        result.unknown_roots = sum(flags[_ROOT:])
        if self._event:
            result.header.event = self._event.decode("utf-8", "replace")
        result.header.clock_offset = self._offset()
        return result

    def _new_stack(self, parts: list[bytes], text: bytes, event: bytes, words: int) -> bool:
        """Take a sample with a head like the ones before; ``False`` where anything else about it is new."""
        if len(parts) <= words or parts[words] != event:
            return False
        thread, time = self._whos.get(parts[0]), _time(parts[1])
        if thread is None or time is None:
            return False
        code = self._texts.get(text)
        if code is None:
            code = self._stack(text)
        if code is None:
            return False
        self._stacks.append(code)
        self._threads.append(thread)
        self._times.append(time)
        return True

    def _fast_head(self) -> tuple[bytes, int]:
        return (b"\n" if not self._event else self._event + b":"), self._head_words

    def _offset(self) -> float | None:
        return self.result.header.clock_offset if self._given_offset is None else self._given_offset

    def _flush(self) -> None:
        """Hand the collected samples over to the builder; hostile times are dropped here."""
        if not self._stacks:
            return
        codes = np.array(self._stacks, dtype=np.int64)
        threads = np.array(self._threads, dtype=np.int32)
        times = np.array(self._times, dtype=np.float64) + (self._offset() or 0.0)
        believable = (times >= 0) & (times <= LATEST_TIME)
        if not believable.all():
            self.result.not_understood += int((~believable).sum())
            codes, threads, times = codes[believable], threads[believable], times[believable]
        for flag, number in enumerate(np.bincount(codes & 7, minlength=8).tolist()):
            self._flags[flag] += number
        self.result.builder.extend((codes >> 3).tolist(), threads.tolist(), times.tolist())
        self._stacks.clear()
        self._threads.clear()
        self._times.clear()

    def _block(self, block: bytes) -> None:
        """Take any block: comments, lost events, stacks of one line, and at last a sample."""
        lines = block.split(b"\n")
        at = 0
        while at < len(lines):
            line = lines[at]
            at += 1
            if line.startswith(b"#"):
                self.result.header.feed(line.decode("utf-8", "replace"))
                continue
            if not line.strip():
                continue
            lost = parse_lost(line)
            if lost is not None:
                self.result.lost += lost
                continue
            head = parse_head(line)
            if head is None:
                self.result.not_understood += 1
            elif head.rest and parse_frame(head.rest) is not None:
                self._sample(line, head, head.rest)
            else:
                end = at
                while end < len(lines) and lines[end].strip():
                    end += 1
                self._sample(line, head, b"\n".join(lines[at:end]))
                at = end

    def _sample(self, line: bytes, head: Head, text: bytes) -> None:
        if self._event is None:
            self._event = head.event
        if head.event != self._event:
            self.result.other_events += 1
            return
        if head.time is None:
            self.result.timed = False
        code = self._texts.get(text)
        if code is None:
            code = self._stack(text)
        if code is None:
            self.result.without_stack += 1
            code = self.result.builder.stack(()) << 3
        thread = self.result.builder.thread(head.comm)
        words = 3 if head.period else 2
        parts = line.rsplit(None, words)
        if len(parts) > words and _time(parts[1]) == head.time and parts[words] == head.event + b":":
            if words != self._head_words:
                self._head_words = words
                self._whos.clear()
            self._whos[parts[0]] = thread
        self._stacks.append(code)
        self._threads.append(thread)
        self._times.append(head.time or 0.0)

    def _stack(self, text: bytes) -> int | None:
        """Parse the lines of a stack, leaf first, and remember it; ``None`` where they are no stack."""
        lines = text.split(b"\n")
        try:
            parsed = [self._lines[line] for line in lines]
        except KeyError:
            if not all(line.strip() for line in lines):
                return None
            parsed = [self._lines.get(line) or self._line(line) for line in lines]
        frames = [line.frame for line in parsed]
        if any(frame < 0 for frame in frames):
            self.result.not_understood += frames.count(_NO_FRAME)
            parsed = [line for line in parsed if line.frame != _NO_FRAME]
            if not parsed:
                return None
            frames = self._with_inlined(parsed)
        stack = self.result.builder.stack(tuple(reversed(frames)))
        code = stack << 3 | parsed[0].leaf_flag | (_ROOT if parsed[-1].leaf_flag else 0)
        self._texts_size += len(text)
        if self._texts_size > LARGEST_CACHE:
            self._texts.clear()
            self._lines.clear()
            self._texts_size = len(text)
        self._texts[text] = code
        return code

    def _line(self, line: bytes) -> _Line:
        frame = parse_frame(line)
        if frame is None:
            parsed = _Line(_NO_FRAME, 0, "")
        elif frame.module == INLINED:
            parsed = _Line(_INLINED_FRAME, 0, frame.name)
        else:
            flag = 0 if frame.name != UNKNOWN else _LEAF_KERNEL if frame.kernel else _LEAF_USER
            parsed = _Line(self.result.builder.frame(frame.name, frame.module), flag, frame.module)
        self._lines[line] = parsed
        return parsed

    def _with_inlined(self, parsed: list[_Line]) -> list[int]:
        """Give inlined frames, which perf prints without an object, the object of the frame around them."""
        frames = []
        module = ""
        for line in reversed(parsed):
            if line.frame == _INLINED_FRAME:
                frames.append(self.result.builder.frame(line.text, module))
            else:
                module = line.text
                frames.append(line.frame)
        return frames[::-1]


class _Line(NamedTuple):
    """A line of a stack: index of its frame, flag as a leaf, and module or, of an inlined frame, its name."""

    frame: int
    leaf_flag: int
    text: str


def _time(word: bytes) -> float | None:
    """Read ``823.317681:``; ``None`` for any other word."""
    if not word.endswith(b":"):
        return None
    try:
        return float(word[:-1])
    except ValueError:
        return None
