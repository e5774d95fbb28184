"""What to try for a bucket, as a piece of HTML."""

from __future__ import annotations

from collections.abc import Sequence

from duronb.analysis.bottlenecks.diagnosis import Bottleneck
from duronb.views.kit.escape import markup


def stage_name(stage: str | None) -> str:
    """Return the name of a stage, or of all samples."""
    return "all samples" if stage is None else stage


def advice_html(row: Bottleneck, *, web: bool) -> str:
    """Return what to try for one bucket as a piece of HTML; ``web`` makes links of references."""
    fixes = "".join(f"<li>{markup(fix.advice)}{_references_html(fix.references, web=web)}</li>" for fix in row.fixes)
    evidence = "".join(f"<p><bdi>{markup(stage_name(row.stage))}: {markup(item)}</bdi></p>" for item in row.evidence)
    return (
        f"<section><h4>{markup(row.title)}</h4><p>{markup(row.symptom)}</p>{evidence}<ul>{fixes}</ul>"
        f"{_references_html(row.references, web=web)}</section>"
    )


def _references_html(references: Sequence[str], *, web: bool) -> str:
    """Return references; of addresses on the web only those with https are links."""
    shown = ", ".join(
        f'<a href="{markup(text)}" rel="noopener noreferrer" target="_blank">{markup(text.removeprefix("https://"))}</a>'
        if web and text.startswith("https://") and " " not in text
        else f"<code>{markup(text.removeprefix('https://'))}</code>"
        for text in references
    )
    return f"<br><small>{shown}</small>" if shown else ""
