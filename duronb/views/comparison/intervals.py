"""Data of the interval plot, shared by the interactive plot and the static picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import floor, isfinite, log10

from duronb.analysis.comparison.compare import ComparisonResult
from duronb.analysis.comparison.stage import StageComparison
from duronb.views.comparison.numbers import p_equals, percent_change, typical, untested_change, value_text
from duronb.views.kit.theme import Mode

LEAST, MOST = -100.0, 300.0
"""Limits of the axis in percent. A wider interval is cut off, and its numbers are written beside it."""

COLOURS: dict[Mode, dict[str, str]] = {
    "light": {
        "improved": "#0b62a8",
        "regressed": "#b3470b",
        "differs": "#6639ba",
        "equivalent": "#59636e",
        "inconclusive": "#59636e",
    },
    "dark": {
        "improved": "#6cb6ff",
        "regressed": "#ff9a62",
        "differs": "#b78aff",
        "equivalent": "#9aa4af",
        "inconclusive": "#9aa4af",
    },
}
"""Colour of each verdict. Colour-blind readers can distinguish blue and orange, and the markers differ too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """One stage of the plot. Positions are changes in percent.

    Parameters
    ----------
    stage, verdict
        As in the comparison.
    middle, low, high
        The change and its 95 % interval. The ends are ``None`` if the change was not tested, and all are if it could
        not be computed.
    runs_before, runs_after
        Change of each run from the mean before. For a paired comparison ``runs_before`` is empty, and ``runs_after``
        has one value per block: the change from its run before to its run after.
    figures_before, figures_after
        Description of each point, for its tooltip.
    text
        The change in words, for screen readers and tooltips.
    """

    stage: str
    verdict: str
    middle: float | None
    low: float | None
    high: float | None
    runs_before: tuple[float, ...]
    runs_after: tuple[float, ...]
    figures_before: tuple[str, ...]
    figures_after: tuple[str, ...]
    text: str


def intervals(result: ComparisonResult) -> list[Interval]:
    """Return the rows of the plot, one per stage in the order of the comparison, then those of CPU time."""
    costs = [replace(row, stage=f"{row.stage}, CPU") for row in map(_interval, result.costs)]
    return [*map(_interval, result.stages), *costs]


def limits(rows: Sequence[Interval], margin: float) -> tuple[float, float]:
    """Return both ends of the axis in percent. They contain all intervals and points, up to ``LEAST`` and ``MOST``."""
    beyond = 100 * margin
    shown = [-1.5 * beyond, 1.5 * beyond]
    for row in rows:
        shown += [value for value in (row.low, row.middle, row.high) if value is not None and isfinite(value)]
        shown += [*row.runs_before, *row.runs_after]
    low, high = max(LEAST, min(shown)), min(MOST, max(shown))
    space = 0.04 * (high - low)
    return low - space, high + space


def ticks(low: float, high: float, most: int = 9) -> list[float]:
    """Return round tick positions within the limits, at most about ``most``."""
    raw = (high - low) / most
    power = 10.0 ** floor(log10(raw))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw)
    first = int(-(-low // step))
    return [round(number * step, 6) for number in range(first, int(high // step) + 1)]


def _interval(stage: StageComparison) -> Interval:
    effect, decision = stage.effect, stage.decision
    unit = f" {stage.metric.unit}" if stage.metric is not None else ""
    base = typical(stage.before)
    paired = effect is not None and effect.paired
    before: tuple[float, ...] = ()
    after: tuple[float, ...] = ()
    if base is not None and min(stage.before) > 0:
        if paired:
            after = tuple(100 * (new / old - 1) for old, new in zip(stage.before, stage.after, strict=True))
        else:
            before, after = (tuple(100 * (value / base - 1) for value in side) for side in (stage.before, stage.after))
    figures_after = tuple(f"{value_text(value)}{unit} after" for value in stage.after)
    if paired:
        figures_after = tuple(
            f"block: {value_text(old)} → {value_text(new)}{unit}"
            for old, new in zip(stage.before, stage.after, strict=True)
        )
    text = str(decision.verdict)
    low = high = middle = None
    if effect is not None:
        ends = effect.interval()
        low, high = (100 * (end - 1) for end in ends)
        middle = 100 * (effect.ratio - 1)
        text = f"{percent_change(effect.ratio)} % ({percent_change(ends[0])} to {percent_change(ends[1])}), {text}"
        if decision.p is not None:
            text += f", {p_equals(decision.p)}"
    elif (ratio := stage.untested_ratio) is not None:
        middle = 100 * (ratio - 1)
        text = f"{untested_change(ratio, ' %')}, {text}"
    return Interval(
        stage=stage.stage,
        verdict=str(decision.verdict),
        middle=middle,
        low=low,
        high=high,
        runs_before=before,
        runs_after=after,
        figures_before=tuple(f"{value_text(value)}{unit} before" for value in stage.before) if before else (),
        figures_after=figures_after if after else (),
        text=text,
    )
