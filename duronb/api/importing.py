"""Make runs of other people's recordings and results."""

from __future__ import annotations

from pathlib import Path

from duronb.api.stores import store_for
from duronb.capture.imports.results import import_results_file
from duronb.capture.imports.samples import import_file
from duronb.events import Emit, silent
from duronb.ingest.stress_test.results_file import holds_results
from duronb.results.run import Run
from duronb.results.runs import Runs
from duronb.views.formats.svg import run_svg
from duronb.views.kit.bundles import bundle_text


def import_run(path: str | Path, label: str = "imported", *, store: str | Path | None = None) -> Run:
    """Store what a file holds as one run: other people's recordings, flamegraphs kept as pictures, a log.

    Parameters
    ----------
    path
        The text of ``perf script``, folded stacks, an SVG by flamegraph.pl, inferno, cargo-flamegraph or duronb, or
        results of the stress test as ``import_results`` takes them, if they are of one run; gzip may be around it.
    label
        Your name for a series of runs.
    store
        Where the run goes; see ``runs``.

    Returns
    -------
    The run. One of samples has no stages, one of results has no samples; its notices say what else the file lacks.

    Raises
    ------
    DuronbError
        RequestError, StoreError or HostError, each with the one thing to do. A file with the results of several runs
        is a RequestError, and nothing is stored.
    """
    if holds_results(path):
        return Run.of(import_results_file(path, label, store_for(store), single=True)[0])
    bundle_text("svg.js")
    return Run.of(import_file(path, label, store_for(store), picture=run_svg))


def import_results(
    path: str | Path,
    label: str = "imported",
    *,
    git: bool = False,
    store: str | Path | None = None,
    on_event: Emit = silent,
) -> Runs:
    """Store every run that a file holds: the results of stress tests take part in history, without samples.

    Parameters
    ----------
    path
        A log of the stress test, or a document in which results were collected, such as ``stress-test-results.md``;
        also what ``import_run`` takes.
    label
        Your name for a series of runs.
    git
        Import every version of the document that its git repository remembers, on any branch, and of its
        counterpart of cloud runs. Each entry becomes one run.
    store
        Where the runs go; see ``runs``.
    on_event
        Told what was left out: a ``duronb.events.Event`` with a sentence.

    Returns
    -------
    The runs, newest first, those that were stored before among them: importing again stores nothing twice.

    Raises
    ------
    DuronbError
        RequestError, StoreError or HostError, each with the one thing to do.
    """
    if not git and not holds_results(path):
        return Runs([import_run(path, label, store=store)])
    records = import_results_file(path, label, store_for(store), git=git, emit=on_event)
    return Runs(Run.of(record) for record in records)
