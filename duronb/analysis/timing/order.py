"""Order in time of the runs of two sides: whether drift of the machine would look like a difference of the sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import inf

import numpy as np
from numpy.typing import NDArray

from duronb.model.run import RunRecord

APART = 0.8
"""Separation from which two sides count as recorded apart in time.

Runs in alternation have a separation of at most 0.5 (two runs a side) or 0.2 (five). Two sides of at most three runs
reach 0.8 only if all runs of one side are older than all of the other; with five runs, two pairs of 25 may be in the
other order.
"""
_DAY_BEGINS, _DAY_ENDS = timedelta(hours=-14), timedelta(hours=36)
"""A date without a time, read as midnight UTC, is in an unknown time zone: UTC+14 to UTC-12."""

Times = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Order:
    """The order in time of the runs of two sides.

    Parameters
    ----------
    separation
        Of all pairs of a run before and a run after, the part in which the run before is older, minus the part in which
        it is newer: 1 if all runs before are older, 0 for runs in perfect alternation. Cliff's delta.
    unknown
        Part of the pairs whose order is not known.
    runs
        Number of runs before and after.
    undated
        Number of runs on both sides whose exact time is not known.
    """

    separation: float
    unknown: float
    runs: tuple[int, int]
    undated: int = 0

    @property
    def apart(self) -> bool:
        """Whether the sides were, or may have been, recorded one after the other instead of in alternation."""
        return abs(self.separation) + self.unknown >= APART - 1e-9

    @property
    def sentence(self) -> str:
        """Description of sides that are apart, as a clause without a full stop; empty for other sides."""
        if not self.apart:
            return ""
        if self.unknown > 1e-9 and abs(self.separation) < APART:
            return f"The order in time is not known: {self.undated} of {sum(self.runs)} runs have no reliable time"
        before = "The run before is" if self.runs[0] == 1 else "All runs before are"
        after = "the run after" if self.runs[1] == 1 else "all runs after"
        age = "older" if self.separation > 0 else "newer"
        if abs(self.separation) == 1:
            return f"{before} {age} than {after}"
        part = (1 + abs(self.separation) - self.unknown) / 2
        return f"The runs before are {age} than the runs after in {part:.0%} of all pairs"


def order_of(before: Sequence[RunRecord], after: Sequence[RunRecord]) -> Order:
    """Return the order in time of the runs of two sides.

    The time of a run is the start of its workload. Dates without a time and times of files are not exact, and neither
    are the times of a series whose blocks contradict them, because the clock of the machine was set back.
    """
    sides = (before, after)
    if not all(sides):
        return Order(0.0, 0.0, (len(before), len(after)))
    confused = _confused_series([*before, *after])
    spans = [_spans(side, confused) for side in sides]
    (first_low, first_high), (second_low, second_high) = spans
    older = first_high[:, None] < second_low[None, :]
    newer = first_low[:, None] > second_high[None, :]
    exact = (first_low == first_high)[:, None] & (second_low == second_high)[None, :]
    pairs = older.size
    return Order(
        separation=(int(older.sum()) - int(newer.sum())) / pairs,
        unknown=int((~older & ~newer & ~exact).sum()) / pairs,
        runs=(len(before), len(after)),
        undated=sum(int((low < high).sum()) for low, high in spans),
    )


def has_exact_time(run: RunRecord) -> bool:
    """Return whether a run states its time, rather than a date or the time of a file."""
    return run.quality.created_precision is None


def _spans(runs: Sequence[RunRecord], confused: frozenset[str]) -> tuple[Times, Times]:
    """Return the earliest and the latest possible time of each run, Unix time in seconds."""
    spans = [_span(run, confused) for run in runs]
    return np.array([low for low, _ in spans]), np.array([high for _, high in spans])


def _span(run: RunRecord, confused: frozenset[str]) -> tuple[float, float]:
    if run.series.id in confused:
        return -inf, inf
    if has_exact_time(run):
        return run.created.timestamp(), run.created.timestamp()
    if run.quality.created_precision != "day":
        return -inf, inf
    return (run.created + _DAY_BEGINS).timestamp(), (run.created + _DAY_ENDS).timestamp()


def _confused_series(runs: Sequence[RunRecord]) -> frozenset[str]:
    """Return the ids of the series in which a run of a later block has an earlier time."""
    members: dict[str, list[tuple[int, float]]] = {}
    for run in runs:
        if run.series.id is not None and run.series.block is not None:
            members.setdefault(run.series.id, []).append((run.series.block, run.created.timestamp()))
    found = set()
    for name, blocks in members.items():
        newest = -inf
        for block in sorted({number for number, _ in blocks}):
            times = [time for number, time in blocks if number == block]
            if min(times) < newest:
                found.add(name)
            newest = max(newest, *times)
    return frozenset(found)
