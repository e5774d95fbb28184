"""Host history: the runs of one host in order, with confidence intervals per subject and changes of level."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from math import exp, sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from duronb.analysis.counting import IMPUTED
from duronb.analysis.distributions.student import student_quantile
from duronb.analysis.history.host import Host, Switch, switches
from duronb.analysis.history.level_changes import FEWEST, LevelChange, level_changes
from duronb.analysis.history.newest import disturbed_runs
from duronb.analysis.history.subjects import SubjectKey, in_order
from duronb.model.run import RunRecord

POOLED_DF = 8
"""Smallest number of degrees of freedom for a pooled spread, which replaces the unknown spread of a single run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeats:
    """All runs of one subject in a host history.

    Parameters
    ----------
    subject
        The subject.
    points
        Indices of its runs in the host history.
    mean
        Mean of the values; geometric for metrics that are compared as ratios.
    low, high
        95 % confidence interval of the mean; ``None`` if the spread is unknown.
    interval
        Source of the spread: ``own`` for the runs of this subject, ``pooled`` for those of all subjects; empty without
        an interval.
    """

    subject: SubjectKey
    points: tuple[int, ...]
    mean: float
    low: float | None = None
    high: float | None = None
    interval: Literal["own", "pooled", ""] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newest:
    """The newest value of a short host history, and the interval in which it was expected.

    Parameters
    ----------
    value
        The value, or the mean of the newest subject.
    low, high
        95 % prediction interval from the other values.
    others
        Number of the other values.
    """

    value: float
    low: float
    high: float
    others: int

    @property
    def usual(self) -> bool:
        """Whether the value is within the prediction interval."""
        return self.low <= self.value <= self.high


@dataclass(frozen=True, kw_only=True)
class HostHistory:
    """The runs of one host in order, with their statistics.

    Parameters
    ----------
    host
        What the runs have in common.
    runs, subjects
        The runs and the subject of each, n elements each.
    values
        Value of the metric in each run, shape ``(n,)``.
    repeats
        The runs grouped by subject, in the order of their first runs.
    changes
        The level changes.
    newest
        The newest value compared with the others, if the host history is too short for level changes; else ``None``.
    unusable
        Number of runs without a positive value although its logarithm is needed. They are shown, but left out of the
        statistics.
    switches
        The runs or subjects at which a loose condition changes, such as the kernel.
    disturbed
        Number of newest runs that are too far off for a suspected change of one or two runs.
    """

    host: Host
    runs: Sequence[RunRecord]
    subjects: Sequence[SubjectKey]
    values: NDArray[np.float64]
    repeats: Sequence[Repeats]
    changes: Sequence[LevelChange] = ()
    newest: Newest | None = None
    unusable: int = 0
    switches: Sequence[Switch] = ()
    disturbed: int = 0

    def switched_at(self, change: LevelChange) -> list[str]:
        """Return which loose conditions changed at the possible places of a change, so that it may be their effect."""
        places = {change.index, *(place.index for place in change.places)}
        return sorted({text for switch in self.switches if switch.index in places for text in switch.differences})

    @property
    def imputed(self) -> bool:
        """Whether a part of the values is imputed, so that there are no statistics about changes."""
        return self.host.counting == IMPUTED


