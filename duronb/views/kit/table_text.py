"""A table as text for a terminal of a given width."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Callable

from duronb.views.kit.escape import visible
from duronb.views.kit.table import Table
from duronb.views.kit.terminal import fit

NARROWEST, WIDEST = 80, 100
"""Limits of the width of text, in terminal columns."""


_GAP = "  "


_LEGIBLE, _SHORTEST = 34, 12
"""Minimum width of a text column in characters: before columns are left out, and after."""


EXPENDABLE = (
    "ms/orch",
    "act/s",
    "lock waits",
    "module",
    "kind",
    "engine",
    "stages",
    "success %",
    "p50 ms",
    "back-off %",
    "back-off s",
    "p99 ms",
    "drain s",
    "window orch/s",
    "best orch/s",
)
"""Columns to leave out on a narrow terminal, in this order; last what explains the rates."""


def terminal_width() -> int:
    """Return the width of the terminal in columns, limited to 80 to 100."""
    return min(WIDEST, max(NARROWEST, shutil.get_terminal_size((WIDEST, 24)).columns))


def table_text(table: Table, width: int = WIDEST, shorten: Callable[[str, int], str] = fit) -> str:
    """Return a table as text of a given width.

    Headings are wrapped. If that is not enough, expendable columns are left out, then long text is cut, except in the
    columns ``table.uncut``. If these are still too wide, long text of the first column has a line of its own (where
    it is cut at ``width``), and other text makes the line longer than ``width``.

    Parameters
    ----------
    table
        The table.
    width
        Width in terminal columns.
    shorten
        Shortens a text to a number of characters.
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
        words = [column for column in kept if column in table.text_columns and column not in table.uncut]
        over = sum(widths.values()) + len(_GAP) * (len(kept) - 1) - width
        if over <= sum(max(0, widths[column] - _LEGIBLE) for column in words):
            break
        kept = [column for column in kept if table.columns[column] != name]
    while over > 0 and any(widths[column] > _SHORTEST for column in words):
        # The last column is an id or a module, which is useless when cut, so the other columns are cut first.
        widest = max(words, key=lambda column: (column != words[-1] or len(words) == 1, widths[column]))
        if widths[widest] <= _SHORTEST:
            widest = max(words, key=lambda column: widths[column])
        cut_off = min(over, widths[widest] - _SHORTEST)
        widths[widest] -= cut_off
        over -= cut_off
    if over > 0 and 0 in table.uncut:
        widths[0] = max(_LEGIBLE, widths[0] - over)
    height = max(map(len, headings.values()))
    raised = {column: [""] * (height - len(lines)) + lines for column, lines in headings.items()}

    def line(values: dict[int, str]) -> str:
        aligned = []
        above = ""
        for column in kept:
            value, room = values[column], widths[column]
            if len(value) > room and column == 0 and column in table.uncut:
                above, value = f"{shorten(value, width)}\n", ""
            elif len(value) > room:
                value = shorten(value, room)
            aligned.append(value.ljust(room) if column in table.text_columns else value.rjust(room))
        return above + _GAP.join(aligned).rstrip()

    return "\n".join(
        [
            visible(table.caption, width),
            *(line({column: raised[column][level] for column in kept}) for level in range(height)),
            "-" * min(width, sum(widths.values()) + len(_GAP) * (len(kept) - 1)),
            *(line({column: row[column] for column in kept}) for row in cells),
        ]
    )


def _wrapped(heading: str, cells: list[list[str]], column: int) -> list[str]:
    """Wrap a heading at its spaces if it is wider than its column."""
    widest = max([len(row[column]) for row in cells], default=0)
    if len(heading) <= widest:
        return [heading]
    return textwrap.wrap(heading, max(widest, *(len(word) for word in heading.split())))


def bullet(text: str, width: int, mark: str) -> str:
    """Return a sentence wrapped to ``width`` columns, with ``mark`` before its first line."""
    return textwrap.fill(
        visible(text), width, initial_indent=mark, subsequent_indent=" " * len(mark) + " ", break_on_hyphens=False
    )
