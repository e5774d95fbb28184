"""The events of a recording: which printed names are one event, and what views count for each."""

from __future__ import annotations

import numpy as np

from duronb.model.build import ProfileBuilder
from duronb.model.event import MOST_EVENTS, Event
from duronb.model.events.names import base_event
from duronb.model.profile import Counts, Indices

CLOCKS = frozenset({"cpu-clock", "task-clock"})
"""Events whose period is a time in nanoseconds, so that samples measure CPU time."""

LARGEST_PERIOD = 2**50
"""Periods are cut off here, so that their sum fits. No counter counts as much between two samples."""

BROKEN_FACTOR = 10_000
"""How many times the median a period must be to count as broken. perf sometimes writes such periods by mistake."""


class EventNumbers:
    """Numbers the events of a recording by their printed names.

    Parameters
    ----------
    builder
        The builder that gets the events.
    """

    def __init__(self, builder: ProfileBuilder) -> None:
        self._builder = builder
        self._numbers: dict[bytes, int] = {}
        self.printed: list[str] = []  # the first printed name of each event
        self._with_period: set[int] = set()
        self._without_period: set[int] = set()

    def number(self, printed: bytes) -> int:
        """Return the index of an event; of the last one if there are more than a profile can have."""
        known = self._numbers.get(printed)
        if known is not None:
            return known
        text = printed.decode("utf-8", "replace")
        name = base_event(text)
        event = Event(name, "nanoseconds" if name in CLOCKS else name or "samples")
        if len(self._numbers) >= MOST_EVENTS:
            return len(self.printed) - 1
        number = self._builder.event(event)
        if number == len(self.printed):
            self.printed.append(text)
        self._numbers[printed] = number
        return number

    def weights(self, events: Indices, periods: Counts) -> Counts | None:
        """Return the weights of samples from their periods, -1 for no period; ``None`` if no sample has a period."""
        missing = periods < 0
        if missing.all():
            if not self._without_period.issuperset(range(len(self.printed))):
                self._without_period.update(np.unique(events).tolist())
            return None
        self._with_period.update(np.unique(events[~missing]).tolist())
        self._without_period.update(np.unique(events[missing]).tolist())
        return np.where(missing, 1, periods)

    def choose_weighting(self) -> list[str]:
        """Choose what views count for each event, and return notices about periods that differ."""
        notices = []
        # If only some heads have a period, the others do not weigh 1, so samples are counted.
        all_have_periods = self._with_period - self._without_period
        for number, event in enumerate(self._builder.events):
            periods = self._builder.weights(number) if number in all_have_periods else None
            if periods is not None and len(periods) and int(periods.min()) < int(periods.max()):
                weighted, sentence = _weighting(event, periods)
                if weighted:
                    self._builder.redefine(Event(event.name, event.unit, event.scale, "period"))
                notices.append(sentence)
        return notices


def _weighting(event: Event, periods: Counts) -> tuple[bool, str]:
    """Return whether periods weight the samples of an event, and a sentence about it."""
    total = float(periods.sum(dtype=np.float64))
    broken = periods > BROKEN_FACTOR * max(1.0, float(np.median(periods)))
    low, high = int(periods.min()), int(periods.max())
    differ = f"The periods of {event.name or 'the samples'} differ, from {low:,} to {high:,}"
    if float(periods[broken].sum(dtype=np.float64)) > total / 2:
        number = int(broken.sum())
        what = "one sample has a period" if number == 1 else f"{number:,} samples have periods"
        return False, (
            f"{differ}: {what} so large that it looks like an error, so samples are counted. "
            "--weight period weights them all the same."
        )
    if event.name in CLOCKS:
        return False, f"{differ}. Samples are counted, because they are taken by a clock; --weight period weights them."
    alone = f"; one sample alone has {100 * high / total:.0f} % of them" if high > total / 2 else ""
    return True, f"{differ}, so samples are weighted by period{alone}. --weight samples counts them instead."
