"""Read blocks of ``perf script`` text, which are samples with their stacks: plain ones by columns, others by lines."""

from __future__ import annotations

from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from duronb.ingest.perf.columns import find_blocks
from duronb.ingest.perf.header import PerfHeader
from duronb.ingest.perf.heads import HeadEnd, read_heads
from duronb.ingest.perf.lines import LATEST_TIME, Head, parse_frame, parse_head, parse_lost
from duronb.ingest.perf.samples import PerfSamples
from duronb.ingest.perf.stacks import FLAG_BITS, LEAF_KERNEL, LEAF_USER, ROOT, Stacks
from duronb.ingest.perf.text_numbers import Places, distinct_pieces
from duronb.model.build import ProfileBuilder
from duronb.model.profile import Indices

_PLAIN_WORDS = 2


class BlockReader:
    """Reads whole blocks of lines.

    Parameters
    ----------
    clock_offset
        Seconds to add to a time stamp to make it unix time; the header's own when ``None``.
    """

    def __init__(self, clock_offset: float | None) -> None:
        self.result = PerfSamples(ProfileBuilder(), PerfHeader())
        self._given_offset = clock_offset
        self._stacks = Stacks(self.result.builder)
        self._event: bytes | None = None
        self._head_words = _PLAIN_WORDS  # behind pid and cpu: time, perhaps the period, event
        self._head_end: HeadEnd | None = None
        self._whos: dict[bytes, int] = {}  # what stands before the time -> index of the thread
        self._flags = np.zeros(1 << FLAG_BITS, dtype=np.int64)
        self._codes: list[int] = []
        self._threads: list[int] = []
        self._times: list[float] = []

    def blocks(self, text: bytes, end: int) -> None:
        """Take the blocks before ``end``, each with the empty line behind it."""
        begins, ends = find_blocks(text, end)
        at = 0
        while self._event is None and at < len(begins):
            self._block(text[begins[at] : ends[at]])
            at += 1
        self._usual(text, begins[at:], ends[at:])
        self._flush()

    def last(self, text: bytes) -> None:
        """Take what is behind the last empty line; an unfinished line means an unfinished sample."""
        if text.endswith(b"\n"):
            self._block(text)
        elif text.strip():
            self.result.truncated = True
        self._flush()

    def finish(self) -> PerfSamples:
        """Sum up."""
        result, flags = self.result, self._flags
        result.not_understood += self._stacks.not_understood
        result.unresolved_kernel = int(flags[LEAF_KERNEL] + flags[LEAF_KERNEL | ROOT])
        result.unresolved_user = int(flags[LEAF_USER] + flags[LEAF_USER | ROOT])
        result.unknown_roots = int(flags[ROOT:].sum())
        if self._event:
            result.header.event = self._event.decode("utf-8", "replace")
        result.header.clock_offset = self._offset()
        return result

    def _usual(self, text: bytes, begins: Places, ends: Places) -> None:
        """Take blocks with heads like one before and a stack below; what is none goes by its lines."""
        starts = np.array(list(map(text.find, repeat(b"\n"), begins.tolist())), dtype=np.int64) + 1
        threads, times = self._heads(text, begins, starts - 1)
        threads[starts > ends] = -1
        for row in np.flatnonzero((threads < 0) & (starts <= ends)).tolist():
            threads[row], times[row] = self._head(text[begins[row] : starts[row] - 1])
        rows = np.flatnonzero(threads >= 0)
        codes = self._stacks.codes(text, starts[rows], ends[rows])
        found = codes >= 0
        threads[rows[~found]] = -1
        self._take(codes[found], threads[rows[found]], times[rows[found]])
        for row in np.flatnonzero(threads < 0).tolist():
            self._block(text[begins[row] : ends[row]])

    def _heads(self, text: bytes, begins: Places, ends: Places) -> tuple[Indices, NDArray[np.float64]]:
        """Return the index of the thread, -1 for a head that needs a closer look, and the time of each head."""
        threads = np.full(len(begins), -1, dtype=np.int32)
        if self._head_end is None:
            return threads, np.zeros(len(begins))
        heads = read_heads(text, begins, ends, self._head_end)
        rows = np.flatnonzero(heads.usual)
        whos, which = distinct_pieces(text, begins[rows], heads.who_ends[rows])
        known = [self._whos.get(who.rstrip(), -1) for who in whos.to_pylist()]
        threads[rows] = np.array(known, dtype=np.int32)[which]
        return threads, heads.times

    def _head(self, line: bytes) -> tuple[int, float]:
        """Return the index of the thread, -1 for a head unlike the ones before, and the time of one head."""
        words = self._head_words
        parts = line.rsplit(None, words)
        if not self._event or len(parts) <= words or parts[words] != self._event + b":":
            return -1, 0.0
        thread, time = self._whos.get(parts[0]), _time(parts[1])
        if thread is None:
            head = parse_head(line)
            if head is None or head.event != self._event or head.time != time or _PLAIN_WORDS + head.period != words:
                return -1, 0.0
            thread = self._whos[parts[0]] = self.result.builder.thread(head.comm)
        return (thread, time) if time is not None else (-1, 0.0)

    def _offset(self) -> float | None:
        return self.result.header.clock_offset if self._given_offset is None else self._given_offset

    def _flush(self) -> None:
        """Hand over the samples that were read one by one."""
        if self._codes:
            self._take(
                np.array(self._codes, dtype=np.int64),
                np.array(self._threads, dtype=np.int32),
                np.array(self._times, dtype=np.float64),
            )
            self._codes.clear()
            self._threads.clear()
            self._times.clear()

    def _take(self, codes: NDArray[np.int64], threads: Indices, times: NDArray[np.float64]) -> None:
        """Hand samples over to the builder; hostile times are dropped here."""
        times = times + (self._offset() or 0.0)
        believable = (times >= 0) & (times <= LATEST_TIME)
        if not believable.all():
            self.result.not_understood += int((~believable).sum())
            codes, threads, times = codes[believable], threads[believable], times[believable]
        self._flags += np.bincount(codes & (1 << FLAG_BITS) - 1, minlength=len(self._flags))
        self.result.builder.extend(codes >> FLAG_BITS, threads, times)

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
        code = self._stacks.code(text)
        if code is None:
            self.result.without_stack += 1
            code = self.result.builder.stack(()) << FLAG_BITS
        thread = self.result.builder.thread(head.comm)
        words = _PLAIN_WORDS + head.period
        parts = line.rsplit(None, words)
        if len(parts) > words and _time(parts[1]) == head.time and parts[words] == head.event + b":":
            if words != self._head_words:
                self._head_words, self._head_end = words, None
                self._whos.clear()
            self._whos[parts[0]] = thread
            if words == _PLAIN_WORDS:
                self._head_end = HeadEnd.of(line, parts[1].removesuffix(b":"))
        self._codes.append(code)
        self._threads.append(thread)
        self._times.append(head.time or 0.0)


def _time(word: bytes) -> float | None:
    """Read ``823.317681:``; ``None`` for any other word."""
    if not word.endswith(b":"):
        return None
    try:
        return float(word[:-1])
    except ValueError:
        return None
