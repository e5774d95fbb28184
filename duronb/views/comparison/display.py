"""Display of a comparison in a terminal and in a notebook."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from typing import Any

from duronb.analysis.comparison.compare import ComparisonResult
from duronb.views.comparison.intervals import intervals
from duronb.views.comparison.picture import interval_alt, interval_svg
from duronb.views.comparison.sentences import comparison_title, remarks, sentences, side_names, summary
from duronb.views.comparison.tables import failures_table, headline_tables
from duronb.views.kit.escape import markup, visible
from duronb.views.kit.markup import notices_html, output_html, still_html, table_html
from duronb.views.kit.table import Table
from duronb.views.kit.table_text import bullet, table_text, terminal_width
from duronb.views.run.header import sample_count

_EXPENDABLE = ((), ("exact p",), ("exact p", "detectable %"))
"""Sets of columns to leave out, tried in order until the table fits the terminal."""


def comparison_text(result: ComparisonResult, width: int | None = None) -> str:
    """Return the comparison as text: summary, tables, sentences about each stage, notices.

    Parameters
    ----------
    result
        The comparison.
    width
        Columns of the terminal. ``None`` for the width of the current terminal.
    """
    columns = terminal_width() if width is None else width
    blocks = [textwrap.fill(visible(summary(result, side_names(result))), columns, break_on_hyphens=False)]
    if result.stages:
        blocks += [_fitting_table_text(table, columns) for table in headline_tables(result, tilde=True)]
    if (failures := failures_table(result)) is not None:
        blocks.append(table_text(failures, columns))
    if found := sentences(result):
        blocks.append("\n".join(bullet(sentence, columns, "  ") for sentence in found))
    if found := remarks(result):
        blocks.append("\n".join(bullet(remark, columns, "! ") for remark in found))
    return "\n\n".join(blocks)


def comparison_html(result: ComparisonResult, plot: str) -> str:
    """Return the comparison as HTML without a style sheet: summary, notices, plot, tables and sentences.

    Parameters
    ----------
    result
        The comparison.
    plot
        HTML of the interval plot.
    """
    verdict = markup(summary(result, side_names(result)), 2000)
    parts = [
        f'<p class="duronb-verdict" style="font-size:15px;font-weight:600;margin:0 0 6px"><bdi>{verdict}</bdi></p>',
        notices_html(remarks(result)),
    ]
    if result.stages:
        parts += [plot, *map(table_html, headline_tables(result))]
    if (failures := failures_table(result)) is not None:
        parts.append(table_html(failures))
    return "".join([*parts, notices_html(sentences(result))])


def comparison_bundle(result: ComparisonResult, differential: str) -> dict[str, Any]:
    """Return the MIME bundle of a comparison. It is displayed without a kernel and without internet access.

    Parameters
    ----------
    result
        The comparison.
    differential
        HTML of the differential flamegraph; empty if there is no differential.
    """
    body = comparison_html(result, _plot(result) if result.stages else "")
    return {"text/plain": comparison_text(result), "text/html": output_html(body) + differential}


def plot_picture(result: ComparisonResult) -> str:
    """Return the interval plot as HTML of a static picture."""
    title = f"Change per stage, {comparison_title(result)}"
    return still_html(interval_svg(result, title), interval_alt(intervals(result)))


def has_samples(result: ComparisonResult) -> bool:
    """Return whether at least one stage was compared and both sides have samples."""
    sides = (result.before, result.after)
    return bool(result.stages) and all(any(sample_count(run) for run in side) for side in sides)


def no_differential_html(reason: str) -> str:
    """Return the line that is shown if there is no differential flamegraph."""
    return f'<p class="duronb-hint">There is no differential flamegraph. {markup(reason)}</p>'


def _plot(result: ComparisonResult) -> str:
    from duronb.views.comparison.plot import interval_figure
    from duronb.views.live.embed import interactive_html

    return interactive_html(interval_figure(result), plot_picture(result))


def _fitting_table_text(table: Table, width: int) -> str:
    for names in _EXPENDABLE:
        kept = [index for index, column in enumerate(table.columns) if column not in names]
        narrowed = replace(
            table,
            columns=[table.columns[index] for index in kept],
            rows=[[row[index] for index in kept] for row in table.rows],
            text_columns=frozenset(kept.index(index) for index in table.text_columns),
            faint=frozenset(),
        )
        if max(map(len, table_text(narrowed, 10_000).splitlines())) <= width:
            break
    return table_text(narrowed, width)
