"""Data of a history's plot, shared by the interactive plot and the static picture."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp

import numpy as np

from duronb.analysis.history.host_history import HostHistory
from duronb.analysis.history.level_changes import LevelChange
from duronb.analysis.history.trend import Trend
from duronb.views.history.sentences import change_text, value_text, verdict_of
from duronb.views.kit.escape import visible
from duronb.views.run.header import created_text

MOST_DOTS = 3000
"""Maximum number of runs that are all drawn. Of more, the lowest, middle and highest of each section are drawn."""
_MOST_BARS = 400
_MOST_GAPS = 20


@dataclass(frozen=True, slots=True)
class Dot:
    """One run."""

    x: float
    y: float
    host: int
    run: str
    label: str
    subject: str
    when: str
    location: str
    tags: str


@dataclass(frozen=True, slots=True)
class Bar:
    """Mean of a subject's runs, with its interval if known."""

    x: float
    y: float
    low: float | None
    high: float | None
    host: int
    text: str


@dataclass(frozen=True, slots=True)
class Level:
    """Mean of the runs between two level changes."""

    left: float
    right: float
    y: float
    host: int


@dataclass(frozen=True, slots=True)
class Band:
    """A level change: the range from the last run before its likeliest place to the first run after it.

    ``spread`` has the same range of every other place that is possible with 95 %.
    """

    left: float
    right: float
    text: str
    kind: str
    suspected: bool
    spread: Sequence[tuple[float, float]] = ()


@dataclass(frozen=True, slots=True)
class Marks:
    """Everything that the plot of a history draws.

    Parameters
    ----------
    time
        Whether horizontal positions are milliseconds since 1970. Otherwise they count runs in the order of subjects.
    dots, bars, levels, bands
        Runs, means of subjects, means of levels, level changes.
    gaps
        Positions where the host changes, or a loose condition such as the kernel.
    names
        Position and name of each subject. Empty if ``time``.
    runs
        Number of all runs, including those that are not drawn.
    """

    time: bool
    dots: Sequence[Dot]
    bars: Sequence[Bar]
    levels: Sequence[Level]
    bands: Sequence[Band]
    gaps: Sequence[float]
    names: Sequence[tuple[float, str]]
    runs: int

    @property
    def low(self) -> float:
        """The lowest value that is drawn."""
        return min([dot.y for dot in self.dots] + [bar.low for bar in self.bars if bar.low is not None], default=0.0)

    @property
    def high(self) -> float:
        """The highest value that is drawn."""
        return max([dot.y for dot in self.dots] + [bar.high for bar in self.bars if bar.high is not None], default=1.0)


def marks(trend: Trend, tags: Mapping[str, Sequence[str]]) -> Marks:
    """Return what the plot of a trend draws.

    Parameters
    ----------
    trend
        The history.
    tags
        Tags of each run, by run id.
    """
    time = trend.by == "time"
    runs = sum(len(series.runs) for series in trend.series)
    offset = 0.0
    dots: list[Dot] = []
    bars: list[Bar] = []
    levels: list[Level] = []
    bands: list[Band] = []
    gaps: list[float] = []
    names: list[tuple[float, str]] = []
    for host, series in enumerate(trend.series):
        positions = [run.created.timestamp() * 1000 for run in series.runs]
        if not time:
            positions = [offset + index for index in range(len(series.runs))]
            gaps += [offset - 1.0] if host else []
            offset += len(series.runs) + 1
        share = MOST_DOTS * len(series.runs) // max(runs, 1)
        dots += [_dot(series, at, positions[at], host, tags) for at in _drawn_positions(series, share, runs, tags)]
        bars += _bars(series, positions, host, trend)
        levels += _levels(series, positions, host, positive=trend.metric.positive)
        bands += [_band(change, series, positions, trend) for change in series.changes]
        names += [] if time else [(positions[repeat.points[0]], repeat.subject.label) for repeat in series.repeats]
    return Marks(
        time=time,
        dots=dots,
        bars=bars if len(bars) <= _MOST_BARS else [],
        levels=levels,
        bands=bands,
        gaps=[*_switches(trend), *_condition_changes(trend)] if time else gaps,
        names=names,
        runs=runs,
    )


