"""Sentences about a history: title, level changes, and how the newest runs compare."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Literal

from duronb.analysis.counting import IMPUTED
from duronb.analysis.history.host import differing
from duronb.analysis.history.host_history import HostHistory
from duronb.analysis.history.level_changes import FEWEST, LevelChange
from duronb.analysis.history.trend import Trend
from duronb.analysis.metrics import METRICS, RATES, Metric
from duronb.options.remedy import command
from duronb.quoting import counted
from duronb.views.history.place_text import deciding_sentence, places_sentence
from duronb.views.kit.escape import visible
from duronb.views.kit.numbers import NONE
from duronb.views.run.tables import no_label_text

_TICKS = "▁▂▃▄▅▆▇█"
_LONGEST = 30
_LISTED = 4


def value_text(value: float | None) -> str:
    """Return a value as text, with fewer decimal places for larger values."""
    if value is None:
        return NONE
    if value == 0 or 1e-3 <= abs(value) < 1e6:
        digits = 0 if abs(value) >= 1000 else 1 if abs(value) >= 100 else 2 if abs(value) >= 1 or value == 0 else 4
        return f"{value:,.{digits}f}"
    return f"{value:.3g}"


def signed(part: float) -> str:
    """Return a relative change as a signed percentage."""
    text = f"{100 * part:+.1f}".replace("-", "−")
    return f"{text}\N{NO-BREAK SPACE}%"


def title_of(trend: Trend) -> str:
    """Return the title of a history: metric and stage."""
    stage = f", {visible(trend.stage, 80)}" if trend.stage else ""
    return f"History of {metric_text(trend.metric)}{stage}"


def metric_text(metric: Metric) -> str:
    """Return a metric's title with its unit."""
    return f"{metric.title} ({metric.unit})" if metric.unit else metric.title


def caption(trend: Trend) -> str:
    """Return a sentence with the numbers of runs, subjects and sets of conditions, and the order."""
    runs = sum(len(series.runs) for series in trend.series)
    subjects = len({subject for series in trend.series for subject in series.subjects})
    order = "in order of time"
    if trend.by == "subject":
        why = ", because the runs of several subjects are interleaved in time" if trend.chosen else ""
        order = f"in order of subject (version, else commit date, else first run){why}"
    conditions = f" under {len(trend.series):,} sets of conditions" if len(trend.series) > 1 else ""
    return f"{counted(runs, 'run')} of {counted(subjects, 'subject')}{conditions}, {order}."


def host_names(trend: Trend) -> list[str]:
    """Return the conditions of each host history: machine, engine, workload and length of the stage.

    Several are numbered, because the sentences refer to the numbers.
    """
    if len(trend.series) == 1:
        return [str(series.host) for series in trend.series]
    others = differing([series.host for series in trend.series])
    return [
        f"Conditions {number}: {series.host}{f'; {other}' if other else ''}"
        for number, (series, other) in enumerate(zip(trend.series, others, strict=True), 1)
    ]


def verdict_of(change: LevelChange, series: HostHistory, metric: Metric) -> Literal["better", "worse", "differs"]:
    """Return the word for a level change: it ``differs`` if conditions changed at one of its places too."""
    if series.switched_at(change):
        return "differs"
    return "better" if (change.effect > 0) == (metric.better == "higher") else "worse"


def change_text(change: LevelChange, series: HostHistory, metric: Metric) -> str:
    """Return a short label of a level change: the effect and the subjects on both sides."""
    before, after = (series.subjects[at].label for at in (change.index - 1, change.index))
    where = (
        f"within {visible(after, _LONGEST)}"
        if before == after
        else f"{visible(before, _LONGEST)} → {visible(after, _LONGEST)}"
    )
    mark = "suspected " if change.suspected else ""
    return f"{mark}{_effect(change.effect, change, metric)}, {where}"


def change_sentence(change: LevelChange, series: HostHistory, metric: Metric) -> str:
    """Return a sentence about a level change: effect, interval, and the runs and subjects on both sides."""
    before, after = series.runs[change.index - 1], series.runs[change.index]
    codes = series.subjects[change.index - 1], series.subjects[change.index]
    interval = f"[{_effect(change.low, change, metric)}, {_effect(change.high, change, metric)}]"
    text = (
        f"{_effect(change.effect, change, metric)} {interval}, {verdict_of(change, series, metric)}, between"
        f" {visible(codes[0].label, 60)} ({before.id}) and {visible(codes[1].label, 60)} ({after.id});"
        f" {change.before} and {change.after} runs. There is a change: p {_p(change.p)}."
    )
    if change.suspected:
        text = f"Suspected, with only {counted(change.after, 'run')} after it: {text}"
    more = (places_sentence(change, series), switched_sentence(change, series), deciding_sentence(change, series))
    return " ".join([text, *filter(None, more)])


def switched_sentence(change: LevelChange, series: HostHistory) -> str:
    """Return what else changed at the possible places of a change; empty if nothing is known to have changed."""
    found = "; ".join(visible(text, 120) for text in series.switched_at(change)[:_LISTED])
    return f"There, this changed too, and compare would refuse: {found}." if found else ""


