"""A table of text, from which terminal, notebook, page and payload are made."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Table:
    """A table of text.

    Parameters
    ----------
    caption
        What the table shows.
    columns
        Headings.
    rows
        Cells of each row, one per column.
    text_columns
        Indices of columns with text. All others contain numbers and are aligned right.
    notes
        Explanation of columns, by heading.
    uncut
        Indices of columns whose text is never cut in a terminal.
    faint
        Row and column of cells that HTML shows in grey.
    """

    caption: str
    columns: list[str]
    rows: list[list[str]]
    text_columns: frozenset[int] = frozenset({0})
    notes: dict[str, str] = field(default_factory=dict)
    faint: frozenset[tuple[int, int]] = frozenset()
    uncut: frozenset[int] = frozenset()
