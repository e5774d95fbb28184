"""Samples without a run, as payload, page and SVG."""

from __future__ import annotations

from typing import Any

from duronb.model.profile import Profile
from duronb.model.run import RunRecord
from duronb.results.run import Run
from duronb.views.flamegraph.catalogue import display_catalogue
from duronb.views.flamegraph.display_tree import display_tree
from duronb.views.formats.svg import interactive_svg
from duronb.views.kit.document import document
from duronb.views.kit.escape import script_json
from duronb.views.live import loader
from duronb.views.live.bokeh_model import Flamegraph
from duronb.views.live.widget import FlamegraphWidget
from duronb.views.payload.writing import payload_of
from duronb.views.run.summary import run_summary


def flamegraph_payload(
    profile: Profile,
    *,
    title: str,
    stage: str | None = None,
    state: dict[str, Any] | None = None,
    run: RunRecord | None = None,
    min_share: float = 0.0,
) -> dict[str, Any]:
    """Return the payload of samples, with their buckets."""
    shown = display_tree(profile, min_share=min_share)
    return payload_of(
        shown,
        title=title,
        stage=stage,
        state=state,
        summary=None if run is None else run_summary(run, shown, []),
        buckets=shown.buckets(display_catalogue()[0]),
    )


def flamegraph_svg(profile: Profile, title: str, subtitle: str = "", stage: str | None = None) -> bytes:
    """Return the SVG with zoom and search."""
    payload = flamegraph_payload(profile, title=title, stage=stage)
    return interactive_svg(display_tree(profile), title, subtitle, payload, stage)


def profile_page(profile: Profile, *, title: str) -> str:
    """Return a page with the interactive flamegraph."""
    payload = script_json(flamegraph_payload(profile, title=title))
    graph = f'<script type="application/json" class="duronb-payload">{payload}</script>'
    return document(title, [f'<div class="duronb-flamegraph" data-run="off">{graph}</div>'])


def mimebundle(view: Run | Flamegraph | FlamegraphWidget) -> dict[str, Any]:
    """Return the MIME bundle of a view."""
    bundle = view._repr_mimebundle_()
    return bundle[0] if isinstance(bundle, tuple) else bundle


def forget_loader() -> None:
    """Let the next output carry the loader again: a new notebook begins."""
    loader._loader.emitted = False
    loader._loader.cell = None
