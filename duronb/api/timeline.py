"""The history of a metric over all runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from duronb.analysis.bottlenecks.counts import KeptCounts
from duronb.analysis.history.trend import By, trend
from duronb.api.stores import store_for
from duronb.model.garbage_collector import collector_paused
from duronb.results.history import History


def history(
    stage: str | None = None,
    *,
    metric: str | None = None,
    label: str | None = None,
    by: By = "auto",
    store: str | Path | None = None,
) -> History:
    """Return one metric of one stage over all comparable runs, with intervals and level changes.

    Runs that differ in a condition of ``compare`` belong to different host histories; changes of the kernel, the
    toolchain and the image are marked.

    Parameters
    ----------
    stage
        Name of the stage, such as ``File SQLite 2/2``; ``None`` for the stage that most runs have.
    metric
        Name of a metric in ``duronb.analysis.metrics.METRICS``, such as ``window_rate``, ``throughput`` or
        ``cpu_ms_per_orchestration``; or ``bucket:`` followed by the id of a bottleneck, which reads the samples of
        every run once. ``None`` for the best rate that all runs have, as ``compare`` chooses it.
    label
        Use only runs with this label.
    by
        Order of the runs: ``time``, ``subject`` (by version, else by commit date), or ``auto``, which means ``subject``
        if the runs of several subjects are interleaved in time, and else ``time``.
    store
        Directory or URL that contains the runs; see ``runs``.

    Returns
    -------
    History
        The points and level changes. A notebook displays them as a plot.

    Raises
    ------
    RequestError
        There is no such stage, metric or order.
    StoreError
        The store cannot be opened or read.

    Examples
    --------
    >>> import duronb
    >>> history = duronb.history("File SQLite 2/2", metric="throughput")
    >>> history.to_json()["metric"]["name"]
    'throughput'
    """
    place = store_for(store)
    with collector_paused(), KeptCounts(place.place) as counts:
        runs = place.runs(label)
        others = not runs and label is not None and bool(place.runs())
        found = trend(runs, stage, metric, by, counts)
        return History(replace(found, label=label) if others else found, place.tags())
