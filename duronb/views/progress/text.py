"""Progress of a capture as short, escaped text, from which front ends compose their display."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Callable

from duronb.events import Event, Step
from duronb.views.kit.terminal import plain

TITLES: dict[Step, str] = {
    "prepare": "Prepare",
    "build": "Build",
    "record": "Record",
    "collect": "Collect",
    "store": "Store",
}
_KEPT_OUTPUT_LINES = 200
_SOURCE = re.compile(r" \(/duronb/source/[0-9a-f]{64}[^ ()]*\)")
"""The directory of the subject in the engine, which cargo appends to the name of the package."""


class ProgressText:
    """State of a capture, updated by its events.

    Parameters
    ----------
    clock
        Returns monotonic seconds. It is used for events without an elapsed time.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since = clock()
        self._finished: list[str] = []
        self._tick: Event | None = None
        self.step: Step | None = None
        """Step in progress. ``None`` before the first step, between steps and after the last."""
        self.plan = ""
        self.said: list[str] = []
        """Lines that belong to no step, such as which engine was chosen and why."""
        self.output: deque[str] = deque(maxlen=_KEPT_OUTPUT_LINES)
        """Last lines of the image build and of cargo."""
        self.expected_seconds: float | None = None

    def take(self, event: Event) -> None:
        """Update the state with an event."""
        if event.kind == "plan":
            self.plan = plain(event.text)
        elif event.kind == "start":
            self._enter_step(event.step)
        elif event.kind == "output" and self.step is None:
            self.said.append(plain(event.text))
        elif event.kind == "output":
            self._enter_step(event.step)
            self.output.append(_SOURCE.sub("", plain(event.text)))
        elif event.kind == "tick":
            self._enter_step(event.step)
            self._tick = event
        elif event.kind == "done":
            self._enter_step(event.step)
            self._finished.append(f"{TITLES[event.step].lower()} {clock_text(self._elapsed_seconds_of(event))}")
        if event.kind in ("start", "tick"):
            self.expected_seconds = event.expected_seconds
        if event.kind == "done":
            self.step = None

    def _enter_step(self, step: Step) -> None:
        if step != self.step:
            self.step, self._since, self._tick, self.expected_seconds = step, self._clock(), None, None

    def _elapsed_seconds_of(self, event: Event) -> float:
        return self._clock() - self._since if event.elapsed_seconds is None else event.elapsed_seconds

    @property
    def elapsed_seconds(self) -> float:
        """Wall time of the step so far, in seconds."""
        if self._tick is not None and self._tick.elapsed_seconds is not None:
            return self._tick.elapsed_seconds
        return self._clock() - self._since

    @property
    def fraction(self) -> float | None:
        """Elapsed share of the step's expected time, 0 to 1. ``None`` if the expected time is unknown."""
        if not self.expected_seconds or self.expected_seconds <= 0:
            return None
        return min(1.0, max(0.0, self.elapsed_seconds / self.expected_seconds))

    @property
    def title(self) -> str:
        """Name of the step in progress; empty if there is none."""
        return "" if self.step is None else TITLES[self.step]

    def times(self) -> str:
        """Return elapsed and expected time, such as ``1:05 / 2:12``."""
        elapsed = clock_text(self.elapsed_seconds)
        return f"{elapsed} / {clock_text(self.expected_seconds)}" if self.expected_seconds else elapsed

    def live(self) -> str:
        """Return what the workload is doing: block, stage, throughput, lock warnings. Empty if unknown."""
        tick, parts = self._tick, []
        if tick is None:
            return ""
        if tick.block is not None:
            number = f"{tick.block}/{tick.blocks}" if tick.blocks else tick.block
            parts.append(f"block {number} {tick.side or ''}" if tick.block else "warm-up")
        if tick.stage is not None or tick.stage_number is not None:
            number = f"stage {tick.stage_number or '?'}/{tick.stages}" if tick.stages else "stage"
            parts.append(f"{number} {plain(tick.stage or '')}".strip())
        if tick.draining:
            parts.append("draining")
        if tick.throughput is not None:
            parts.append(f"{tick.throughput:,.1f} orch/s")
        if tick.lock_warnings:
            parts.append(f"{tick.lock_warnings:,} lock warning{'s' if tick.lock_warnings > 1 else ''}")
        if tick.completed is not None:
            parts.append(f"{tick.completed:,} done")
        if not parts and tick.text:
            parts.append(plain(tick.text))
        return " · ".join(parts)

    def summary(self) -> str:
        """Return the capture on one line, such as ``prepare 0:03 · build 0:42 · record stopped after 1:05``."""
        parts = list(self._finished)
        if self.step is not None:
            parts.append(f"{self.title.lower()} stopped after {clock_text(self.elapsed_seconds)}")
        return " · ".join(parts)


def clock_text(seconds: float) -> str:
    """Return a duration as ``0:05``, ``12:30`` or ``1:00:00``."""
    rounded = max(0, round(seconds))
    hours, minutes = rounded // 3600, rounded // 60 % 60
    return f"{hours}:{minutes:02}:{rounded % 60:02}" if hours else f"{minutes}:{rounded % 60:02}"
