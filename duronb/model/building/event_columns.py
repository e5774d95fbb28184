"""The columns of event and weight while a profile is built. They begin when a sample needs them."""

from __future__ import annotations

from array import array
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from duronb.model.event import Event
from duronb.model.profile import Counts, Indices

MOST_WEIGHT = 2**62
"""Largest sum of the weights of a profile."""


class EventColumns:
    """Events and weights of samples in the order in which the samples were added.

    Attributes
    ----------
    events
        The events by name, in the order of their indices.
    """

    def __init__(self) -> None:
        self.events: dict[str, Event] = {}
        self._event = array("h")  # as long as the other columns, or empty for a single event
        self._weight = array("q")  # as long as the other columns, or empty if every sample weighs 1

    def __bool__(self) -> bool:
        return bool(self._event or self._weight)

    def number(self, event: Event) -> int:
        """Return the index of an event. Events of equal names are one event, with the fields that were given first."""
        if event.name not in self.events:
            self.events[event.name] = replace(event)
        return list(self.events).index(event.name)

    def extend(self, before: array[int], count: Counts, events: Indices | int | None, weights: Counts | None) -> None:
        """Add samples.

        Parameters
        ----------
        before
            Counts of all samples that were added before.
        count
            Counts of the new samples, shape ``(samples,)``.
        events
            Indices of their events, shape ``(samples,)``, or of the event of all; ``None`` for event 0.
        weights
            Their weights, shape ``(samples,)``; ``None`` for 1 unit a sample.
        """
        added = len(count)
        if weights is not None and not self._weight:
            self._weight.frombytes(self._unit_weights(np.array(before, dtype=np.int64), self._event).tobytes())
        if events is not None and not self._event:
            self._event.frombytes(bytes(self._event.itemsize * len(before)))
        if self._event or events is not None:
            numbers = np.broadcast_to(np.asarray(0 if events is None else events, dtype=np.int16), added)
            self._event.frombytes(numbers.tobytes())
        if self._weight or weights is not None:
            if weights is None:
                weights = self._unit_weights(count, self._event[-added:] if self._event else self._event)
            self._weight.frombytes(weights.astype(np.int64).tobytes())

    def rows(self, event: int) -> NDArray[np.bool_] | slice:
        """Return which samples are of an event, as an index of a column."""
        if self._event:
            rows: NDArray[np.bool_] = np.array(self._event, dtype=np.int16) == event
            return rows
        return slice(None) if event == 0 else slice(0)

    def weights(self, event: int) -> Counts | None:
        """Return the weights of an event, one for each entry of its samples; ``None`` without weights."""
        return np.array(self._weight, dtype=np.int64)[self.rows(event)] if self._weight else None

    def columns(self, count: Counts) -> tuple[tuple[Event, ...], Indices | None, Counts | None]:
        """Return the events, and the columns of event and weight; no events and no columns if they state nothing."""
        event = np.array(self._event, dtype=np.int32) if self._event else None
        weight = np.array(self._weight, dtype=np.int64) if self._weight else None
        if weight is not None and (
            np.array_equal(weight, self._unit_weights(count, self._event))
            or weight.astype(np.float64).sum() > MOST_WEIGHT
        ):
            weight = None
        if event is None:
            return tuple(self.events.values())[: weight is not None], None, weight
        return tuple(self.events.values()), event, weight

    def _unit_weights(self, count: Counts, event: array[int]) -> Counts:
        """Return the weights of samples that weigh 1 unit each."""
        if not self.events:
            return count
        scale = np.array([event.scale for event in self.events.values()], dtype=np.int64)
        return count * (scale[np.array(event, dtype=np.int16)] if event else scale[0])
