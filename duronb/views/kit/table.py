"""A table as text: the form that terminal, notebook, page and payload are all made from."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Table:
    """Text in columns.

    Parameters
    ----------
    caption
        What the table shows.
    columns
        Headings.
    rows
        Cells, as many per row as there are columns.
    text_columns
        Positions of columns that are words; the others are figures and align right.
    notes
        What a column means, where its heading does not say.
    """

    caption: str
    columns: list[str]
    rows: list[list[str]]
    text_columns: frozenset[int] = frozenset({0})
    notes: dict[str, str] = field(default_factory=dict)
