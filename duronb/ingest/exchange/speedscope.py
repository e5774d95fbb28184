"""Reader of files of speedscope, which also py-spy, rbspy and other profilers write."""

from __future__ import annotations

from typing import Any

import numpy as np

from duronb.errors import StoreError
from duronb.ingest.exchange.json_values import JsonDocument
from duronb.ingest.exchange.stacks import SharedStacks
from duronb.ingest.exchange.weights import NANOSECONDS, counts_of
from duronb.ingest.samples import Samples
from duronb.model.record.quality import Quality
from duronb.quoting import quoted

WHAT = "speedscope file"
_UNITS = frozenset({"none", "bytes", *NANOSECONDS})
_OWN = "duronb"


def is_speedscope(document: dict[str, Any]) -> bool:
    """Return whether a JSON document is a file of speedscope."""
    schema = document.get("$schema")
    if isinstance(schema, str) and "speedscope" in schema:
        return True
    return isinstance(document.get("profiles"), list) and isinstance(document.get("shared"), dict)


def read_speedscope(document: dict[str, Any]) -> Samples:
    """Read a file of speedscope.

    Parameters
    ----------
    document
        The JSON document.

    Returns
    -------
    The samples of all its profiles with the unit of the active one. The name of a profile becomes the name of a thread,
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
        active = document.get("activeProfileIndex", 0)
        known = type(active) is int and 0 <= active < len(self._profiles)
        self._unit = self._unit_of(self._profiles[active if known else 0])
        self._other_units: set[str] = set()
        self._evented = False
        self._not_understood = 0

    def read(self) -> None:
        """Read all profiles of the unit."""
        for profile in self._profiles:
            unit = self._unit_of(profile)
            if unit != self._unit:
                self._other_units.add(unit)
                continue
            kind = profile.get("type")
            thread = "" if self._is_own else self._json.text(profile.get("name", ""), "name")
            if kind == "sampled":
                self._sampled(profile, thread)
            elif kind == "evented":
                self._events(profile, thread)
            else:
                self._json.fail("a profile is neither sampled nor evented")

    def samples(self) -> Samples:
        """Return what was read."""
        counts = counts_of(self._stacks.weights, self._unit)
        notices = ["The samples have no times of day, so they cannot be split by stage."]
        if self._evented:
            notices.append(
                "The file states when functions were entered and left. Its samples are the times in between."
            )
        if counts.unit is not None:
            notices.append(f"One sample of this run stands for {counts.unit} of the file.")
        if self._other_units:
            others = ", ".join(map(quoted, sorted(self._other_units)))
            notices.append(f"The run has the profiles in {quoted(self._unit)}, without those in {others}.")
        if self._not_understood:
            notices.append(f"Samples and events that were not understood and are left out: {self._not_understood:,}.")
        return Samples(
            builder=self._stacks.build(counts.values),
            quality=Quality(sample_lines_not_understood=self._not_understood),
            notices=notices,
        )

    def _frame(self, value: object) -> int:
        frame = self._json.mapping(value, "frames")
        name = self._json.text(frame.get("name"), "name")
        file = frame.get("file")
        return self._stacks.frame(name, file.rpartition("/")[2] if isinstance(file, str) else "")

    def _unit_of(self, profile: dict[str, Any]) -> str:
        unit = self._json.text(profile.get("unit", "none"), "unit")
        if unit not in _UNITS:
            self._json.fail(f"the unit {quoted(unit)} does not exist")
        return unit

    def _index(self, value: object) -> int:
        return self._frames[self._json.index(value, len(self._frames), "frame")]

    def _sampled(self, profile: dict[str, Any], thread: str) -> None:
        samples = self._json.column(profile, "samples")
        weights = self._json.column(profile, "weights", len(samples))
        to_seconds = 0.0 if self._is_own else NANOSECONDS.get(self._unit, 0.0) / 1e9
        time = 0.0
        for frames, weight in zip(samples, weights, strict=True):
            amount = self._json.number(weight, "weights")
            if amount < 0:
                self._not_understood += 1
                continue
            stack = 0
            for frame in self._json.array(frames, "samples"):
                stack = self._stacks.below(stack, self._index(frame))
            self._stacks.add(stack, thread, _clipped(time * to_seconds), amount)
            time += amount

    def _events(self, profile: dict[str, Any], thread: str) -> None:
        self._evented = True
        stack, since = 0, self._json.number(profile.get("startValue", 0), "startValue")
        stacks = self._stacks
        for value in self._json.column(profile, "events"):
            event = self._json.mapping(value, "events")
            at = self._json.number(event.get("at"), "at")
            if at < since:
                self._not_understood += 1
                at = since
            if stack and at > since:
                stacks.add(stack, thread, 0.0, at - since)
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


def _clipped(seconds: float) -> float:
    return float(np.clip(seconds, 0, 2**31))
