"""Pieces of HTML for notebook and page: header, notices, tables. Everything from outside is escaped here."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence

from duronb.views.kit.escape import markup
from duronb.views.kit.table import Table

_LONGEST = 400
"""Characters of a name that are shown; the payload has all of them."""

STYLE = """
.duronb-output{font-size:13px;line-height:1.4;max-width:100%;text-align:left}
.duronb-output dl.duronb-facts{display:flex;flex-wrap:wrap;gap:2px 20px;margin:0 0 8px}
.duronb-output dl.duronb-facts div{display:flex;gap:6px;max-width:100%}
.duronb-output dl.duronb-facts dt{font-weight:600;margin:0;float:none;width:auto}
.duronb-output dl.duronb-facts dd{margin:0;float:none;width:auto;overflow-wrap:anywhere}
.duronb-output ul.duronb-remarks{margin:0 0 8px;padding-left:20px;overflow-wrap:anywhere}
.duronb-output .duronb-scroll{overflow-x:auto;margin:0 0 10px}
.duronb-output table.duronb-table{border-collapse:collapse;margin:0;font-size:12px;font-variant-numeric:tabular-nums}
.duronb-output table.duronb-table caption{text-align:left;font-weight:600;padding:2px 0;color:inherit;caption-side:top}
.duronb-output table.duronb-table th,.duronb-output table.duronb-table td{padding:2px 6px;text-align:right;
border:0;border-bottom:1px solid rgba(128,128,128,.35);white-space:nowrap;background:none;color:inherit}
.duronb-output table.duronb-table thead th{white-space:normal;vertical-align:bottom}
.duronb-output table.duronb-table .duronb-words{text-align:left;max-width:26em;overflow:hidden;text-overflow:ellipsis;
unicode-bidi:isolate}
.duronb-output table.duronb-table tbody th{font-weight:normal;white-space:normal;overflow-wrap:anywhere;
min-width:12em;max-width:none}
.duronb-output img.duronb-still{display:block;width:100%;height:auto;max-width:1200px}
.duronb-output ul.duronb-bar-legend a{color:inherit}
.duronb-output section h4{margin:8px 0 2px}
.duronb-output section p{margin:0 0 4px;max-width:70em}
.duronb-output section ul{margin:2px 0 6px;padding-left:20px;max-width:70em}
.duronb-output section li{margin:0 0 4px;overflow-wrap:anywhere}
.duronb-output p.duronb-hint{margin:2px 0 0;font-size:12px}
""".strip()
"""Scoped to ``.duronb-output``; colours come from around it, so contrast is the host's."""


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
    """Return a table with caption and scopes; what a heading means is its title."""
    head = "".join(
        f'<th scope="col"{_words(table, column)}{_note(table, name)}>{markup(name, _LONGEST)}</th>'
        for column, name in enumerate(table.columns)
    )
    body = "".join(
        "<tr>"
        + "".join(
            f'<th scope="row"{_words(table, column)}>{markup(cell, _LONGEST)}</th>'
            if column == 0
            else f"<td{_words(table, column)}>{markup(cell, _LONGEST)}</td>"
            for column, cell in enumerate(row)
        )
        + "</tr>"
        for row in table.rows
    )
    return (
        f'<div class="duronb-scroll"><table class="duronb-table"><caption>{markup(table.caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def standalone_html(table: Table) -> str:
    """Return a table with its style, as one output of a cell."""
    return f'<div class="duronb-output"><style>{STYLE}</style>{table_html(table)}</div>'


def still_html(picture: bytes, description: str) -> str:
    """Return an SVG as an image, in which nothing can run."""
    source = base64.b64encode(picture).decode("ascii")
    return f'<img class="duronb-still" alt="{markup(description)}" src="data:image/svg+xml;base64,{source}">'


def _words(table: Table, column: int) -> str:
    return ' class="duronb-words"' if column in table.text_columns else ""


def _note(table: Table, name: str) -> str:
    return f' title="{markup(table.notes[name])}"' if name in table.notes else ""
