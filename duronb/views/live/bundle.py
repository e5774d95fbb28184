"""The output that a notebook stores for a flamegraph: interactive where possible, else a picture and a table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from duronb.errors import StoreError
from duronb.model.kinds import KINDS
from duronb.views.flamegraph.describe import description
from duronb.views.flamegraph.display_tree import DisplayTree
from duronb.views.flamegraph.hot_frames import hot_frames
from duronb.views.flamegraph.still import static_svg
from duronb.views.kit.escape import visible
from duronb.views.kit.markup import facts_html, notices_html, output_html, still_html, table_html
from duronb.views.kit.table import Table
from duronb.views.kit.table_text import table_text
from duronb.views.live.embed import interactive_html
from duronb.views.payload.reading import decode_payload
from duronb.views.payload.writing import MIME_TYPE, payload_json
from duronb.views.run.text import hot_text

if TYPE_CHECKING:
    from bokeh.models import LayoutDOM

Source = tuple[dict[str, Any], DisplayTree]
"""A payload, and the display tree from which it was made."""


def flamegraph_bundle(model: LayoutDOM, state: dict[str, Any], source: Source) -> dict[str, Any]:
    """Return the MIME bundle of a flamegraph.

    ``text/plain`` is for terminals and code hosts. ``text/html`` is displayed without a kernel and without internet
    access. ``MIME_TYPE`` is drawn by duronb's JupyterLab extension. If the JavaScript is not built, the HTML is a
    static picture and says so.

    Parameters
    ----------
    model
        The Bokeh model of the flamegraph.
    state
        The fields of the view state that differ from the initial state.
    source
        The payload, and the display tree from which it was made.
    """
    payload, shown = source
    title = str(payload.get("title") or "Flamegraph")
    stage = state.get("stage") if state.get("stage") in shown.profile.stages else None
    summary = payload.get("run") or {}
    header: Sequence[Sequence[str]] = summary.get("header", [])
    remarks: Sequence[str] = summary.get("notices", shown.notices)
    metrics = summary.get("metrics") or {}
    above = [facts_html(header), notices_html(remarks)]
    samples = int(shown.profile.self_counts(stage).sum())
    text = [visible(title, 100), *(f"{visible(key):<9}{visible(value)}" for key, value in header)]
    if metrics.get("rows"):
        table = Table("Stress test, per stage", metrics["columns"], metrics["rows"])
        above.append(table_html(table))
        text += ["", table_text(table)]
    text += [
        "",
        hot_text(hot_frames(shown, 12, stage), samples, stage),
        *(f"! {visible(remark)}" for remark in remarks),
    ]
    graph = graph_html(_without_run(model, payload, state), shown, title, stage)
    return {
        "text/plain": "\n".join(text),
        "text/html": output_html("".join(above) + graph + _bottlenecks_table(summary)),
        MIME_TYPE: payload | {"state": state},
    }


def read_source(text: str) -> Source:
    """Parse the JSON text of a payload, and return the payload and its display tree.

    Raises
    ------
    StoreError
        The text is not JSON, or the payload is damaged.
    """
    try:
        payload: dict[str, Any] = json.loads(text)
    except ValueError:
        raise StoreError("The payload of this flamegraph is not JSON.") from None
    decoded = decode_payload(payload)
    omitted = payload.get("omitted", {})
    return payload, DisplayTree(
        profile=decoded.profile,
        kinds=np.asarray([KINDS.index(kind) if kind in KINDS else 0 for kind in decoded.kinds], dtype=np.int32),
        omitted_nodes=int(omitted.get("nodes", 0)),
        omitted_samples=int(omitted.get("samples", 0)),
        folded_samples=0,
    )


def graph_html(model: LayoutDOM, shown: DisplayTree, title: str, stage: str | None) -> str:
    """Return HTML of a static picture, and of the script that replaces it by the interactive graph."""
    if not shown.profile.samples:
        return '<p class="duronb-hint">There are no samples to draw.</p>'
    still = still_html(static_svg(shown, title=title, stage=stage), description(shown, title, stage))
    return interactive_html(model, still)


def _bottlenecks_table(summary: dict[str, Any]) -> str:
    """Return HTML of the table of bottlenecks in a payload; empty if there is none."""
    found = summary.get("bottlenecks") or {}
    return table_html(Table("Where the CPU time goes", found["columns"], found["rows"])) if found.get("rows") else ""


def _without_run(model: LayoutDOM, payload: dict[str, Any], state: dict[str, Any]) -> LayoutDOM:
    """Return a copy of a model without the summary of the run, which the output shows above the graph.

    A copy is needed because a model that belongs to a document cannot be embedded again.
    """
    copy: LayoutDOM = cast("Any", type(model))(
        payload=payload_json({key: value for key, value in payload.items() if key != "run"})
    )
    for name in ("theme", "height", "width", "sizing_mode"):
        setattr(copy, name, getattr(model, name))
    for name, value in state.items():
        setattr(copy, name, value)
    return copy
