"""A run in a terminal."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path

from duronb.model.run import RunRecord
from duronb.views.display_tree import DisplayTree, display_tree
from duronb.views.escape import visible
from duronb.views.header import header_rows, notices
from duronb.views.layout import fitting_label
from duronb.views.progress import fit
from duronb.views.tables import HotFrame, Table, hot_frames, hot_table, metrics_table

NARROWEST, WIDEST = 80, 100
_GAP = "  "
_LEGIBLE, _SHORTEST = 34, 12
"""Characters that a column of words may be cut to before columns go, and at last."""

EXPENDABLE = (
    "ms/orch",
    "act/s",
    "lock waits",
    "module",
    "kind",
    "engine",
    "stages",
    "back-off s",
    "p50 ms",
    "drain s",
    "success %",
    "back-off %",
    "window orch/s",
    "best orch/s",
)
"""Columns that a narrow terminal does without, the first to go first."""


def terminal_width() -> int:
    """Return the columns to write in: the terminal's, within 80 and 100."""
    return min(WIDEST, max(NARROWEST, shutil.get_terminal_size((WIDEST, 24)).columns))


def run_text(
    run: RunRecord,
    *,
    shown: DisplayTree | None = None,
    top: int = 12,
    stage: str | None = None,
    width: int | None = None,
) -> str:
    """Describe a run: header, metrics, hottest functions, notices, where its files are.

    Parameters
    ----------
    run
        The run.
    shown
        Its displayed tree, where the caller has it; made from the profile otherwise.
    top, stage
        How many functions, and of which stage.
    width
        Columns; the terminal's within 80 and 100 when ``None``.
    """
    columns = terminal_width() if width is None else width
    blocks = ["\n".join(_header(run, columns))]
    if run.stages:
        blocks.append(table_text(metrics_table(run), columns))
    if shown is None:
        shown = _shown(run)
    if shown is not None and shown.profile.samples:
        frames = hot_frames(shown, top, stage)
        samples = int(shown.profile.self_counts(stage).sum())
        blocks.append(hot_text(frames, samples, stage, columns))
    remarks = [*notices(run), *(shown.notices if shown is not None else [])]
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
    """Write hot frames; names keep their telling end."""
    table = hot_table(frames, samples, stage)
    return table_text(table, width, shorten=fitting_label)


def table_text(table: Table, width: int = WIDEST, shorten: Callable[[str, int], str] = fit) -> str:
    """Write a table in so many columns: headings wrap, then expendable columns go, then words are cut.

    Parameters
    ----------
    table
        The table.
    width
        Columns of the terminal.
    shorten
        Cuts words; takes text and characters.
    """
    cells = [[visible(cell) for cell in row] for row in table.rows]
    kept = [
        column for column in range(len(table.columns)) if not (column and cells) or any(row[column] for row in cells)
    ]
    for name in [*EXPENDABLE, ""]:
        headings = {column: _wrapped(table.columns[column], cells, column) for column in kept}
        widths = {
            column: max([len(line) for line in headings[column]] + [len(row[column]) for row in cells])
            for column in kept
        }
        words = [column for column in kept if column in table.text_columns]
        over = sum(widths.values()) + len(_GAP) * (len(kept) - 1) - width
        if over <= sum(max(0, widths[column] - _LEGIBLE) for column in words):
            break
        kept = [column for column in kept if table.columns[column] != name]
    while over > 0 and any(widths[column] > _SHORTEST for column in words):
        # The last column is an id or a module, of use only as a whole.
        widest = max(words, key=lambda column: (column != words[-1] or len(words) == 1, widths[column]))
        if widths[widest] <= _SHORTEST:
            widest = max(words, key=lambda column: widths[column])
        cut_off = min(over, widths[widest] - _SHORTEST)
        widths[widest] -= cut_off
        over -= cut_off
    height = max(map(len, headings.values()))
    raised = {column: [""] * (height - len(lines)) + lines for column, lines in headings.items()}

    def line(values: dict[int, str]) -> str:
        aligned = []
        for column in kept:
            value, room = values[column], widths[column]
            if len(value) > room:
                value = shorten(value, room)
            aligned.append(value.ljust(room) if column in table.text_columns else value.rjust(room))
        return _GAP.join(aligned).rstrip()

    return "\n".join(
        [
            visible(table.caption, width),
            *(line({column: raised[column][level] for column in kept}) for level in range(height)),
            "-" * min(width, sum(widths.values()) + len(_GAP) * (len(kept) - 1)),
            *(line({column: row[column] for column in kept}) for row in cells),
        ]
    )


def _wrapped(heading: str, cells: list[list[str]], column: int) -> list[str]:
    """Break a heading at its spaces where its column is narrower."""
    widest = max([len(row[column]) for row in cells], default=0)
    if len(heading) <= widest:
        return [heading]
    return textwrap.wrap(heading, max(widest, *(len(word) for word in heading.split())))


def _header(run: RunRecord, width: int) -> list[str]:
    lines = []
    for key, value in header_rows(run):
        wrapped = textwrap.wrap(visible(value), width - 9, break_on_hyphens=False) or [""]
        lines.append(f"{key:<9}{wrapped[0]}")
        lines.extend(f"{'':<9}{line}" for line in wrapped[1:])
    return lines


def _bullet(text: str, width: int) -> str:
    return textwrap.fill(text, width, initial_indent="! ", subsequent_indent="  ", break_on_hyphens=False)


def _shown(run: RunRecord) -> DisplayTree | None:
    try:
        return display_tree(run.profile)
    except LookupError:
        return None
