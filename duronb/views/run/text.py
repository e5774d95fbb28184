"""A run as text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from duronb.analysis.run_notices import notices_of
from duronb.model.run import RunRecord
from duronb.views.flamegraph.display_tree import DisplayTree, display_tree_of
from duronb.views.flamegraph.hot_frames import HotFrame, hot_frames
from duronb.views.flamegraph.unique_labels import unique_labels
from duronb.views.kit.escape import visible
from duronb.views.kit.table_text import WIDEST, table_text, terminal_width
from duronb.views.run.header import header_rows
from duronb.views.run.tables import hot_table, metrics_table

_NAME = 48
"""Preferred length of the name of a function, in characters."""


def run_text(
    run: RunRecord,
    *,
    shown: DisplayTree | None = None,
    top: int = 12,
    stage: str | None = None,
    width: int | None = None,
) -> str:
    """Return a run as text: header, metrics, hottest functions, notices and the location of its files.

    Parameters
    ----------
    run
        The run.
    shown
        Its display tree. ``None`` computes it.
    top
        Number of hottest functions.
    stage
        Count only samples of this stage. ``None`` for all stages.
    width
        Columns of the text. ``None`` for the width of the terminal, from 80 to 100.
    """
    columns = terminal_width() if width is None else width
    blocks = ["\n".join(_header(run, columns))]
    if run.stages:
        blocks.append(table_text(metrics_table(run), columns))
    if shown is None:
        shown = _display_tree_or_none(run)
    if shown is not None and shown.profile.samples:
        frames = hot_frames(shown, top, stage)
        samples = int(shown.profile.self_counts(stage).sum())
        blocks.append(hot_text(frames, samples, stage, columns))
    remarks = [*notices_of(run), *(shown.notices if shown is not None else [])]
    if remarks:
        blocks.append("\n".join(_bullet(visible(remark), columns) for remark in remarks))
    if run.location:
        where = visible(run.location)
        files = [("Files", where)]
        if "://" not in where and Path(f"{run.location}.svg").is_file():
            files.append(("Picture", f"{where}.svg"))
        blocks.append("\n".join(f"{key:<9}{value}" for key, value in files))
    return "\n\n".join(blocks)


def hot_text(frames: Sequence[HotFrame], samples: int, stage: str | None = None, width: int = WIDEST) -> str:
    """Return the hottest functions as text. A name keeps its end, and as much before it as makes it unique."""
    table = hot_table(frames, samples, stage)
    labels = unique_labels([(frame.module, frame.name) for frame in frames], _NAME)
    rows = [[label, *row[1:]] for label, row in zip(labels, table.rows, strict=True)]
    return table_text(replace(table, rows=rows, uncut=frozenset({0})), width)


def _header(run: RunRecord, width: int) -> list[str]:
    lines = []
    for key, value in header_rows(run):
        wrapped = textwrap.wrap(visible(value), width - 9, break_on_hyphens=False) or [""]
        lines.append(f"{key:<9}{wrapped[0]}")
        lines.extend(f"{'':<9}{line}" for line in wrapped[1:])
    return lines


def _bullet(text: str, width: int) -> str:
    return textwrap.fill(text, width, initial_indent="! ", subsequent_indent="  ", break_on_hyphens=False)


def _display_tree_or_none(run: RunRecord) -> DisplayTree | None:
    try:
        return display_tree_of(run)
    except LookupError:
        return None
