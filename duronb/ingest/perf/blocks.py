"""Reader of blocks of ``perf script`` text, which are samples with stacks: usual ones by columns, others by lines."""

from __future__ import annotations

from array import array
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from duronb.ingest.perf.columns import find_blocks
from duronb.ingest.perf.events import LARGEST_PERIOD, EventNumbers
from duronb.ingest.perf.header import PerfHeader
from duronb.ingest.perf.heads import HeadEnd, read_heads
from duronb.ingest.perf.lines import LATEST_TIME, Head, is_detail, parse_frame, parse_head, parse_lost
from duronb.ingest.perf.samples import PerfSamples
from duronb.ingest.perf.stacks import FLAG_BITS, LEAF_KERNEL, LEAF_USER, ROOT, Stacks, starts_sample
from duronb.ingest.perf.text_numbers import Places, distinct_pieces
from duronb.model.build import ProfileBuilder

_MOST_ENDS = 16
"""Largest number of forms of heads that are read by columns. Each form costs a pass over the heads."""

_SEARCHED = 64 * 2**10
"""Number of bytes at the end of a long text in which the last head is searched."""

_MOST_WHOS = 2**20
"""Largest number of cached texts of threads. A full cache is cleared, which only costs time."""


class _Heads:
    """Content of heads as columns: thread, time, event and period, shape ``(heads,)`` each.

    The thread is -1 for a head that was not read. The period is -1 where the head has no period.
    """

    def __init__(self, number: int) -> None:
        self.thread = np.full(number, -1, dtype=np.int32)
        self.time = np.zeros(number, dtype=np.float64)
        self.event = np.zeros(number, dtype=np.int32)
        self.period = np.full(number, -1, dtype=np.int64)


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
        self._events = EventNumbers(self.result.builder)
        self._ends: dict[HeadEnd, int] = {}  # end of a head -> index of its event
        self._whos: dict[bytes, int] = {}  # text before the time -> index of the thread
        self._flags = np.zeros((0, 1 << FLAG_BITS), dtype=np.int64)  # samples of each event with these flags
        self._frames_seen = False
        self._codes, self._threads, self._times = array("q"), array("i"), array("d")
        self._event_of, self._periods = array("i"), array("q")

    def blocks(self, text: bytes, end: int) -> None:
        """Read the blocks before ``end``, each followed by an empty line."""
        begins, ends, lines = find_blocks(text, end)
        self.result.lines += lines
        at = 0
        while not self._ends and at < len(begins):
            self._block(text[begins[at] : ends[at]])
            at += 1
        self._read_usual_blocks(text, begins[at:], ends[at:])
        self._flush()

    def lines(self, text: bytes) -> None:
        """Read complete lines that end a sample."""
        self.result.lines += sum(1 for line in text.split(b"\n") if line)
        self._block(text)
        self._flush()

    def last(self, text: bytes) -> None:
        """Read the text after the last empty line. An incomplete line means an incomplete sample, which is left out.

        A last line without newline that ends with a parenthesis is complete, because frames end with their object.
        """
        if not text.endswith(b"\n") and text.strip() and not _is_complete(text):
            self.result.truncated = True
            text = _without_last_sample(text)
        self.lines(text)

    def finish(self) -> PerfSamples:
        """Return all samples and their statistics."""
        result = self.result
        result.not_understood += self._stacks.not_understood
        flags = self._flags.sum(axis=0)
        samples = [result.builder.samples_of(number) for number in range(len(self._events.printed))]
        main = samples.index(max(samples)) if samples else -1
        if main >= 0:
            flags = self._flags[main]
            result.other_events = sum(samples) - samples[main]
            result.header.event = self._events.printed[main] or result.header.event
        result.unresolved_kernel = int(flags[LEAF_KERNEL] + flags[LEAF_KERNEL | ROOT])
        result.unresolved_user = int(flags[LEAF_USER] + flags[LEAF_USER | ROOT])
        result.unknown_roots = int(flags[ROOT:].sum())
        result.only_frames = self._frames_seen and not samples
        result.weighting_notices = self._events.choose_weighting()
        result.header.clock_offset = self._offset()
        return result

    def _read_usual_blocks(self, text: bytes, begins: Places, ends: Places) -> None:
        """Read blocks whose head has a known form by columns. Read all other blocks line by line."""
        starts = np.array(list(map(text.find, repeat(b"\n"), begins.tolist())), dtype=np.int64) + 1
        heads = self._heads(text, begins, starts - 1)
        heads.thread[starts > ends] = -1
        for row in np.flatnonzero((heads.thread < 0) & (starts <= ends)).tolist():
            self._head(text[begins[row] : starts[row] - 1], heads, row)
        rows = np.flatnonzero(heads.thread >= 0)
        codes = self._stacks.codes(text, starts[rows], ends[rows])
        found = codes >= 0
        read = rows[found]
        heads_thread = heads.thread[read]
        heads.thread[rows[~found]] = -1
        self._add_samples(codes[found], heads_thread, heads.time[read], heads.event[read], heads.period[read])
        for row in np.flatnonzero(heads.thread < 0).tolist():
            self._block(text[begins[row] : ends[row]])

    def _heads(self, text: bytes, begins: Places, ends: Places) -> _Heads:
        """Read the heads with known ends by columns."""
        result = _Heads(len(begins))
        rows = np.arange(len(begins))
        for end, event in self._ends.items():
            if not len(rows):
                break
            heads = read_heads(text, begins[rows], ends[rows], end)
            usual = rows[heads.usual]
            whos, which = distinct_pieces(text, begins[usual], heads.who_ends[heads.usual])
            known = [self._whos.get(who.rstrip(), -1) for who in whos.to_pylist()]
            result.thread[usual] = np.array(known, dtype=np.int32)[which]
            result.time[usual] = heads.times[heads.usual]
            result.event[usual] = event
            if heads.periods is not None:
                result.period[usual] = heads.periods[heads.usual]
            rows = rows[~heads.usual]
        return result

    def _head(self, line: bytes, heads: _Heads, row: int) -> None:
        """Read one head into the columns, unless text follows its event."""
        head = parse_head(line)
        if head is None or head.time is None or head.rest:
            return
        heads.thread[row], heads.time[row] = self._thread(line, head), head.time
        heads.event[row] = self._events.number(head.event)
        heads.period[row] = _period(head)

    def _thread(self, line: bytes, head: Head) -> int:
        """Return the index of a head's thread, and remember the form of the head."""
        thread = self.result.builder.thread(head.comm, head.process)
        if head.time_at >= 0 and not head.rest:
            if len(self._whos) >= _MOST_WHOS:
                self._whos.clear()
            self._whos[line[: head.time_at].rstrip()] = thread
            if len(self._ends) < _MOST_ENDS:
                time = line[head.time_at : line.index(b":", head.time_at)]
                end = HeadEnd.of(line, time, b"" if head.period is None else b"%d" % head.period)
                if end is not None:
                    self._ends.setdefault(end, self._events.number(head.event))
        return thread

    def _offset(self) -> float | None:
        return self.result.header.clock_offset if self._given_offset is None else self._given_offset

    def _flush(self) -> None:
        """Add the samples that were read line by line to the builder."""
        if self._codes:
            self._add_samples(
                np.array(self._codes, dtype=np.int64),
                np.array(self._threads, dtype=np.int32),
                np.array(self._times, dtype=np.float64),
                np.array(self._event_of, dtype=np.int32),
                np.array(self._periods, dtype=np.int64),
            )
            for column in (self._codes, self._threads, self._times, self._event_of, self._periods):
                del column[:]

    def _add_samples(
        self,
        codes: NDArray[np.int64],
        threads: NDArray[np.int32],
        times: NDArray[np.float64],
        events: NDArray[np.int32],
        periods: NDArray[np.int64],
    ) -> None:
        """Add samples to the builder, except those with impossible times, which may be hostile."""
        times = times + (self._offset() or 0.0)
        believable = (times >= 0) & (times <= LATEST_TIME)
        if not believable.all():
            self.result.not_understood += int((~believable).sum())
            codes, threads, times = codes[believable], threads[believable], times[believable]
            events, periods = events[believable], periods[believable]
        if not len(codes):
            return
        flags, kinds = codes & (1 << FLAG_BITS) - 1, 1 << FLAG_BITS
        number = max(len(self._flags), len(self._events.printed))
        counted = np.bincount(events * kinds + flags, minlength=number * kinds).reshape(-1, kinds)
        counted[: len(self._flags)] += self._flags
        self._flags = counted
        weights = self._events.weights(events, periods)
        self.result.builder.extend(codes >> FLAG_BITS, threads, times, events, weights)

    def _block(self, block: bytes) -> None:
        """Read any block line by line: comments, lost events, samples on a single line and samples with a stack."""
        lines = block.split(b"\n")
        at = 0
        while at < len(lines):
            line = lines[at]
            at += 1
            if line.startswith(b"#"):
                self.result.header.feed(line.decode("utf-8", "replace"))
                self.result.lines -= 1  # a comment is no line of the samples
                continue
            if not line.strip():
                continue
            lost = parse_lost(line)
            if lost is not None:
                self.result.lost += lost
                continue
            head = parse_head(line)
            if head is None or (head.time is None and self._ends):  # all heads of a text have the same fields
                self._frames_seen |= line[:1].isspace() and parse_frame(line) is not None
                self.result.not_understood += not is_detail(line)
                continue
            end = at
            while end < len(lines) and lines[end].strip() and not starts_sample(lines[end]):
                end += 1
            # What follows the event is a stack of one frame only if no frames follow: it may be the address of data. An
            # address alone, without a symbol or an object, is no frame.
            single = b" " in head.rest and parse_frame(head.rest) is not None
            if single and not any(parse_frame(other) is not None for other in lines[at:end]):
                self._sample(line, head, head.rest)
            else:
                self._sample(line, head, b"\n".join(lines[at:end]))
                at = end

    def _sample(self, line: bytes, head: Head, text: bytes) -> None:
        code = self._stacks.code(text)
        if code is None:
            self.result.without_stack += 1
            code = self.result.builder.stack(()) << FLAG_BITS
        event = self._events.number(head.event)
        self._threads.append(self._thread(line, head))
        self._codes.append(code)
        self._times.append(head.time or 0.0)
        self._event_of.append(event)
        self._periods.append(_period(head))


