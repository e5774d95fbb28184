"""The output that a notebook stores for a run: header, metrics, flamegraph and bottlenecks."""

from __future__ import annotations

from typing import Any

from duronb.analysis.run_notices import notices_of
from duronb.model.run import RunRecord
from duronb.views.bottlenecks.diagnosis import shown_bottlenecks
from duronb.views.flamegraph.catalogue import catalogue_problem
from duronb.views.flamegraph.display_tree import DisplayTree
from duronb.views.kit.markup import facts_html, notices_html, output_html, table_html
from duronb.views.live.bundle import graph_html
from duronb.views.payload.writing import MIME_TYPE, payload_json
from duronb.views.run.header import header_rows, title_text
from duronb.views.run.payload import run_payload
from duronb.views.run.tables import metrics_table
from duronb.views.run.text import run_text


def run_bundle(run: RunRecord, shown: DisplayTree | None) -> dict[str, Any]:
    """Return the MIME bundle of a run, see ``flamegraph_bundle``.

    Parameters
    ----------
    run
        The run.
    shown
        Its display tree. ``None`` for a run without samples.
    """
    above = [facts_html(header_rows(run))]
    if shown is None:
        body = "".join([*above, notices_html(notices_of(run)), table_html(metrics_table(run))])
        return {"text/plain": run_text(run), "text/html": output_html(body)}
    from duronb.views.live.bokeh_model import Flamegraph

    above += [
        notices_html([*notices_of(run), *shown.notices, *catalogue_problem()]),
        table_html(metrics_table(run)),
    ]
    payload = run_payload(run, shown)
    # The HTML describes the run above the graph, so the graph does not need the summary.
    model = Flamegraph(payload=payload_json({key: value for key, value in payload.items() if key != "run"}))
    graph = graph_html(model, shown, title_text(run), None)
    diagnosis = shown_bottlenecks(run, shown).html(short=True) if shown.profile.samples else ""
    return {
        "text/plain": run_text(run, shown=shown),
        "text/html": output_html("".join(above) + graph + diagnosis),
        MIME_TYPE: payload,
    }