def sentences(trend: Trend) -> list[str]:
    """Return the level changes, the newest runs of short host histories, the runs that are left out, and notices.

    For a history without runs, return why there are no runs.
    """
    if not trend.series:
        return [nothing_shown(trend)]
    found = []
    for number, series in enumerate(trend.series, 1):
        prefix = f"Conditions {number}: " if len(trend.series) > 1 else ""
        found += [prefix + change_sentence(change, series, trend.metric) for change in series.changes]
        if series.imputed:
            found.append(
                f"{prefix}The values are {IMPUTED}: the logs do not state the back-off of failed fetches. No level"
                " changes are looked for, and the values are not compared with those of other runs."
            )
        elif not series.changes and len(series.runs) - series.unusable >= FEWEST:
            found.append(f"{prefix}No level change in {counted(len(series.runs), 'run')}.")
        found += [prefix + text for text in _short_history_sentences(series, trend)]
        found += [prefix + text for text in _switch_sentences(series)]
        if series.disturbed:
            found.append(
                f"{prefix}The newest {counted(series.disturbed, 'run')} differ from all others by more than a factor"
                " of 1.6. One or two runs like this are more often disturbed than a new level. Record another run:"
                f" {command('profile')}."
            )
        if series.unusable:
            found.append(
                f"{prefix}{counted(series.unusable, 'run')} without a positive value: drawn, but excluded from the"
                " statistics."
            )
    found += _choice_sentences(trend)
    if trend.left_out:
        instead = f" {_instead(trend)}" if trend.instead else ""
        found.append(f"Left out: {_reasons(trend)}.{instead}")
    return [*found, *trend.notices]


def nothing_shown(trend: Trend) -> str:
    """Return why a history shows no run, and what to do about it."""
    if not trend.total and trend.label is not None:
        return no_label_text(trend.label)
    if not trend.total:
        return f"There are no runs to show. Record one with {command('profile')}."
    if set(trend.left_out) == {"without the metric"}:
        which = "The run has" if trend.total == 1 else f"All {trend.total:,} runs have"
        other = _instead(trend) if trend.instead else "There is no other rate or time of this stage."
        return f"{which} no {_short(trend.metric)}. {other}"
    other = _instead(trend) if trend.instead else "A history needs complete runs with the stage."
    return f"Of {counted(trend.total, 'run')}, none can be shown: {_reasons(trend)}. {other}"


def _short(metric: Metric) -> str:
    """Return the title of a metric without its explanation, which follows a comma."""
    return metric.title.split(",")[0]


def _reasons(trend: Trend) -> str:
    known = {"without the metric": f"without {_short(trend.metric)}"}
    return ", ".join(f"{number:,} {known.get(reason, reason)}" for reason, number in sorted(trend.left_out.items()))


def _instead(trend: Trend) -> str:
    """Return which metrics the runs have that lack the one of the history, and the option that shows one."""
    best = next((name for name in RATES if name in trend.instead), trend.instead[0])
    return (
        f"The runs without it have {', '.join(trend.instead[:5])}. Show them with"
        f" {command('history', '--metric', best)}."
    )


def _choice_sentences(trend: Trend) -> list[str]:
    """Return why a metric was chosen that is not the best rate."""
    return [
        f"Shown by {_short(trend.metric)}, which all runs have: only {having:,} of {trend.total:,} have a"
        f" {_short(METRICS[name])}. Show these with {command('history', '--metric', name)}."
        for name, having in trend.better_rates.items()
    ][:1]


def sparkline(values: Sequence[float], width: int = 60) -> str:
    """Return a sparkline of the values. If there are more than ``width``, each bar is the median of its neighbours."""
    if not values:
        return ""
    cells = min(width, len(values))
    edges = [cell * len(values) // cells for cell in range(cells + 1)]
    middle = []
    for begin, end in itertools.pairwise(edges):
        part = sorted(values[begin:end])
        middle.append(part[len(part) // 2])
    low, high = min(middle), max(middle)
    if high == low:
        return _TICKS[3] * cells
    return "".join(_TICKS[round((value - low) / (high - low) * (len(_TICKS) - 1))] for value in middle)


def _short_history_sentences(series: HostHistory, trend: Trend) -> list[str]:
    """Describe how the newest run compares with the earlier ones, for a history too short for level changes."""
    size = len(series.runs) - series.unusable
    if size >= FEWEST or not size or series.imputed:
        return []
    few = f"{counted(size, 'run')}: level changes are detected from {FEWEST} runs on."
    newest = series.newest
    if newest is None:
        return [few]
    what = (
        f"the newest run, {value_text(newest.value)},"
        if trend.by == "time"
        else f"the last subject, {value_text(newest.value)},"
    )
    position = "is inside" if newest.usual else "is outside"
    return [
        (
            f"{few} Until then: {what} {position} {value_text(newest.low)} to {value_text(newest.high)}, the range of"
            f" 95 % of such values if nothing changed (estimated from {counted(newest.others, 'other run')})."
        )
    ]


def _switch_sentences(series: HostHistory) -> list[str]:
    """Return where loose conditions change within a host history."""
    if not series.switches:
        return []
    some = [
        f"{'; '.join(visible(text, 120) for text in switch.differences)} (from {series.runs[switch.index].id})"
        for switch in series.switches[:_LISTED]
    ]
    more = f", and {len(series.switches) - _LISTED:,} more" if len(series.switches) > _LISTED else ""
    return [f"Conditions change within this history, which compare would refuse: {', '.join(some)}{more}."]


def _effect(effect: float, change: LevelChange, metric: Metric) -> str:
    if change.relative:
        return signed(effect)
    sign = "+" if effect > 0 else "−" if effect < 0 else ""
    return f"{sign}{value_text(abs(effect))}{f' {metric.unit}' if metric.unit else ''}"


def _p(p: float) -> str:
    if 1e-4 <= p < 1.01e-4:
        return "≤ 0.0001"  # no random order had a change of this size
    return "< 0.0001" if p < 1e-4 else f"= {p:.4f}" if p < 0.01 else f"= {p:.2f}"
