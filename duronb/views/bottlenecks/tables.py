"""Table of the buckets of one stage, for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from duronb.analysis.bottlenecks.diagnosis import Bottleneck
from duronb.views.bottlenecks.advice import stage_name
from duronb.views.flamegraph.unique_labels import unique_labels
from duronb.views.kit.numbers import number, share
from duronb.views.kit.table import Table

_NAME = 44
"""Maximum length of a frame's name, in characters."""


def cost_text(row: Bottleneck) -> str:
    """Return the CPU time per orchestration in ms, if known, and the share of samples."""
    part = f"{100 * row.share:.1f} %"
    return part if row.cpu_ms_per_orchestration is None else f"{row.cpu_ms_per_orchestration:.2f} ({part})"


def stage_table(rows: Sequence[Bottleneck]) -> Table:
    """Return a table with one row per bucket of a stage, and the frame with the most samples of each."""
    known = any(row.cpu_ms_per_orchestration is not None for row in rows)
    samples = sum(row.samples for row in rows)
    mains = [next((frame.name for frame in (*row.claimed_by, *row.runs)), "") for row in rows]
    labels = unique_labels([[name] for name in mains], _NAME)
    cells = [
        [
            row.title,
            *([number(row.cpu_ms_per_orchestration, 2)] if known else []),
            share(row.samples, samples),
            label,
        ]
        for row, label in zip(rows, labels, strict=True)
    ]
    return Table(
        f"{stage_name(rows[0].stage)}: where the CPU time goes, of {samples:,} samples",
        ["bottleneck", *(["CPU ms/orch"] if known else []), "share", "main frame"],
        cells,
        text_columns=frozenset({0, 3 if known else 2}),
    )
