"""Reader of blocks of ``perf script`` text, which are samples with stacks: usual ones by columns, others by lines."""

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
    """Reads complete blocks of lines.

    Parameters
    ----------
    clock_offset
        Seconds to add to a time stamp to get Unix time; ``None`` for the offset in the header.
    """

    def __init__(self, clock_offset: float | None) -> None:
        self.result = PerfSamples(ProfileBuilder(), PerfHeader())
        self._given_offset = clock_offset
        self._stacks = Stacks(self.result.builder)
        self._event: bytes | None = None
        self._head_words = _PLAIN_WORDS  # after pid and cpu: time, optional period, event
        self._head_end: HeadEnd | None = None
        self._whos: dict[bytes, int] = {}  # text before the time -> index of the thread
        self._flags = np.zeros(1 << FLAG_BITS, dtype=np.int64)
        self._codes: list[int] = []
        self._threads: list[int] = []
        self._times: list[float] = []

    def blocks(self, text: bytes, end: int) -> None:
        """Read the blocks before ``end``, each followed by an empty line."""
        begins, ends = find_blocks(text, end)
        at = 0
        while self._event is None and at < len(begins):
            self._block(text[begins[at] : ends[at]])
            at += 1
        self._read_usual_blocks(text, begins[at:], ends[at:])
        self._flush()

    def last(self, text: bytes) -> None:
        """Read the text after the last empty line. An incomplete line means an incomplete sample, which is left out."""
        if text.endswith(b"\n"):
            self._block(text)
        elif text.strip():
            self.result.truncated = True
        self._flush()

    def finish(self) -> PerfSamples:
        """Return all samples and their statistics."""
        result, flags = self.result, self._flags
        result.not_understood += self._stacks.not_understood
        result.unresolved_kernel = int(flags[LEAF_KERNEL] + flags[LEAF_KERNEL | ROOT])
        result.unresolved_user = int(flags[LEAF_USER] + flags[LEAF_USER | ROOT])
        result.unknown_roots = int(flags[ROOT:].sum())
        if self._event:
            result.header.event = self._event.decode("utf-8", "replace")
        result.header.clock_offset = self._offset()
        return result

    def _read_usual_blocks(self, text: bytes, begins: Places, ends: Places) -> None:
        """Read blocks whose head has a known form by columns. Read all other blocks line by line."""
        starts = np.array(list(map(text.find, repeat(b"\n"), begins.tolist())), dtype=np.int64) + 1
        threads, times = self._heads(text, begins, starts - 1)
        threads[starts > ends] = -1
        for row in np.flatnonzero((threads < 0) & (starts <= ends)).tolist():
            threads[row], times[row] = self._head(text[begins[row] : starts[row] - 1])
        rows = np.flatnonzero(threads >= 0)
        codes = self._stacks.codes(text, starts[rows], ends[rows])
        found = codes >= 0
        threads[rows[~found]] = -1
        self._add_samples(codes[found], threads[rows[found]], times[rows[found]])
        for row in np.flatnonzero(threads < 0).tolist():
            self._block(text[begins[row] : ends[row]])

    def _heads(self, text: bytes, begins: Places, ends: Places) -> tuple[Indices, NDArray[np.float64]]:
        """Return the index of the thread and the time of each head; the index is -1 for an unusual head."""
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
        """Return the index of the thread and the time of one head; the index is -1 for a head of another form."""
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
        """Add the samples that were read line by line to the builder."""
        if self._codes:
            self._add_samples(
                np.array(self._codes, dtype=np.int64),
                np.array(self._threads, dtype=np.int32),
                np.array(self._times, dtype=np.float64),
            )
            self._codes.clear()
            self._threads.clear()
            self._times.clear()

    def _add_samples(self, codes: NDArray[np.int64], threads: Indices, times: NDArray[np.float64]) -> None:
        """Add samples to the builder, except those with impossible times, which may be hostile."""
        times = times + (self._offset() or 0.0)
        believable = (times >= 0) & (times <= LATEST_TIME)
        if not believable.all():
            self.result.not_understood += int((~believable).sum())
            codes, threads, times = codes[believable], threads[believable], times[believable]
        self._flags += np.bincount(codes & (1 << FLAG_BITS) - 1, minlength=len(self._flags))
        self.result.builder.extend(codes >> FLAG_BITS, threads, times)

    def _block(self, block: bytes) -> None:
        """Read any block line by line: comments, lost events, samples on a single line and samples with a stack."""
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
    """Return the time of a word such as ``823.317681:`` in seconds; ``None`` for any other word."""
    if not word.endswith(b":"):
        return None
    try:
        return float(word[:-1])
    except ValueError:
        return None
