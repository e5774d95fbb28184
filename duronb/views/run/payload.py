"""The payload of a run: its display tree, buckets and summary."""

from __future__ import annotations

from typing import Any

from duronb.model.run import RunRecord
from duronb.views.flamegraph.catalogue import display_catalogue
from duronb.views.flamegraph.display_tree import DisplayTree
from duronb.views.payload.writing import payload_of
from duronb.views.run.header import frequency_known, title_text
from duronb.views.run.summary import run_summary


def run_payload(
    run: RunRecord,
    shown: DisplayTree,
    *,
    stage: str | None = None,
    state: dict[str, Any] | None = None,
    summary: bool = True,
) -> dict[str, Any]:
    """Return the payload of a run.

    Parameters
    ----------
    run
        The run.
    shown
        Its display tree.
    stage, state
        Initial state of the view, see ``payload_of``.
    summary
        Whether to include header, notices, metrics and bottlenecks. A page that shows them itself does not need them.
    """
    catalogue, problem = display_catalogue()
    return payload_of(
        shown,
        title=title_text(run),
        stage=stage,
        state=state,
        summary=run_summary(run, shown, [problem] if problem else []) if summary else None,
        buckets=shown.buckets(catalogue),
        frequency_known=frequency_known(run),
    )
