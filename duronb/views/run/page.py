"""A run as one HTML page that works offline."""

from __future__ import annotations

from typing import Any

from duronb.analysis.run_notices import notices_of
from duronb.model.run import RunRecord
from duronb.views.bottlenecks.diagnosis import shown_bottlenecks
from duronb.views.flamegraph.catalogue import catalogue_problem
from duronb.views.flamegraph.describe import description
from duronb.views.flamegraph.display_tree import DisplayTree, display_tree_of
from duronb.views.flamegraph.hot_frames import hot_frames
from duronb.views.flamegraph.still import static_svg
from duronb.views.kit.document import document
from duronb.views.kit.escape import markup, script_json
from duronb.views.kit.markup import facts_html, notices_html, still_html, table_html
from duronb.views.run.header import header_rows, title_text
from duronb.views.run.payload import run_payload
from duronb.views.run.tables import hot_table, metrics_table


def page(run: RunRecord, stage: str | None = None, *, shown: DisplayTree | None = None) -> str:
    """Return a standalone page: header, notices, metrics, interactive flamegraph, bottlenecks, hottest functions.

    Without scripts the flamegraph is a static picture. The policy of the page forbids network requests.

    Parameters
    ----------
    run
        The run, with its samples.
    stage
        The stage that is selected initially. ``None`` for all stages.
    shown
        Its display tree. ``None`` computes it.

    Raises
    ------
    HostError
        The JavaScript is not built.
    """
    if shown is None:
        shown = display_tree_of(run)
    title = title_text(run)
    samples = int(shown.profile.self_counts(stage).sum())
    hottest = hot_table(hot_frames(shown, 40, stage), samples, stage)
    diagnosis = shown_bottlenecks(run, shown).html(links=True) if samples else ""
    body = [
        facts_html(header_rows(run)),
        notices_html([*notices_of(run), *shown.notices, *catalogue_problem()]),
        table_html(metrics_table(run)) if run.stages else "",
        "<h2>Flamegraph</h2>",
        _graph(shown, title, stage, run_payload(run, shown, stage=stage, summary=False)),
        f"<h2>Bottlenecks</h2>{diagnosis}" if diagnosis else "",
        f"<details open><summary>Hottest functions</summary>{table_html(hottest)}</details>",
        f"<footer>Made by duronb {markup(run.tool_version, 60)}.</footer>",
    ]
    return document(title, body)


def _graph(shown: DisplayTree, title: str, stage: str | None, payload: dict[str, Any]) -> str:
    """Return HTML of the interactive flamegraph, with a static picture for browsers without scripts."""
    still = still_html(static_svg(shown, title=title, stage=stage), description(shown, title, stage))
    return (
        f'<div class="duronb-flamegraph" data-run="off">{still}\n'
        f'<script type="application/json" class="duronb-payload">{script_json(payload)}</script></div>\n'
        "<noscript><p>Scripts are disabled. The flamegraph is a static picture of its widest frames.</p></noscript>"
    )
