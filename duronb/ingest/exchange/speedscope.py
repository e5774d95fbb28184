"""Reader of files of speedscope, which also py-spy, rbspy and other profilers write."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np

from duronb.errors import StoreError
from duronb.ingest.exchange.json_values import JsonDocument
from duronb.ingest.exchange.stacks import LATEST_SECOND, SharedStacks, base_name
from duronb.ingest.exchange.weights import NANOSECONDS, weighed
from duronb.ingest.samples import Samples
from duronb.model.record.quality import Quality
from duronb.quoting import quoted

WHAT = "speedscope file"
_UNITS = frozenset({"none", "bytes", *NANOSECONDS})
_OWN = "duronb"


def read_speedscope(document: dict[str, Any]) -> Samples:
    """Read a file of speedscope.

    Parameters
    ----------
    document
        The JSON document.

    Returns
    -------
    The samples of all its profiles, with an event for each unit. The name of a profile becomes the name of a thread,
    except in files of duronb, where it is the name of a stage. An evented profile states when a function was entered
    and left: every function has the time that passed inside it as samples.

    Raises
    ------
    StoreError
        The document is damaged.
    """
    reader = _Reader(document)
    reader.read()
    return reader.samples()


class _Reader:
    """Converts the profiles of a document."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._json = JsonDocument(WHAT)
        profiles = self._json.array(document.get("profiles"), "profiles")
        self._profiles = [self._json.mapping(profile, "profiles") for profile in profiles]
        if not self._profiles:
            raise StoreError("The speedscope file contains no profile.", "Record again.")
        exporter = document.get("exporter")
        self._is_own = isinstance(exporter, str) and exporter.partition(" ")[0] == _OWN
        self._stacks = SharedStacks(WHAT)
        shared = self._json.mapping(document.get("shared"), "shared")
        self._frames = [self._frame(each) for each in self._json.array(shared.get("frames"), "frames")]
        self._units: list[str] = []
        self._unit_of_row, self._weights = array("b"), array("d")
        self._evented = False
        self._records = self._not_understood = 0

    def read(self) -> None:
        """Read all profiles."""
        for profile in self._profiles:
            unit = self._json.text(profile.get("unit", "none"), "unit")
            if unit not in _UNITS:
                self._json.fail(f"the unit {quoted(unit)} does not exist")
            if unit not in self._units:
                self._units.append(unit)
            thread = "" if self._is_own else self._json.text(profile.get("name", ""), "name")
            kind = profile.get("type")
            if kind == "sampled":
                self._sampled(profile, thread, unit)
            elif kind == "evented":
                self._events(profile, thread, self._units.index(unit))
            else:
                self._json.fail("a profile is neither sampled nor evented")

    def samples(self) -> Samples:
        """Return what was read."""
        notices = ["The samples have no times of day, so they cannot be split by stage."]
        if self._evented:
            notices.append("The file states when functions were entered and left; samples are the times in between.")
        if self._not_understood:
            notices.append(f"Samples and events that were not understood and are left out: {self._not_understood:,}.")
        units, weights = np.array(self._unit_of_row, dtype=np.int8), np.array(self._weights, dtype=np.float64)
        events = [weighed(np.where(units == index, weights, 0), unit) for index, unit in enumerate(self._units)]
        return Samples(
            builder=self._stacks.build(events),
            quality=Quality(sample_lines=self._records, sample_lines_not_understood=self._not_understood),
            notices=notices,
        )

    def _add(self, stack: int, thread: str, seconds: float, weight: float, unit: int) -> None:
        self._stacks.add(stack, thread, min(max(seconds, 0.0), LATEST_SECOND))
        self._weights.append(weight)
        self._unit_of_row.append(unit)

    def _frame(self, value: object) -> int:
        frame = self._json.mapping(value, "frames")
        name = self._json.text(frame.get("name"), "name")
        file = frame.get("file")
        return self._stacks.frame(name, base_name(file) if isinstance(file, str) else "")

    def _index(self, value: object) -> int:
        return self._frames[self._json.index(value, len(self._frames), "frame")]

    def _sampled(self, profile: dict[str, Any], thread: str, unit: str) -> None:
        samples = self._json.column(profile, "samples")
        weights = self._json.column(profile, "weights", len(samples))
        # In files of duronb a weight is no time that passed.
        to_seconds = 0.0 if self._is_own else NANOSECONDS.get(unit, 0) / 1e9
        number = self._units.index(unit)
        time = 0.0
        self._records += len(samples)
        for frames, weight in zip(samples, weights, strict=True):
            amount = self._json.number(weight, "weights")
            if amount < 0:
                self._not_understood += 1
                continue
            stack = 0
            for frame in self._json.array(frames, "samples"):
                stack = self._stacks.below(stack, self._index(frame))
            self._add(stack, thread, time * to_seconds, amount, number)
            time += amount

    def _events(self, profile: dict[str, Any], thread: str, unit: int) -> None:
        self._evented = True
        stack, since = 0, self._json.number(profile.get("startValue", 0), "startValue")
        stacks = self._stacks
        events = self._json.column(profile, "events")
        self._records += len(events)
        for value in events:
            event = self._json.mapping(value, "events")
            at = self._json.number(event.get("at"), "at")
            if at < since:
                self._not_understood += 1
                at = since
            if stack and at > since:
                self._add(stack, thread, 0.0, at - since, unit)
            since = at
            frame = self._index(event.get("frame"))
            if event.get("type") == "O":
                stack = stacks.below(stack, frame)
            elif event.get("type") == "C" and stacks.innermost(stack) == frame:
                stack = stacks.above(stack)
            elif event.get("type") == "C":
                self._not_understood += 1
                stack = self._closed(stack, frame)
            else:
                self._json.fail("an event neither opens nor closes a frame")

    def _closed(self, stack: int, frame: int) -> int:
        """Return a stack after a frame that is not the innermost one was closed; unchanged if it was not open."""
        above = stack
        while above and self._stacks.innermost(above) != frame:
            above = self._stacks.above(above)
        return self._stacks.above(above) if above else stack