def host_history_of(
    host: Host,
    members: Sequence[tuple[RunRecord, float]],
    subjects: Sequence[SubjectKey],
    *,
    positive: bool,
    by: Literal["time", "subject"],
) -> HostHistory:
    """Return the history of one host: its runs in order, with their statistics.

    Parameters
    ----------
    host
        What the runs have in common.
    members
        Runs and their values, in order of time.
    subjects
        The subject of each run.
    positive
        Whether values are compared as ratios.
    by
        Order of the host history.
    """
    order = in_order([run for run, _ in members], subjects) if by == "subject" else range(len(members))
    runs = [members[position][0] for position in order]
    ordered = [subjects[position] for position in order]
    values = np.array([members[position][1] for position in order], dtype=np.float64)
    usable = np.flatnonzero(values > 0) if positive else np.arange(len(values))
    scaled = np.log(values[usable]) if positive else values
    back: Callable[[float], float] = exp if positive else float
    begins = np.array([not place or ordered[at] != ordered[usable[place - 1]] for place, at in enumerate(usable)])
    imputed = host.counting == IMPUTED
    allowed = begins if by == "subject" else None
    changes = [] if imputed else level_changes(scaled, relative=positive, allowed=allowed)
    last = changes[-1].index if changes else 0
    newer = _last_subject(begins) if by == "subject" else 1
    return HostHistory(
        host=host,
        runs=runs,
        subjects=ordered,
        values=values,
        repeats=_repeats(ordered, usable, scaled, back),
        changes=[_among_all(change, usable) for change in changes],
        newest=_newest(scaled, newer, back) if len(scaled) < FEWEST and not imputed else None,
        unusable=len(values) - len(usable),
        switches=switches(_groups(runs, ordered) if by == "subject" else [[run] for run in runs]),
        disturbed=disturbed_runs(scaled[last:]) if positive and not imputed else 0,
    )


def _groups(runs: Sequence[RunRecord], subjects: Sequence[SubjectKey]) -> list[list[RunRecord]]:
    """Return the runs of each subject, which follow one another."""
    places = groupby(range(len(runs)), key=lambda at: subjects[at])
    return [[runs[at] for at in group] for _, group in places]


def _among_all(change: LevelChange, usable: NDArray[np.int64]) -> LevelChange:
    """Return a change of the usable runs with its indices among all runs."""
    places = tuple(replace(place, index=int(usable[place.index])) for place in change.places)
    return replace(change, index=int(usable[change.index]), places=places)


def _last_subject(begins: NDArray[np.bool_]) -> int:
    found = np.flatnonzero(begins)
    return len(begins) - int(found[-1]) if len(found) else 0


def _repeats(
    subjects: Sequence[SubjectKey],
    usable: NDArray[np.int64],
    scaled: NDArray[np.float64],
    back: Callable[[float], float],
) -> list[Repeats]:
    members: dict[SubjectKey, list[int]] = {}
    for place, at in enumerate(usable.tolist()):
        members.setdefault(subjects[at], []).append(place)
    groups = {subject: scaled[places] for subject, places in members.items()}
    df = sum(len(group) - 1 for group in groups.values())
    squares = sum(float(((group - group.mean()) ** 2).sum()) for group in groups.values())
    pooled = sqrt(squares / df) if df >= POOLED_DF else None
    return [
        _repeat(subject, tuple(usable[members[subject]].tolist()), group, (pooled, df), back)
        for subject, group in groups.items()
    ]


def _repeat(
    subject: SubjectKey,
    points: tuple[int, ...],
    group: NDArray[np.float64],
    pooled: tuple[float | None, int],
    back: Callable[[float], float],
) -> Repeats:
    mean, size = float(group.mean()), len(group)
    bare = Repeats(subject=subject, points=points, mean=back(mean))
    if size > 1:
        half = student_quantile(0.975, size - 1) * float(group.std(ddof=1)) / sqrt(size)
        return replace(bare, low=back(mean - half), high=back(mean + half), interval="own")
    if pooled[0] is None:
        return bare
    half = student_quantile(0.975, pooled[1]) * pooled[0]
    return replace(bare, low=back(mean - half), high=back(mean + half), interval="pooled")


def _newest(scaled: NDArray[np.float64], newer: int, back: Callable[[float], float]) -> Newest | None:
    base, after = scaled[: len(scaled) - newer], scaled[len(scaled) - newer :]
    if len(base) < 2 or not len(after):
        return None
    spread = float(base.std(ddof=1)) * sqrt(1 / len(after) + 1 / len(base))
    half = student_quantile(0.975, len(base) - 1) * spread
    mean = float(base.mean())
    return Newest(value=back(float(after.mean())), low=back(mean - half), high=back(mean + half), others=len(base))
