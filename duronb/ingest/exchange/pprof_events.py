"""The kinds of values of a pprof file as events, with numbers of samples and weights."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from duronb.ingest.exchange.pprof_message import PprofMessage, ValueType
from duronb.ingest.exchange.weights import Weighed
from duronb.model.event import Event

_CPU = ValueType("cpu", "nanoseconds")
_SAMPLES = frozenset({ValueType("samples", "count"), ValueType("sample", "count")})
_TOLERANCE = 0.01

Values = NDArray[np.int64]


def pprof_events(message: PprofMessage, values: Values) -> list[Weighed]:
    """Return the events of a file.

    Numbers of samples and CPU time, or numbers of samples and the only other kind of values, are one event. Any other
    kind of values is an event of its own, in which every record of the file is one sample with the value as its weight.

    Parameters
    ----------
    message
        The file.
    values
        Not negative, shape ``(records, kinds)``.
    """
    kinds = message.types
    counted = next((index for index, kind in enumerate(kinds) if kind in _SAMPLES), None)
    weighing = _partner(kinds, counted)
    events = []
    if counted is not None:
        count = values[:, counted]
        if weighing is not None:
            event = Event(kinds[weighing].type, kinds[weighing].unit)
            events.append(Weighed(count, values[:, weighing], event))
        else:
            events.append(Weighed(count))
    remaining = [index for index in range(len(kinds)) if index not in {counted, weighing}]
    # Of events with equally many samples the first is shown, so that comes first which pprof shows.
    shown = message.default_type or kinds[-1].type
    for index in sorted(remaining, key=lambda index: kinds[index].type != shown):
        kind, value = kinds[index], values[:, index]
        if kind == message.period_type == _CPU and _are_multiples(value, message.period):
            events.append(Weighed(value // message.period, value, Event(kind.type, kind.unit)))
        else:
            events.append(Weighed(np.ones(len(value), dtype=np.int64), value, Event(kind.type, kind.unit, 1, "period")))
    return events


def frequency_hz(message: PprofMessage, values: Values) -> float | None:
    """Return the sampling frequency if the file states it and its values agree, ``None`` otherwise.

    Parameters
    ----------
    message
        The file.
    values
        Not negative, shape ``(records, kinds)``.
    """
    kinds, period = message.types, message.period
    if message.period_type != _CPU or period <= 0 or _CPU not in kinds:
        return None
    cpu = values[:, kinds.index(_CPU)]
    counted = next((index for index, kind in enumerate(kinds) if kind in _SAMPLES), None)
    if counted is None:
        return _hertz(period) if _are_multiples(cpu, period) else None
    expected = float(values[:, counted].sum(dtype=np.float64)) * period
    return _hertz(period) if abs(float(cpu.sum(dtype=np.float64)) - expected) <= _TOLERANCE * expected else None


def _partner(kinds: list[ValueType], counted: int | None) -> int | None:
    """Return the index of the kind of values that the counted samples weigh."""
    if counted is None:
        return None
    if _CPU in kinds:
        return kinds.index(_CPU)
    return 1 - counted if len(kinds) == 2 else None


def _are_multiples(values: Values, period: int) -> bool:
    return period > 0 and bool((values % period == 0).all())


def _hertz(period: int) -> float:
    """Return the frequency of a period in nanoseconds; the integer whose rounded period it is, if there is one."""
    exact = 1e9 / period
    nearest = round(exact)
    return float(nearest) if nearest and round(1e9 / nearest) == period else exact
