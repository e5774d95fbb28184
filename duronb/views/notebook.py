"""What a notebook shows of a run or a flamegraph: interactive where it can be, a picture and a table everywhere."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from duronb.errors import StoreError
from duronb.model.kinds import KINDS
from duronb.model.run import RunRecord
from duronb.views.bottlenecks import shown_bottlenecks
from duronb.views.buckets import catalogue_problem
from duronb.views.describe import description
from duronb.views.display_tree import DisplayTree, display_tree
from duronb.views.embed import interactive_html
from duronb.views.escape import visible
from duronb.views.header import frequency_known, header_rows, notices, title_text
from duronb.views.loader import forget_loader, loader_html
from duronb.views.markup import STYLE, facts_html, notices_html, still_html, table_html
from duronb.views.payload import MIME_TYPE, payload_json, payload_of
from duronb.views.payload_reading import decode_payload
from duronb.views.svg import static_svg
from duronb.views.tables import Table, hot_frames, metrics_table
from duronb.views.text import hot_text, run_text, table_text

if TYPE_CHECKING:
    from duronb.views.flamegraph import Flamegraph

__all__ = ["forget_loader", "loader_html", "mimebundle"]


def mimebundle(view: RunRecord | Flamegraph) -> dict[str, Any]:
    """Return what a notebook stores for a run or a flamegraph, by MIME type.

    ``text/plain`` is for terminals and code hosts, ``text/html`` draws without kernel and internet,
    the flamegraph's own type is drawn by duronb's JupyterLab extension. Where the JavaScript is not built, the HTML
    keeps its still picture and says so.
    """
    return _of_run(view) if isinstance(view, RunRecord) else _of_flamegraph(view)


def _of_run(run: RunRecord) -> dict[str, Any]:
    above = [facts_html(header_rows(run))]
    try:
        shown = display_tree(run.profile)
    except LookupError:
        body = "".join([*above, notices_html(notices(run)), table_html(metrics_table(run))])
        return {"text/plain": run_text(run), "text/html": _output(body)}
    above += [
        notices_html([*notices(run), *shown.notices, *catalogue_problem()]),
        table_html(metrics_table(run)),
    ]
    title = title_text(run)
    bare = payload_of(shown, title=title, frequency_known=frequency_known(run))
    diagnosis = shown_bottlenecks(run, shown.profile).html(short=True) if shown.profile.samples else ""
    return {
        "text/plain": run_text(run, shown=shown),
        "text/html": _output("".join(above) + _graph(_model(bare), shown, title, None) + diagnosis),
        MIME_TYPE: payload_of(shown, title=title, run=run, frequency_known=frequency_known(run)),
    }


def _of_flamegraph(model: Flamegraph) -> dict[str, Any]:
    try:
        payload: dict[str, Any] = json.loads(model.payload)
    except ValueError:
        raise StoreError("The payload of this flamegraph is not JSON.") from None
    decoded = decode_payload(payload)
    omitted = payload.get("omitted", {})
    shown = DisplayTree(
        profile=decoded.profile,
        kinds=np.asarray([KINDS.index(kind) if kind in KINDS else 0 for kind in decoded.kinds], dtype=np.int32),
        omitted_nodes=int(omitted.get("nodes", 0)),
        omitted_samples=int(omitted.get("samples", 0)),
        folded_samples=0,
    )
    title = str(payload.get("title") or "Flamegraph")
    stage = model.stage if model.stage in shown.profile.stages else None
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
    bare = {key: value for key, value in payload.items() if key != "run"}
    return {
        "text/plain": "\n".join(text),
        "text/html": _output(
            "".join(above) + _graph(_without_run(model, bare), shown, title, stage) + _causes(summary)
        ),
        MIME_TYPE: payload | {"state": model.state},
    }


def _causes(summary: dict[str, Any]) -> str:
    """Return the table of bottlenecks that a payload carries."""
    found = summary.get("bottlenecks") or {}
    return table_html(Table("Where the CPU time goes", found["columns"], found["rows"])) if found.get("rows") else ""


def _model(payload: dict[str, Any]) -> Flamegraph:
    from duronb.views.flamegraph import Flamegraph

    return Flamegraph(payload=payload_json(payload))


def _without_run(model: Flamegraph, payload: dict[str, Any]) -> Flamegraph:
    """Copy a model: one that is part of a document cannot be embedded again, and the run is already told above."""
    copy = _model(payload)
    for name in ("theme", "height", "width", "sizing_mode"):
        setattr(copy, name, getattr(model, name))
    for name, value in model.state.items():
        setattr(copy, name, value)
    return copy


def _graph(model: Flamegraph, shown: DisplayTree, title: str, stage: str | None) -> str:
    """Return the still picture, and the script that puts the interactive graph in its place."""
    if not shown.profile.samples:
        return '<p class="duronb-hint">There are no samples to draw.</p>'
    still = still_html(static_svg(shown, title=title, stage=stage), description(shown, title, stage))
    return interactive_html(model, still)


def _output(body: str) -> str:
    return f'<div class="duronb-output"><style>{STYLE}</style>{body}</div>'
