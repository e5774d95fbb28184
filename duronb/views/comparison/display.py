"""What a terminal and a notebook show of a comparison."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from duronb.analysis.comparison.compare import ComparisonResult
from duronb.errors import DuronbError
from duronb.views.comparison.intervals import intervals
from duronb.views.comparison.picture import interval_alt, interval_svg
from duronb.views.comparison.text import comparison_table, failures_table, remarks, sentences, side_names, summary
from duronb.views.escape import markup, visible
from duronb.views.header import sample_count
from duronb.views.markup import STYLE, notices_html, still_html, table_html
from duronb.views.tables import Table
from duronb.views.text import table_text, terminal_width

if TYPE_CHECKING:
    from duronb.views.comparison.comparison import Comparison

_EXPENDABLE = ((), ("exact p",), ("exact p", "detectable %"))
"""Columns that a narrow terminal does without."""


def comparison_text(result: ComparisonResult, width: int | None = None) -> str:
    """Return the comparison as text: the whole, the table, a sentence per stage, what limits belief."""
    columns = terminal_width() if width is None else width
    blocks = [textwrap.fill(visible(summary(result, side_names(result))), columns, break_on_hyphens=False)]
    if result.stages:
        blocks.append(_fitting(comparison_table(result, tilde=True), columns))
    if (failures := failures_table(result)) is not None:
        blocks.append(table_text(failures, columns))
    if found := sentences(result):
        blocks.append("\n".join(_wrapped(sentence, columns, "  ") for sentence in found))
    if found := remarks(result):
        blocks.append("\n".join(_wrapped(remark, columns, "! ") for remark in found))
    return "\n\n".join(blocks)


def comparison_html(result: ComparisonResult, plot: str) -> str:
    """Return the comparison as HTML without its style: verdict, plot, tables, sentences, what limits belief.

    Parameters
    ----------
    result
        The comparison.
    plot
        HTML of the interval plot.
    """
    said = markup(summary(result, side_names(result)), 2000)
    parts = [
        f'<p class="duronb-verdict" style="font-size:15px;font-weight:600;margin:0 0 6px"><bdi>{said}</bdi></p>',
        notices_html(remarks(result)),
    ]
    if result.stages:
        parts += [plot, table_html(comparison_table(result))]
    if (failures := failures_table(result)) is not None:
        parts.append(table_html(failures))
    return "".join([*parts, notices_html(sentences(result))])


def comparison_bundle(comparison: Comparison) -> dict[str, Any]:
    """Return what a notebook stores for a comparison, by MIME type; it draws without kernel and internet."""
    result = comparison.result
    body = comparison_html(result, _plot(comparison) if result.stages else "")
    html = f'<div class="duronb-output"><style>{STYLE}</style>{body}</div>{_differential(comparison)}'
    return {"text/plain": comparison_text(result), "text/html": html}


def plot_picture(comparison: Comparison) -> str:
    """Return the interval plot as an image."""
    result = comparison.result
    return still_html(interval_svg(result, f"Change per stage, {comparison.title}"), interval_alt(intervals(result)))


def _plot(comparison: Comparison) -> str:
    from duronb.views.embed import interactive_html

    return interactive_html(comparison.plot(), plot_picture(comparison))


def functions_text(comparison: Comparison, width: int | None = None) -> str:
    """Return which functions changed as text for a terminal; empty where the runs carry no samples."""
    if not has_samples(comparison):
        return ""
    columns = terminal_width() if width is None else width
    try:
        lines = repr(comparison.flamegraph()).splitlines()
    except DuronbError as error:
        return _wrapped(str(error), columns, "! ")
    return "\n".join(_wrapped(line[2:], columns, "! ") if line.startswith("! ") else line for line in lines[1:])


def has_samples(comparison: Comparison) -> bool:
    """Tell whether something was compared, and runs of both sides carry samples."""
    result = comparison.result
    sides = (result.before, result.after)
    return bool(result.stages) and all(any(sample_count(run) for run in side) for side in sides)


def _differential(comparison: Comparison) -> str:
    """Return the differential flamegraph where there is one to draw."""
    if not has_samples(comparison):
        return ""
    try:
        return str(comparison.flamegraph()._repr_mimebundle_()["text/html"])
    except DuronbError as error:
        return f'<p class="duronb-hint">There is no differential flamegraph. {markup(str(error))}</p>'


def _fitting(table: Table, width: int) -> str:
    for names in _EXPENDABLE:
        kept = [index for index, column in enumerate(table.columns) if column not in names]
        narrowed = replace(
            table,
            columns=[table.columns[index] for index in kept],
            rows=[[row[index] for index in kept] for row in table.rows],
            text_columns=frozenset(kept.index(index) for index in table.text_columns),
        )
        if max(map(len, table_text(narrowed, 10_000).splitlines())) <= width:
            break
    return table_text(narrowed, width)


def _wrapped(text: str, width: int, bullet: str) -> str:
    return textwrap.fill(
        visible(text), width, initial_indent=bullet, subsequent_indent=" " * len(bullet) + " ", break_on_hyphens=False
    )
