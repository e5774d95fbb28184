"""Compare two groups of runs."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from duronb.analysis.comparison.compare import compare_runs
from duronb.analysis.comparison.verdict import MARGIN
from duronb.api.stores import store_for
from duronb.errors import RequestError
from duronb.model.run import RunRecord
from duronb.options.remedy import command
from duronb.quoting import quoted
from duronb.results.comparison import Comparison
from duronb.store import Store
from duronb.views.comparison.sentences import labels_of

Side = str | os.PathLike[str] | RunRecord | Sequence[str | os.PathLike[str] | RunRecord]
"""A label (all of its runs), a tag, an id, the beginning of one, a path; a run; or several of these."""

_FEW = 3
"""Runs on a side below which the noise of others is of use."""


def compare(
    before: Side | None = None,
    after: Side | None = None,
    *,
    series: str | None = None,
    stage: str | None = None,
    metric: str | None = None,
    margin: float = MARGIN,
    force: bool = False,
    store: str | Path | None = None,
) -> Comparison:
    """Compare two groups of runs: a verdict per stage, and what it rests on.

    Parameters
    ----------
    before, after
        Each a label, which stands for all of its runs; a tag, an id, the beginning of one, or a path, which stand for
        one run; a run; or a list of these. Of a label, the runs under the most common conditions are compared.
    series
        In place of both: the id of a stored A/B, the beginning of it, or ``last``.
    stage
        Only this one.
    metric
        Name of a metric of ``duronb.analysis.metrics.METRICS``; by default the best rate that all runs have.
    margin
        Part within which a change does not matter.
    force
        Compare although conditions differ.
    store
        Where the runs are; see ``runs``.

    Raises
    ------
    RequestError
        A side is missing or empty, a run is on both sides, there is no such stage or metric.
    StoreError
        There is no such run, series or path.
    """
    return gated(before, after, series=series, stage=stage, metric=metric, margin=margin, force=force, store=store)[0]


def gated(
    before: Side | None = None,
    after: Side | None = None,
    *,
    series: str | None = None,
    stage: str | None = None,
    metric: str | None = None,
    margin: float = MARGIN,
    force: bool = False,
    store: str | Path | None = None,
) -> tuple[Comparison, list[RunRecord]]:
    """Compare as ``compare`` does; return also all runs after, those that take part in no comparison among them."""
    opened = store_for(store)
    options: dict[str, Any] = {"stage": stage, "metric": metric, "margin": margin, "force": force}
    if series is not None:
        if before is not None or after is not None:
            raise RequestError("A series has its two sides.", "Drop before and after, or series.")
        from duronb.capture.ab.series import stored_series

        found = stored_series(opened, series)
        pairs = found.pairs
        if not pairs[0]:
            raise RequestError(
                f"No block of the series {found.id} is complete.",
                f"Go on: {command('ab', '--more', '5', found.id)}",
            )
        return compared(*pairs, **options), list(found.side("after"))
    if before is None or after is None:
        raise RequestError("A comparison has two sides.", "Give before and after, or series='last' for an A/B.")
    sides = [_some_runs(opened, side, word) for side, word in ((before, "before"), (after, "after"))]
    both = {run.id for run in sides[0]} & {run.id for run in sides[1]}
    if both:
        raise RequestError(f"The run {min(both)} is on both sides.", "Compare two labels, or different runs.")
    others = opened.runs() if min(map(len, sides)) < _FEW else []
    return compared(*sides, others=others, **options), sides[1]


def report(
    runs: Side, path: str | os.PathLike[str] | None = None, *, force: bool = False, store: str | Path | None = None
) -> tuple[Path, list[RunRecord]]:
    """Write one HTML page of runs, which opens offline and prints.

    Parameters
    ----------
    runs
        One run gives its page; several of one label a table of them, and the newest in full; runs of two labels
        their comparison.
    path
        Where; a file of the working directory that is called after the runs when ``None``.
    force
        Compare although conditions differ.
    store
        Where the runs are; see ``runs``.

    Returns
    -------
    The path written, and the runs.

    Raises
    ------
    DuronbError
        There is no such run, there are more than two labels, or the file cannot be written.
    """
    found = _some_runs(store_for(store), runs, "to report on")
    labels = labels_of(found)
    if len(labels) > 2:
        raise RequestError(f"These are runs of {len(labels)} labels.", "Give runs of one label, or of two to compare.")
    if len(labels) == 2:
        before, after = ([run for run in found if run.label == label] for label in labels)
        return compared(before, after, force=force, others=found).report(path), found
    from duronb.views.kit.files import write_page
    from duronb.views.reports.reports import group_report, run_report

    html = run_report(found[0]) if len(found) == 1 else group_report(found)
    return write_page(html, path, found[0].id if len(found) == 1 else labels[0]), found


def compared(
    before: Sequence[RunRecord],
    after: Sequence[RunRecord],
    *,
    stage: str | None = None,
    metric: str | None = None,
    margin: float = MARGIN,
    force: bool = False,
    others: Iterable[RunRecord] = (),
) -> Comparison:
    """Compare runs that were chosen.

    Parameters
    ----------
    before, after
        The runs.
    stage, metric, margin, force
        As for ``compare``.
    others
        Further runs, which tell the noise where a side has one or two.

    Raises
    ------
    RequestError
        There is no such stage or metric, or the margin is none.
    """
    if not 0 < margin <= 1:
        raise RequestError(f"margin cannot be {quoted(margin)}.", "Give a part above 0 and up to 1: 0.05 for 5 %.")
    sides = [list(before), list(after)]
    if stage is not None:
        sides = [_only(side, stage) for side in sides]
        _check_stage(stage, [*before, *after], sides)
    result = compare_runs(*sides, metric=metric, margin=margin, force=force, others=list(others))
    if stage is not None:
        # The whole runs again: their reports and flamegraphs have all stages.
        whole = {run.id: run for run in (*before, *after)}
        result = replace(
            result,
            before=[whole[run.id] for run in result.before],
            after=[whole[run.id] for run in result.after],
        )
    return Comparison(result)


def side_runs(store: Store, side: Side) -> list[RunRecord]:
    """Return the runs that a side names.

    Raises
    ------
    StoreError
        There is no such run.
    """
    if isinstance(side, RunRecord):
        return [side]
    if isinstance(side, str | os.PathLike):
        return store.runs(os.fspath(side)) or [store.load(os.fspath(side))]
    runs = {run.id: run for each in side for run in side_runs(store, each)}
    return list(runs.values())


def _some_runs(store: Store, side: Side, word: str) -> list[RunRecord]:
    runs = side_runs(store, side)
    if not runs:
        raise RequestError(f"There is no run {word}.", f"Give labels, ids or runs: {command('runs')} lists them.")
    return runs


def _only(runs: Sequence[RunRecord], stage: str) -> list[RunRecord]:
    return [run.with_parts(stages=[each for each in run.stages if each.name == stage]) for run in runs]


def _check_stage(stage: str, runs: Sequence[RunRecord], chosen: Sequence[Sequence[RunRecord]]) -> None:
    if any(run.stages for side in chosen for run in side):
        return
    names = list(dict.fromkeys(each.name for run in runs for each in run.stages))
    known = ", ".join(map(quoted, names)) or "none: the runs have no stages"
    raise RequestError(f"No run has a stage {quoted(stage)}.", f"Choose {known}.")
