"""A/B: two sides built with one Cargo.lock, run in interleaved blocks, and compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from duronb.api.stores import store_for
from duronb.capture.ab.blocks import more_blocks, run_blocks
from duronb.capture.ab.series import Series, stored_series
from duronb.capture.ab.sides import build_sides, emit_plan, prepare_sides
from duronb.capture.session import Session
from duronb.errors import DuronbError, RequestError
from duronb.events import Emit, silent
from duronb.option import check_names
from duronb.options.remedy import command
from duronb.options.side import side_fields
from duronb.request import PROFILE_OPTIONS, CallGraph, EngineName, ProfileRequest
from duronb.results.comparison import Comparison
from duronb.store import Store
from duronb.subject.side import parse_side, side_labels, side_requests
from duronb.views.formats.svg import run_svg
from duronb.views.kit.bundles import bundle_text

_FEW = 3
SideOptions = str | Mapping[str, object] | None
"""Options of one side: text as on the command line, or fields of a request."""


class NoCompleteBlockError(DuronbError):
    """An A/B has no complete block, so there is nothing to compare; ``series`` has the runs that were recorded."""

    def __init__(self, series: Series, store: Store) -> None:
        super().__init__(
            f"No block of the series {series.id} is complete, so there is nothing to compare.",
            f"What was recorded is kept in {store.root}; go on with: {command('ab', '--more', '5', series.id)}",
        )
        self.series = series


def ab(
    before: str = "last",
    after: str | None = None,
    *,
    blocks: int = 5,
    seconds: int = 10,
    more: int | None = None,
    stages: Sequence[str] | None = None,
    repo: str | Path | None = None,
    labels: Sequence[str] | None = None,
    before_options: SideOptions = None,
    after_options: SideOptions = None,
    engine: EngineName = "auto",
    frequency_hz: int = 999,
    call_graph: CallGraph = "fp",
    rebuild: bool = False,
    seed: int | None = None,
    force: bool = False,
    store: str | Path | None = None,
    on_event: Emit = silent,
) -> Comparison:
    """Run two sides in interleaved blocks, and compare them.

    Parameters
    ----------
    before, after
        Two sides, each a release (``0.1.32``, ``latest``), ``.`` for the checkout as it is on disk, a git ref, or the
        ``PATH`` or ``PATH@REF`` of another checkout. ``release:``, ``ref:`` and ``path:`` before it say which it is.
        With ``more``, ``before`` is the id of a stored series, or ``last``.
    blocks
        Pairs of runs, after one warm-up of each side.
    seconds
        Length of each stage.
    more
        Add so many blocks to a stored series; it keeps its sides and options, and is tested more strictly for it.
    stages
        Some stages of the bundled workload, such as ``["file:2/2"]``.
    repo
        The checkout that refs belong to; the working directory's when left out.
    labels
        Of the runs, before and after; by default the releases or refs, else ``ab-before`` and ``ab-after``.
    before_options, after_options
        Options of one side, to compare options: ``"--args '...' --stages file:2/2"``, or fields of a request.
    engine, frequency_hz, call_graph, rebuild
        As for ``profile``.
    seed
        Of the order in the blocks; drawn when left out.
    force
        Compare although conditions differ, as they do where the sides have options of their own.
    store
        Where the runs go; see ``runs``.
    on_event
        Called with each ``duronb.events.Event``.

    Returns
    -------
    The comparison of the complete blocks, of earlier looks too. Where you interrupted, of those that were complete.

    Raises
    ------
    DuronbError
        RequestError, HostError, BuildError, WorkloadError or StoreError, each with the one thing to do.
    """
    runs = store_for(store, repo)
    if more is not None:
        if after is not None:
            raise RequestError("more adds to a stored series, whose sides are known.", "Drop the sides.")
        recorded = extend_series(runs, before, more, seed=seed, on_event=on_event)
    else:
        requests = ab_requests(
            before,
            after,
            repo=repo,
            labels=labels,
            before_options=before_options,
            after_options=after_options,
            seconds=seconds,
            stages=tuple(stages or ()),
            engine=engine,
            frequency_hz=frequency_hz,
            call_graph=call_graph,
            rebuild=rebuild,
        )
        recorded = record_series(runs, requests, blocks, seed=seed, on_event=on_event)
    return compare_series(runs, recorded, force=force or bool(before_options or after_options))


def ab_requests(
    before: str,
    after: str | None,
    *,
    repo: str | Path | None = None,
    labels: Sequence[str] | None = None,
    before_options: SideOptions = None,
    after_options: SideOptions = None,
    **options: object,
) -> tuple[ProfileRequest, ProfileRequest]:
    """Return the requests of two sides; see ``ab``.

    Raises
    ------
    RequestError
        A side or an option is wrong.
    """
    check_names(options, tuple(PROFILE_OPTIONS), "an option of a profile")
    if after is None:
        raise RequestError("An A/B has two sides.", "Give two: releases, refs, '.', or paths.")
    sides = parse_side(before, repo), parse_side(after, repo)
    if labels is not None and len(labels) != 2:
        raise RequestError("An A/B has two labels.", "Give one for each side: --labels before,after.")
    first, second = labels or side_labels(*sides)
    return side_requests(
        *sides,
        labels=(first, second),
        options=options,
        before_options=side_fields(before_options, "before_options"),
        after_options=side_fields(after_options, "after_options"),
    )


def record_series(
    store: Store,
    requests: tuple[ProfileRequest, ProfileRequest],
    blocks: int = 5,
    *,
    seed: int | None = None,
    on_event: Emit = silent,
) -> Series:
    """Build both sides and record their blocks; return the runs. See ``ab``."""
    bundle_text("svg.js")
    with Session(store, on_event, picture=run_svg) as session:
        before, after = prepare_sides(session, *requests)
        emit_plan(session, before, after, blocks)
        return run_blocks(session, *build_sides(session, before, after), blocks, seed=seed)


def extend_series(
    store: Store, series_id: str, more: int, *, seed: int | None = None, on_event: Emit = silent
) -> Series:
    """Add blocks to a stored series; return all of its runs."""
    bundle_text("svg.js")
    series = stored_series(store, series_id)
    with Session(store, on_event, picture=run_svg) as session:
        added = more_blocks(session, series, more, seed=seed)
    return Series(id=series.id, runs=(*series.runs, *added.runs), interrupted=added.interrupted)


def compare_series(store: Store, series: Series, *, force: bool = False) -> Comparison:
    """Compare the complete blocks of a series.

    Raises
    ------
    NoCompleteBlockError
        No block is complete.
    """
    before, after = series.pairs
    if not before:
        raise NoCompleteBlockError(series, store)
    from duronb.api.comparison import compared

    # Where there are few blocks, other runs under the same conditions tell the noise.
    others = store.runs() if len(before) < _FEW else ()
    return Comparison(compared(before, after, force=force, others=others).result, series)
