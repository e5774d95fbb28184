"""Put all runs in order, and see what changed."""

from __future__ import annotations

from pathlib import Path

from duronb.analysis.bottlenecks.counts import KeptCounts
from duronb.analysis.history.trend import By, trend
from duronb.api.stores import store_for
from duronb.model.garbage_collector import collector_paused
from duronb.results.history import History


def history(
    stage: str | None = None,
    *,
    metric: str = "window_rate",
    label: str | None = None,
    by: By = "auto",
    store: str | Path | None = None,
) -> History:
    """Show one figure of one stage over all comparable runs, with intervals and changes of level.

    Runs of different hosts, engines, workloads and lengths are series of their own.

    Parameters
    ----------
    stage
        Such as ``File SQLite 2/2``; the one that most runs have when ``None``.
    metric
        ``window_rate``, ``throughput``, ``cpu_ms_per_orchestration``, … of ``duronb.analysis.metrics.METRICS``, or
        ``bucket:`` and the id of a bottleneck, which reads the samples of every run once.
    label
        Only runs with this label.
    by
        ``time``, ``subject`` (version, else commit date), or ``auto``: by subject where the runs of several subjects
        are interleaved in time.
    store
        Which runs; see ``runs``.

    Raises
    ------
    RequestError
        No such stage, metric or order.
    """
    place = store_for(store)
    with collector_paused(), KeptCounts(place.place) as counts:
        return History(trend(place.runs(label), stage, metric, by, counts), place.tags())
