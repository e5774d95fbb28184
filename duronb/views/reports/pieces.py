"""Pieces of a report: one HTML page that opens offline, follows the theme, and prints."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from duronb.analysis.conditions import CONDITIONS, condition_texts
from duronb.model.run import RunRecord
from duronb.views.flamegraph.describe import description
from duronb.views.flamegraph.display_tree import DisplayTree
from duronb.views.flamegraph.still import static_svg
from duronb.views.kit.document import document
from duronb.views.kit.escape import markup, script_json
from duronb.views.kit.markup import facts_html, still_html
from duronb.views.run.header import title_text
from duronb.views.run.payload import run_payload

STYLE = (
    ".duronb-report main{max-width:1200px;margin:0 auto}"
    ".duronb-report .duronb-paper{display:none}"
    ".duronb-report h2{border-bottom:1px solid rgba(128,128,128,.35);padding-bottom:2px}"
    ".duronb-report p.duronb-verdict{font-size:16px;font-weight:600;margin:4px 0 8px}"
    "@media print{"
    ":root{color-scheme:light}body{margin:0;color:#000;background:#fff}"
    ".duronb-report .duronb-screen{display:none}.duronb-report .duronb-paper{display:block}"
    ".duronb-report .duronb-scroll{overflow:visible}"
    ".duronb-report h2{break-after:avoid}.duronb-report tr,.duronb-report img,.duronb-report li{break-inside:avoid}"
    ".duronb-report table.duronb-table{font-size:9px}.duronb-report table.duronb-table th,"
    ".duronb-report table.duronb-table td{padding:1px 3px}"
    ".duronb-report section.duronb-new-page{break-before:page}"
    # What is folded away on screen is read on paper.
    "details::details-content{content-visibility:visible;display:block}"
    "footer{color:#444}}"
)
"""Scoped to the page; on paper pictures stand for what is interactive."""

_NO_SCRIPTS = (
    "<noscript><style>.duronb-report .duronb-screen{display:none}.duronb-report .duronb-paper{display:block}</style>"
    "<p>Scripts are off: flamegraphs are still pictures of their widest frames.</p></noscript>"
)


def report_document(title: str, sections: Sequence[str], tool_version: str) -> str:
    """Return the whole page.

    Raises
    ------
    HostError
        The JavaScript is not built.
    """
    footer = f"<footer>Made by duronb {markup(tool_version, 60)}.</footer>"
    return document(title, [_NO_SCRIPTS, *sections, footer], style=STYLE, kind="duronb-report")


def section(heading: str, *pieces: str, new_page: bool = False) -> str:
    """Return a part with its heading; nothing where there is nothing in it."""
    body = "\n".join(piece for piece in pieces if piece)
    if not body:
        return ""
    identity = re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")
    name = ' class="duronb-new-page"' if new_page else ""
    return f'<section{name} aria-labelledby="{identity}"><h2 id="{identity}">{markup(heading)}</h2>\n{body}</section>'


def interactive(payload: dict[str, Any], paper: str) -> str:
    """Return the place of an interactive flamegraph, and what stands for it on paper."""
    return (
        f'<div class="duronb-screen"><div class="duronb-flamegraph" data-run="off">'
        f'<script type="application/json" class="duronb-payload">{script_json(payload)}</script></div></div>\n'
        f'<div class="duronb-paper">{paper}</div>'
    )


def flamegraph_html(run: RunRecord, shown: DisplayTree) -> str:
    """Return the flamegraph of a run."""
    title = title_text(run)
    payload = run_payload(run, shown, summary=False)
    return interactive(payload, still_html(static_svg(shown, title=title), description(shown, title)))


def environment_html(*groups: Sequence[RunRecord]) -> str:
    """Return the conditions of groups of runs; where the runs differ, all that they have."""
    rows = []
    texts = [condition_texts(run) for group in groups for run in group]
    for name in CONDITIONS:
        values = list(dict.fromkeys(text[name] for text in texts))
        if values and values != ["unknown"]:
            rows.append((f"{name[:1].upper()}{name[1:]}", " | ".join(values[:4]) + (" | …" if len(values) > 4 else "")))
    return facts_html(rows)
