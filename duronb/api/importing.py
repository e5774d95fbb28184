"""Import recordings and results that were made without duronb."""

from __future__ import annotations

from pathlib import Path

from duronb.api.stores import store_for
from duronb.capture.imports.results import import_results_file
from duronb.capture.imports.samples import import_samples
from duronb.events import Emit, silent
from duronb.ingest.sample_file import ReadOptions
from duronb.ingest.source import Source, open_source
from duronb.ingest.stress_test.results_file import results_kind
from duronb.model.run import RunRecord
from duronb.options.stored import Threads
from duronb.results.run import Run
from duronb.results.runs import Runs
from duronb.views.formats.svg import run_svg
from duronb.views.kit.bundles import bundle_text


def import_run(
    path: str | Path, label: str = "imported", *, threads: Threads = "auto", store: str | Path | None = None
) -> Run:
    """Store the contents of a file as one run.

    Parameters
    ----------
    path
        Path of the file: the text of ``perf script``; a ``perf.data``, if perf is installed; a pprof, speedscope or
        Firefox Profiler file; folded stacks; a flame graph as SVG by flamegraph.pl, inferno, cargo-flamegraph or
        duronb; or the results of one run of the stress test, in a format that ``import_results`` accepts. The file may
        be compressed with gzip, xz, bzip2 or zstd. ``-`` is standard input.
    label
        Name shared by runs that belong together.
    threads
        Of folded stacks and SVGs, whether the first frame of a stack is the name of its thread (``first-frame``) or a
        function (``none``). With ``auto`` it is a function if all stacks begin with it or if it looks like code.
    store
        Directory or URL in which the run is stored; see ``runs``.

    Returns
    -------
    Run
        The run. A run made from samples has no stages, a run made from results has no samples. Its notices list what
        else the file lacks.

    Raises
    ------
    RequestError
        The file cannot be read or has an unknown format, or it has the results of several runs. Nothing is stored.
    StoreError
        The store cannot be opened or read.
    HostError
        The store cannot be written.

    Examples
    --------
    >>> import duronb
    >>> from pathlib import Path
    >>> _ = Path("stacks.folded").write_text("main;work;fsync 12")
    >>> run = duronb.import_run("stacks.folded", "elsewhere")
    >>> run.quality.samples
    12
    """
    with open_source(path) as source:
        if results_kind(source.beginning) is None:
            return _import_samples(source, label, threads, store)
        with source.as_file() as file:
            return Run.of(import_results_file(file, label, store_for(store), single=True)[0])


def import_results(
    path: str | Path,
    label: str = "imported",
    *,
    git: bool = False,
    threads: Threads = "auto",
    store: str | Path | None = None,
    on_event: Emit = silent,
) -> Runs:
    """Store every run in a file. Results of stress tests appear in histories, although they have no samples.

    Parameters
    ----------
    path
        Path of a log of the stress test, of a document with collected results, such as ``stress-test-results.md``, or
        of a file that ``import_run`` accepts. ``-`` is standard input.
    label
        Name shared by runs that belong together.
    git
        Import every committed version of the document, from all branches and under all names that it had. Other files
        are not read, such as that of cloud runs beside it: import each under a label of its own. Each entry becomes
        one run, however many versions have it.
    threads
        Meaning of the first frame of folded stacks and SVGs; see ``import_run``.
    store
        Directory or URL in which the runs are stored; see ``runs``.
    on_event
        Called with a ``duronb.events.Event`` for each part that was left out.

    Returns
    -------
    Runs
        The runs of the file, newest first. Runs that were already stored are included; they are not stored again.

    Raises
    ------
    RequestError
        The file cannot be read or has an unknown format.
    StoreError
        The store cannot be opened or read.
    HostError
        The store cannot be written.

    Examples
    --------
    >>> import duronb
    >>> from pathlib import Path
    >>> _ = Path("stacks.folded").write_text("main;work;fsync 12")
    >>> len(duronb.import_results("stacks.folded", "elsewhere"))
    1
    """
    if git:
        return _runs(import_results_file(path, label, store_for(store), git=True, emit=on_event))
    with open_source(path) as source:
        if results_kind(source.beginning) is None:
            return Runs([_import_samples(source, label, threads, store)])
        with source.as_file() as file:
            return _runs(import_results_file(file, label, store_for(store), emit=on_event))


def _import_samples(source: Source, label: str, threads: Threads, store: str | Path | None) -> Run:
    bundle_text("svg.js")  # raises before the input is read if the drawing code was not built
    options = ReadOptions(threads=threads)
    return Run.of(import_samples(source, label, store_for(store), options=options, picture=run_svg))


def _runs(records: list[RunRecord]) -> Runs:
    return Runs(Run.of(record) for record in records)
