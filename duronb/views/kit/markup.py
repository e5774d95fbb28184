"""HTML of headers, notices and tables, for notebooks and pages. It escapes all text."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence

from duronb.views.kit.assets import style_sheet
from duronb.views.kit.escape import markup
from duronb.views.kit.table import Table

_LONGEST = 400
"""Maximum length of a text in characters. The payload contains all of it."""


def output_style() -> str:
    """Return the style sheet for the HTML of this module inside an element of class ``duronb-output``."""
    return style_sheet(__package__, "output.css")


def output_html(body: str) -> str:
    """Return HTML as the output of a cell, with its style sheet."""
    return f'<div class="duronb-output"><style>{output_style()}</style>{body}</div>'


def facts_html(rows: Iterable[tuple[str, str]] | Iterable[Sequence[str]]) -> str:
    """Return pairs of name and text as a description list."""
    items = "".join(
        f"<div><dt>{markup(key, _LONGEST)}</dt><dd><bdi>{markup(value, _LONGEST)}</bdi></dd></div>"
        for key, value in rows
    )
    return f'<dl class="duronb-facts">{items}</dl>' if items else ""


def notices_html(sentences: Iterable[str]) -> str:
    """Return notices as a list."""
    items = "".join(f"<li><bdi>{markup(sentence, 2 * _LONGEST)}</bdi></li>" for sentence in sentences)
    return f'<ul class="duronb-remarks">{items}</ul>' if items else ""


def table_html(table: Table) -> str:
    """Return a table as HTML. Notes on columns become tooltips of their headings."""
    head = "".join(
        f'<th scope="col"{_words_class(table, column)}{_title_attribute(table, name)}>{markup(name, _LONGEST)}</th>'
        for column, name in enumerate(table.columns)
    )
    body = "".join(
        "<tr>"
        + "".join(
            f'<th scope="row"{_words_class(table, column)}>{markup(cell, _LONGEST)}</th>'
            if column == 0
            else f"<td{_words_class(table, column, number)}>{markup(cell, _LONGEST)}</td>"
            for column, cell in enumerate(row)
        )
        + "</tr>"
        for number, row in enumerate(table.rows)
    )
    return (
        f'<div class="duronb-scroll"><table class="duronb-table"><caption>{markup(table.caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def standalone_html(table: Table) -> str:
    """Return a table as the output of a cell, with its style sheet."""
    return output_html(table_html(table))


def still_html(picture: bytes, description: str) -> str:
    """Return an SVG picture as an HTML image, in which scripts cannot run."""
    source = base64.b64encode(picture).decode("ascii")
    return f'<img class="duronb-still" alt="{markup(description)}" src="data:image/svg+xml;base64,{source}">'


def _words_class(table: Table, column: int, row: int | None = None) -> str:
    classes = ["duronb-words"] if column in table.text_columns else []
    classes += ["duronb-faint"] if (row, column) in table.faint else []
    return f' class="{" ".join(classes)}"' if classes else ""


def _title_attribute(table: Table, name: str) -> str:
    return f' title="{markup(table.notes[name])}"' if name in table.notes else ""
