"""Advice on a bucket as HTML and as text."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from duronb.analysis.bottlenecks.diagnosis import Bottleneck
from duronb.views.kit.escape import markup, visible


def stage_name(stage: str | None) -> str:
    """Return the name of a stage, or ``all samples`` for ``None``."""
    return "all samples" if stage is None else stage


def advice_html(row: Bottleneck, *, web: bool) -> str:
    """Return the advice on one bucket as HTML.

    Parameters
    ----------
    row
        The bucket in one stage.
    web
        Whether references become links.
    """
    fixes = "".join(f"<li>{markup(fix.advice)}{_references_html(fix.references, web=web)}</li>" for fix in row.fixes)
    evidence = "".join(f"<p><bdi>{markup(stage_name(row.stage))}: {markup(item)}</bdi></p>" for item in row.evidence)
    return (
        f"<section><h4>{markup(row.title)}</h4><p>{markup(row.symptom)}</p>{evidence}<ul>{fixes}</ul>"
        f"{_references_html(row.references, web=web)}</section>"
    )


def _references_html(references: Sequence[str], *, web: bool) -> str:
    """Return references as HTML. Only https addresses become links."""
    shown = ", ".join(
        f'<a href="{markup(text)}" rel="noopener noreferrer" target="_blank">{markup(text.removeprefix("https://"))}</a>'
        if web and text.startswith("https://") and " " not in text
        else f"<code>{markup(text.removeprefix('https://'))}</code>"
        for text in references
    )
    return f"<br><small>{shown}</small>" if shown else ""


def advice_text(row: Bottleneck, columns: int) -> str:
    """Return title and symptom of a bucket and what to try, as text for a terminal."""
    fixes = [wrapped(f"- {fix.advice} [{'; '.join(fix.references)}]", columns) for fix in row.fixes]
    return "\n".join([f"What to try: {row.title}" if fixes else row.title, wrapped(row.symptom, columns), *fixes])


def wrapped(text: str, width: int) -> str:
    """Return a paragraph or a list item as lines of at most ``width`` columns."""
    indent = "  " if text[:2] in {"- ", "! "} else ""
    return textwrap.fill(visible(text), width, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False)
