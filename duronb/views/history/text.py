"""A history as text for a terminal: a sparkline per host, a table of subjects, and sentences."""

from __future__ import annotations

import textwrap

from duronb.analysis.history.trend import Trend
from duronb.views.history.sentences import caption, host_names, metric_text, sentences, sparkline, title_of, value_text
from duronb.views.kit.escape import visible
from duronb.views.kit.numbers import NONE, at_most
from duronb.views.kit.table import Table
from duronb.views.kit.table_text import bullet, table_text, terminal_width
from duronb.views.run.header import created_text

_MOST_SUBJECTS = 20


def history_text(trend: Trend, width: int | None = None) -> str:
    """Return the history as text.

    Parameters
    ----------
    trend
        The history.
    width
        Columns of the terminal. ``None`` for the width of the current terminal.
    """
    columns = terminal_width() if width is None else width
    blocks = [textwrap.fill(f"{title_of(trend)}: {caption(trend)}", columns, break_on_hyphens=False)]
    if not trend.series:
        return "\n\n".join([*blocks, *(bullet(text, columns, "") for text in sentences(trend))])
    for name, series in zip(host_names(trend), trend.series, strict=True):
        values = series.values.tolist()
        limits = f"{value_text(min(values))} to {value_text(max(values))} {trend.metric.unit}".rstrip()
        bars = sparkline(values, columns - len(limits) - 2)
        blocks.append(f"{visible(name, columns)}\n{bars}  {limits}")
    blocks.append(table_text(subjects_table(trend), columns))
    if found := sentences(trend):
        blocks.append(
            "\n".join(
                textwrap.fill(f"- {text}", columns, subsequent_indent="  ", break_on_hyphens=False) for text in found
            )
        )
    return "\n\n".join(blocks)


def subjects_table(trend: Trend) -> Table:
    """Return a table of the newest subjects of each host: runs, mean, interval and time of the first run."""
    rows = []
    hidden = 0
    room = max(1, _MOST_SUBJECTS // max(1, len(trend.series)))
    for number, series in enumerate(trend.series, 1):
        hidden += max(0, len(series.repeats) - room)
        begins = {series.subjects[change.index]: change for change in series.changes}
        possible = {
            series.subjects[place.index]
            for change in series.changes
            for place in change.places
            if series.subjects[place.index] != series.subjects[place.index - 1]
        }
        for repeat in series.repeats[-room:]:
            first = min((series.runs[at] for at in repeat.points), key=lambda run: run.created)
            interval = NONE
            if repeat.low is not None and repeat.high is not None:
                mark = "*" if repeat.interval == "pooled" else ""
                interval = f"{value_text(repeat.low)} – {value_text(repeat.high)}{mark}"
            change = begins.get(repeat.subject)
            level = "" if change is None else "suspected" if change.suspected else "changed"
            if not level and repeat.subject in possible:
                level = "or here"
            mean = at_most(value_text(repeat.mean), imputed=series.imputed)
            row = [
                repeat.subject.label,
                f"{len(repeat.points):,}",
                mean,
                interval,
                level,
                created_text(first),
            ]
            rows.append(row if len(trend.series) == 1 else [*row, str(number)])
    heading = metric_text(trend.metric)
    more = f"; {hidden:,} older subjects are not shown" if hidden else ""
    pooled = any(row[3].endswith("*") for row in rows)
    note = "; * from the spread of the other subjects" if pooled else ""
    return Table(
        f"{heading[:1].upper()}{heading[1:]} by subject{more}{note}",
        [
            "subject",
            "runs",
            "geometric mean" if trend.metric.positive else "mean",
            "95 % interval",
            "level",
            "first run",
            *(["conditions"] if len(trend.series) > 1 else []),
        ],
        rows,
        text_columns=frozenset({0, 4, 5}),
        notes={"level": "a level change begins with a run of this subject, or may begin there (95 %)"},
    )
