"""Summary of a run in its payload: header, notices, metrics and bottlenecks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from duronb.analysis.run_notices import notices_of
from duronb.model.run import RunRecord
from duronb.views.bottlenecks.diagnosis import shown_bottlenecks
from duronb.views.flamegraph.display_tree import DisplayTree
from duronb.views.kit.escape import well_formed
from duronb.views.run.header import header_rows
from duronb.views.run.tables import metrics_table


def run_summary(run: RunRecord, shown: DisplayTree, problems: Sequence[str]) -> dict[str, Any]:
    """Return header, notices, metrics and bottlenecks of a run as JSON values.

    Parameters
    ----------
    run
        The run.
    shown
        Its display tree.
    problems
        Additional notices.
    """
    table = metrics_table(run)
    return {
        "header": [[well_formed(key), well_formed(value)] for key, value in header_rows(run)],
        "notices": [well_formed(text) for text in [*notices_of(run), *shown.notices, *problems]],
        "metrics": {"columns": table.columns, "rows": [[well_formed(cell) for cell in row] for row in table.rows]},
        "bottlenecks": {
            key: [well_formed(each) if isinstance(each, str) else [*map(well_formed, each)] for each in values]
            for key, values in shown_bottlenecks(run, shown).summary().items()
        },
    }