def _dot(series: HostHistory, at: int, x: float, host: int, tags: Mapping[str, Sequence[str]]) -> Dot:
    run = series.runs[at]
    return Dot(
        x=x,
        y=float(series.values[at]),
        host=host,
        run=run.id,
        label=visible(run.label, 64),
        subject=visible(series.subjects[at].label, 60),
        when=created_text(run, "%Y-%m-%d %H:%M:%SZ"),
        location=run.location or "",
        tags=", ".join(tags.get(run.id, ())),
    )


def _drawn_positions(series: HostHistory, share: int, runs: int, tags: Mapping[str, Sequence[str]]) -> list[int]:
    """Return the indices of the runs to draw: all, or the lowest, middle and highest value of each section.

    Tagged runs, the first and last run and the runs next to level changes are always drawn.
    """
    size = len(series.runs)
    if runs <= MOST_DOTS:
        return list(range(size))
    kept = {at for at, run in enumerate(series.runs) if run.id in tags}
    kept |= {at for change in series.changes for at in (change.index - 1, change.index)}
    kept |= {0, size - 1}
    edges = np.linspace(0, size, max(1, share // 3) + 1).astype(np.int64)
    for begin, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        order = begin + np.argsort(series.values[begin:end])
        if len(order):
            kept |= {int(order[0]), int(order[len(order) // 2]), int(order[-1])}
    return sorted(kept)


def _bars(series: HostHistory, positions: Sequence[float], host: int, trend: Trend) -> list[Bar]:
    found = []
    for repeat in series.repeats:
        x = sum(positions[at] for at in repeat.points) / len(repeat.points)
        interval = ""
        if repeat.low is not None and repeat.high is not None:
            pooled = ", spread of the other subjects" if repeat.interval == "pooled" else ""
            interval = f" [{value_text(repeat.low)}, {value_text(repeat.high)}] 95 % interval{pooled}"
        count = f"{len(repeat.points)} run{'' if len(repeat.points) == 1 else 's'}"
        text = f"{visible(repeat.subject.label, 60)}: {value_text(repeat.mean)} {trend.metric.unit}{interval}, {count}"
        found.append(Bar(x, repeat.mean, repeat.low, repeat.high, host, text))
    return found


def _levels(series: HostHistory, positions: Sequence[float], host: int, *, positive: bool) -> list[Level]:
    edges = [0, *(change.index for change in series.changes), len(series.runs)]
    found = []
    for begin, end in itertools.pairwise(edges):
        values = series.values[begin:end]
        values = values[values > 0] if positive else values
        if len(values):
            mean = exp(float(np.log(values).mean())) if positive else float(values.mean())
            found.append(Level(positions[begin], positions[end - 1], mean, host))
    return found


def _band(change: LevelChange, series: HostHistory, positions: Sequence[float], trend: Trend) -> Band:
    return Band(
        left=positions[change.index - 1],
        right=positions[change.index],
        text=change_text(change, series, trend.metric),
        kind=verdict_of(change, series, trend.metric),
        suspected=change.suspected,
        spread=_joined(
            [
                (positions[place.index - 1], positions[place.index])
                for place in change.places
                if place.index != change.index
            ]
        ),
    )


def _joined(ranges: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return ranges in order, those that touch as one."""
    found: list[tuple[float, float]] = []
    for left, right in sorted(ranges):
        if found and left <= found[-1][1]:
            found[-1] = (found[-1][0], max(right, found[-1][1]))
        else:
            found.append((left, right))
    return found


def _condition_changes(trend: Trend) -> list[float]:
    """Return the times at which a loose condition changes; empty if there are too many to mark."""
    found = [
        (series.runs[switch.index - 1].created.timestamp() + series.runs[switch.index].created.timestamp()) * 500
        for series in trend.series
        for switch in series.switches
    ]
    return found if len(found) <= _MOST_GAPS else []


def _switches(trend: Trend) -> list[float]:
    """Return the times at which the host changes; empty if hosts alternate too often to mark."""
    times = sorted(
        (run.created.timestamp() * 1000, host) for host, series in enumerate(trend.series) for run in series.runs
    )
    found = [(before[0] + after[0]) / 2 for before, after in itertools.pairwise(times) if before[1] != after[1]]
    return found if len(found) <= _MOST_GAPS else []
