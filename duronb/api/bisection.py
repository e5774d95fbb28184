"""A search for the first slower commit or release, by the probabilities of all places and sizes of the change."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from duronb.analysis.bisection.evidence import chosen_metric, losses, noise_before
from duronb.analysis.bisection.search import BLOCKS, LOOKS, Search
from duronb.analysis.comparison.compare import ratio_metric
from duronb.analysis.metrics import RATES, Metric
from duronb.api.bisection_bench import Bench, UnbuildableError
from duronb.api.stores import store_for
from duronb.capture.ab.sides import SameBinaryError, check_blocks
from duronb.capture.one_run import duration_text
from duronb.capture.published import Published
from duronb.capture.session import Session
from duronb.errors import RequestError, WorkloadError
from duronb.events import Emit, Event, silent
from duronb.model.run import RunRecord
from duronb.options.remedy import command
from duronb.quoting import counted
from duronb.request import EngineName, ProfileRequest
from duronb.results.bisection import Bisected, bisected
from duronb.subject.candidates import candidates
from duronb.subject.workload import ALL_STAGES
from duronb.views.formats.svg import run_svg
from duronb.views.kit.bundles import bundle_text

_MOST_FRUITLESS = 3
"""Number of consecutive measurements without a block that counts, after which the search ends with an error."""


def bisect(
    good: str,
    bad: str,
    *,
    repo: str | Path | None = None,
    blocks: int = BLOCKS,
    seconds: int = 5,
    stages: Sequence[str] = ("file:2/2",),
    metric: str = "window_rate",
    margin: float = 5.0,
    looks: int = LOOKS,
    engine: EngineName = "auto",
    frequency_hz: int = 999,
    warmup_seconds: int = 0,
    database_on: str | None = None,
    store: str | Path | None = None,
    on_event: Emit = silent,
) -> Bisected:
    """Find the first commit, or release, that is slower than a good one.

    Blocks of two revisions are recorded where they tell most about the place of the change: the good end with another
    revision, or a revision with its predecessor. After each measurement, the probability of each revision to be the
    first slower one is computed from all blocks, those of earlier searches included. See
    ``duronb.analysis.bisection``.

    Parameters
    ----------
    good, bad
        Two git refs of one checkout, of which the good one is an ancestor of the bad one; or two releases.
    repo
        Path of the checkout; ``None`` for the checkout in the working directory.
    blocks
        Number of blocks, 1 to 1000, that are recorded before the next pair of revisions is chosen. A block is one run
        of each of them.
    seconds
        Length of each stage in seconds, 1 to 86400.
    stages
        Stages to run. The bundled workload runs them, so that every revision runs the same program. With several, the
        change may be in any one of them or in their mean: each is tested alone, and their Bayes factors are averaged.
    metric
        Name of the metric that has to be worse, from ``duronb.analysis.metrics.METRICS``.
    margin
        A slow-down within this percentage does not matter. Above 0, below 100. ``compare`` takes a fraction instead.
    looks
        Limit of the search, 1 to 100: on average so many times ``blocks`` blocks for each halving of the range. Then
        the revisions that remain are returned. The same call with a larger limit continues.
    engine, frequency_hz, database_on
        As for ``profile``.
    warmup_seconds
        Length of a warm-up in seconds per stage, before every run. It is not counted; 0 means no warm-up.
    store
        Directory or URL in which the runs are stored; see ``runs``. The search uses matching runs that are already
        there, so the same call resumes a search that was interrupted.
    on_event
        Called with each ``duronb.events.Event``.

    Returns
    -------
    Bisected
        The first slower revision (``first_slower``) with the comparison to its predecessor (``evidence``), or the
        revisions that remain; each with its probability.

    Raises
    ------
    RequestError
        A revision or an option is invalid.
    HostError
        This machine lacks something, such as an engine or disk space.
    BuildError
        The good or the bad end does not compile. Other revisions that do not compile are skipped.
    WorkloadError
        The workload fails on the good or the bad end.
    StoreError
        The store cannot be opened or read.
    DuronbError
        The two sides of a block were recorded under different conditions and cannot be compared.
    KeyboardInterrupt
        You interrupted the search. The recorded runs are kept.

    Examples
    --------
    >>> import duronb
    >>> found = duronb.bisect("v1", "v3", seconds=5)
    >>> found.first_slower.title
    'Drop the index'
    """
    check_blocks(blocks)
    if not 0 < margin < 100:
        raise RequestError(f"margin cannot be {margin:g}.", "Give a percentage above 0 and below 100.")
    if not 1 <= looks <= 100:
        raise RequestError(f"looks cannot be {looks}.", "Give a whole number from 1 to 100.")
    options: dict[str, Any] = {
        "seconds": seconds,
        "stages": tuple(stages or ALL_STAGES),
        "engine": engine,
        "frequency_hz": frequency_hz,
        "warmup_seconds": warmup_seconds,
        "database_on": database_on,
    }
    ProfileRequest(**options)
    # The default metric may be missing from a log; ``None`` then selects the best rate that all runs have.
    chosen = None if metric == RATES[0] else ratio_metric(metric)
    with Published(engine, on_event) as published:
        found = candidates(good, bad, repo, published.newest)
    search = Search(len(found), margin=margin / 100, blocks=blocks, looks=looks)
    runs = store_for(store, repo)
    bundle_text("svg.js")
    with Session(runs, on_event, picture=run_svg) as session:
        bench = Bench(session, found, options, on_event)
        stored = runs.runs()
        bench.find_stored(stored)
        _report(
            on_event,
            f"{counted(len(found) - 1, 'revision')} after {found[0].name}. The first blocks show whether"
            f" {found[-1].name} is slower at all.",
        )
        _weigh(search, bench, stored, chosen)
        if search.recorded:
            _report(on_event, f"{counted(search.recorded, 'stored block')} count.")
        fruitless = 0
        while (question := search.question(bench.cost)) is not None:
            try:
                bench.record(question.base, question.candidate, question.blocks)
            except UnbuildableError as error:
                if error.candidate in (0, len(found) - 1):
                    raise (error.__cause__ or error) from None
                _report(on_event, f"Skipped {found[error.candidate].name}: {error.message}")
                search.skip(error.candidate)
                continue
            except SameBinaryError as error:
                if (question.base, question.candidate) == (0, len(found) - 1):
                    raise
                _report(on_event, f"Not measured: {error.message}")
                search.exclude(question.base, question.candidate)
                continue
            for pair in bench.same_programs:
                search.exclude(*pair)
            known = search.recorded
            _weigh(search, bench, stored, chosen)
            _report(on_event, _progress_text(search, bench))
            fruitless = 0 if search.recorded > known else fruitless + 1
            if fruitless == _MOST_FRUITLESS:
                raise WorkloadError(
                    f"The last {_MOST_FRUITLESS} measurements have no complete block with a value of {metric}.",
                    f"List the runs: {command('runs')}",
                )
    return bisected(found, search, bench.series, bench.recorded, metric=chosen, margin=margin / 100)


def _weigh(search: Search, bench: Bench, stored: Sequence[RunRecord], metric: Metric | None) -> None:
    """Replace the evidence of a search by all blocks that are stored now."""
    blocks = bench.blocks()
    used = [run for of in blocks.values() for block in of for run in block]
    if not used:
        return
    chosen = chosen_metric(metric, [block for of in blocks.values() for block in of])
    newest = max(used, key=lambda run: run.created)
    search.set_evidence(losses(blocks, chosen), noise_before(stored, newest, used, chosen))


def _progress_text(search: Search, bench: Bench) -> str:
    """Return what is known now, and how many minutes the search will still take."""
    state = search.posterior
    likeliest = int(state.places.argmax())
    if state.no_change > float(state.places[likeliest]):
        text = f"no change: {state.no_change:.0%}"
    else:
        text = f"likeliest {bench.candidates[likeliest].name}: {float(state.places[likeliest]):.0%}"
    low, high = (number * bench.block_seconds for number in search.blocks_left)
    left = f", about {duration_text(low)} to {duration_text(high)} left, builds not included" if high else ""
    return f"{counted(search.recorded, 'block')}; {text}{left}"


def _report(emit: Emit, text: str) -> None:
    emit(Event(kind="output", step="prepare", text=text))