def _period(head: Head) -> int:
    """Return the period of a head, at most ``LARGEST_PERIOD``; -1 if it has no period."""
    return -1 if head.period is None else min(head.period, LARGEST_PERIOD)


def _is_complete(text: bytes) -> bool:
    """Return whether the last line is a complete frame, or a head with one."""
    last = text[text.rfind(b"\n") + 1 :].rstrip()
    head = parse_head(last)
    return last.endswith(b")") and parse_frame(last if head is None else head.rest) is not None


def _without_last_sample(text: bytes) -> bytes:
    """Return the lines before the sample to which the incomplete last line belongs."""
    *lines, last = text.split(b"\n")
    if last[:1].isspace():  # a frame; its head is above it
        while lines and (lines[-1][:1].isspace() or parse_head(lines[-1]) is None):
            lines.pop()
        lines = lines[:-1]
    return b"".join(line + b"\n" for line in lines)


def last_sample(text: bytes) -> int:
    """Return the position of the last head in the last lines of a text; 0 if they have no head."""
    end = text.rfind(b"\n") + 1
    lowest = max(0, end - _SEARCHED)
    while end > lowest:
        begin = text.rfind(b"\n", lowest, end - 1) + 1
        if begin > lowest and starts_sample(text[begin : end - 1]):
            return begin
        end = begin
    return 0
