"""Building blocks of a report: the page, its sections and its flamegraphs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from duronb.analysis.conditions import CONDITIONS, binary_text, condition_texts
from duronb.model.run import RunRecord
from duronb.views.flamegraph.describe import description
from duronb.views.flamegraph.display_tree import DisplayTree
from duronb.views.flamegraph.still import static_svg
from duronb.views.kit.assets import style_sheet
from duronb.views.kit.document import document
from duronb.views.kit.escape import markup, script_json
from duronb.views.kit.markup import facts_html, still_html
from duronb.views.run.header import title_text
from duronb.views.run.payload import run_payload


def report_document(title: str, sections: Sequence[str], tool_version: str) -> str:
    """Return the HTML page of a report. It works offline, follows the theme and can be printed.

    Raises
    ------
    HostError
        The JavaScript is not built.
    """
    footer = f"<footer>Made by duronb {markup(tool_version, 60)}.</footer>"
    style = style_sheet(__package__, "report.css")
    return document(title, [_no_scripts(), *sections, footer], style=style, kind="duronb-report")


def section(heading: str, *pieces: str, new_page: bool = False) -> str:
    """Return a section with its heading, or an empty string if all pieces are empty.

    Parameters
    ----------
    heading
        Its text.
    pieces
        HTML of the content.
    new_page
        Whether the section begins a new page when printed.
    """
    body = "\n".join(piece for piece in pieces if piece)
    if not body:
        return ""
    identity = re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")
    name = ' class="duronb-new-page"' if new_page else ""
    return f'<section{name} aria-labelledby="{identity}"><h2 id="{identity}">{markup(heading)}</h2>\n{body}</section>'


def interactive(payload: dict[str, Any], paper: str) -> str:
    """Return HTML of an interactive flamegraph on the screen, and of ``paper`` when printed."""
    return (
        f'<div class="duronb-screen"><div class="duronb-flamegraph" data-run="off">'
        f'<script type="application/json" class="duronb-payload">{script_json(payload)}</script></div></div>\n'
        f'<div class="duronb-paper">{paper}</div>'
    )


def flamegraph_html(run: RunRecord, shown: DisplayTree) -> str:
    """Return HTML of the flamegraph of a run."""
    title = title_text(run)
    payload = run_payload(run, shown, summary=False)
    return interactive(payload, still_html(static_svg(shown, title=title), description(shown, title)))


def environment_html(*groups: Sequence[RunRecord]) -> str:
    """Return the conditions of groups of runs as HTML, with up to four values where the runs differ."""
    rows = []
    texts = [condition_texts(run) | {"binary": binary_text(run)} for group in groups for run in group]
    for name in (*CONDITIONS, "binary"):
        values = list(dict.fromkeys(text[name] for text in texts))
        if values and values != ["unknown"]:
            rows.append((f"{name[:1].upper()}{name[1:]}", " | ".join(values[:4]) + (" | …" if len(values) > 4 else "")))
    return facts_html(rows)


def _no_scripts() -> str:
    style = style_sheet(__package__, "no_scripts.css")
    hint = "Scripts are disabled. Each flamegraph is a static picture of its widest frames."
    return f"<noscript><style>{style}</style><p>{hint}</p></noscript>"
