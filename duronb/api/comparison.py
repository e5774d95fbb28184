"""Compare two groups of runs."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from duronb.analysis.comparison.compare import compare_runs
from duronb.analysis.comparison.verdict import MARGIN
from duronb.api.stores import store_for
from duronb.errors import RequestError
from duronb.model.events.choice import with_event
from duronb.model.run import RunRecord
from duronb.options.remedy import command
from duronb.quoting import quoted
from duronb.results.comparison import Comparison
from duronb.store import Store
from duronb.views.comparison.sentences import labels_of

Side = str | os.PathLike[str] | RunRecord | Sequence[str | os.PathLike[str] | RunRecord]
"""A label (all of its runs), a tag, an id, the beginning of an id or a path; a run; or several of these."""


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
    """Compare two groups of runs: an effect with its interval and a verdict for each stage.

    Parameters
    ----------
    before, after
        The two sides. Each is a label, which means all of its runs; a tag, an id, the beginning of an id or a path,
        which mean one run; a run; or a list of these. If the runs of a label were made under several conditions, the
        runs under the most common ones are compared.
    series
        Id of a stored A/B, the beginning of its id, or ``last``. It replaces ``before`` and ``after``.
    stage
        Compare only this stage, such as ``File SQLite 2/2``.
    metric
        Name of a metric in ``duronb.analysis.metrics.METRICS``; ``None`` for the best rate that all runs have.
    margin
        Changes within this fraction do not matter: 0.05 means 5 %. Above 0, at most 1.
    force
        Compare even if the conditions of the sides differ.
    store
        Directory or URL that contains the runs; see ``runs``.

    Returns
    -------
    Comparison
        The comparison. A notebook displays it with a differential flame graph.

    Raises
    ------
    RequestError
        A side is missing or empty, a run is on both sides, there is no such stage or metric, or the margin is out of
        range.
    StoreError
        There is no such run, series or path.

    Examples
    --------
    >>> import duronb
    >>> comparison = duronb.compare("baseline", "candidate", metric="throughput")
    >>> [stage.stage for stage in comparison.stages]
    ['File SQLite 2/2']
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
    """Compare as ``compare`` does. Also return all runs of the side ``after``, including those not compared."""
    opened = store_for(store)
    options: dict[str, Any] = {"stage": stage, "metric": metric, "margin": margin, "force": force}
    if series is not None:
        if before is not None or after is not None:
            raise RequestError("A series already has two sides.", "Drop before and after, or drop series.")
        from duronb.capture.ab.series import stored_series

        found = stored_series(opened, series)
        pairs = found.pairs
        if not pairs[0]:
            raise RequestError(
                f"No block of the series {found.id} is complete.",
                f"Record more blocks: {command('ab', '--more', '5', found.id)}",
            )
        return compared(*pairs, others=opened.runs(), **options), list(found.side("after"))
    if before is None or after is None:
        raise RequestError("A comparison has two sides.", "Give before and after, or series='last' for an A/B.")
    sides = [_nonempty_runs(opened, side, word) for side, word in ((before, "before"), (after, "after"))]
    both = {run.id for run in sides[0]} & {run.id for run in sides[1]}
    if both:
        raise RequestError(f"The run {min(both)} is on both sides.", "Compare two labels, or different runs.")
    return compared(*sides, others=opened.runs(), **options), sides[1]


def report(
    runs: Side,
    path: str | os.PathLike[str] | None = None,
    *,
    force: bool = False,
    event: str | None = None,
    weight: Literal["samples", "period"] | None = None,
    store: str | Path | None = None,
) -> tuple[Path, list[RunRecord]]:
    """Write one HTML page about runs. The page works offline and can be printed.

    Parameters
    ----------
    runs
        What to report on; see ``compare`` for the names of runs. One run: that run. Several runs of one label: a table
        of them, and the newest in detail. Runs of two labels: their comparison.
    path
        Path of the page; ``None`` for a file in the working directory that is named after the runs.
    force
        Compare two labels even if their conditions differ.
    event, weight
        What to show of each run; see ``load``.
    store
        Directory or URL that contains the runs; see ``runs``.

    Returns
    -------
    tuple of Path and list of RunRecord
        The path of the page, and the runs in it.

    Raises
    ------
    DuronbError
        There is no such run, the runs have more than two labels, or the file cannot be written.

    Examples
    --------
    >>> import duronb
    >>> path, runs = duronb.report("baseline", "baseline.html")
    >>> path.name
    'baseline.html'
    """
    found = [with_event(run, event, weight) for run in _nonempty_runs(store_for(store), runs, "to report on")]
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
    """Compare runs that are already loaded.

    Parameters
    ----------
    before, after
        The runs of each side.
    stage, metric, margin, force
        As for ``compare``.
    others
        Further runs, from which the noise under the same conditions is estimated.

    Raises
    ------
    RequestError
        There is no such stage or metric, or the margin is out of range.
    """
    if not 0 < margin <= 1:
        raise RequestError(
            f"margin cannot be {quoted(margin)}.", "Give a fraction above 0 and at most 1, such as 0.05 for 5 %."
        )
    sides = [list(before), list(after)]
    if stage is not None:
        sides = [_with_stage_only(side, stage) for side in sides]
        _check_stage(stage, [*before, *after], sides)
    others = list(others)
    result = compare_runs(*sides, metric=metric, margin=margin, force=force, others=others)
    if stage is not None:
        # Reports and flame graphs show all stages, so the runs are put back with all of theirs.
        unfiltered = {run.id: run for run in (*before, *after)}
        result = replace(
            result,
            before=[unfiltered[run.id] for run in result.before],
            after=[unfiltered[run.id] for run in result.after],
        )
    return Comparison(result, others=others)


def side_runs(store: Store, side: Side) -> list[RunRecord]:
    """Return the runs of one side of a comparison, each once.

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


def _nonempty_runs(store: Store, side: Side, word: str) -> list[RunRecord]:
    runs = side_runs(store, side)
    if not runs:
        raise RequestError(f"There is no run {word}.", f"Give labels, ids or runs: {command('runs')} lists them.")
    return runs


def _with_stage_only(runs: Sequence[RunRecord], stage: str) -> list[RunRecord]:
    return [run.with_parts(stages=[each for each in run.stages if each.name == stage]) for run in runs]


def _check_stage(stage: str, runs: Sequence[RunRecord], chosen: Sequence[Sequence[RunRecord]]) -> None:
    if any(run.stages for side in chosen for run in side):
        return
    names = list(dict.fromkeys(each.name for run in runs for each in run.stages))
    remedy = f"Choose {', '.join(map(quoted, names))}." if names else "Drop the stage: these runs have no stages."
    raise RequestError(f"No run has a stage {quoted(stage)}.", remedy)
