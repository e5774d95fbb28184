"""A/B: two sides are built with one Cargo.lock, run in interleaved blocks, and compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from duronb.analysis.comparison.looks import next_look
from duronb.api.stores import store_for
from duronb.capture.ab.blocks import more_blocks, run_blocks
from duronb.capture.ab.series import Series, stored_series
from duronb.capture.ab.sides import build_sides, emit_plan, prepare_sides
from duronb.capture.ab.until import Look, Until
from duronb.capture.session import Session
from duronb.errors import DuronbError, RequestError
from duronb.events import Emit, silent
from duronb.option import check_names
from duronb.options.interleaving import AT_MOST, AT_MOST_TYPE, BLOCKS, SECONDS, SIDE_LABELS
from duronb.options.remedy import command
from duronb.options.side import side_fields
from duronb.request import PROFILE_OPTIONS, CallGraph, EngineName, ProfileRequest
from duronb.results.comparison import Comparison
from duronb.store import Store
from duronb.subject.side import parse_side, side_labels, side_requests
from duronb.views.comparison.advice import needed_text
from duronb.views.formats.svg import run_svg
from duronb.views.kit.bundles import bundle_text

_FEW = 3
"""With fewer complete blocks, the noise is also estimated from other runs under the same conditions."""
SideOptions = str | Mapping[str, object] | None
"""Options of one side: text as on the command line, or fields of a ``ProfileRequest`` by name."""


class NoCompleteBlockError(DuronbError):
    """An A/B has no complete block, so nothing can be compared. ``series`` has the runs that were recorded."""

    def __init__(self, series: Series, store: Store) -> None:
        super().__init__(
            f"No block of the series {series.id} is complete, so there is nothing to compare."
            f" Its runs are kept in {store.root}.",
            f"Record more blocks: {command('ab', '--more', '5', series.id)}",
        )
        self.series = series


def ab(
    before: str = "last",
    after: str | None = None,
    *,
    blocks: int = BLOCKS,
    seconds: int = SECONDS,
    more: int | None = None,
    until_decided: bool = False,
    at_most: str | float = AT_MOST,
    stages: Sequence[str] | None = None,
    repo: str | Path | None = None,
    labels: Sequence[str] | None = None,
    before_options: SideOptions = None,
    after_options: SideOptions = None,
    engine: EngineName = "auto",
    frequency_hz: int = 999,
    call_graph: CallGraph = "fp",
    warmup_seconds: int = 0,
    database_on: str | None = None,
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
        The two sides. Each is a release (``0.1.32``, ``latest``), ``.`` for the files of the checkout as they are on
        disk, a git ref, or the ``PATH`` or ``PATH@REF`` of another checkout. The prefixes ``release:``, ``ref:`` and
        ``path:`` resolve an ambiguous name. With ``more``, ``before`` is the id of a stored series, or ``last``.
    blocks
        Number of blocks, 1 to 1000. A block is one run of each side. One warm-up run of each side precedes them. With
        ``until_decided``, the number of blocks before the first look.
    seconds
        Length of each stage in seconds, 1 to 86400.
    more
        Number of blocks to add to a stored series. The series keeps its sides and options. Its verdict is then tested
        at a stricter level.
    until_decided
        After ``blocks``, or after ``more`` blocks, go on block by block until the comparison is decided (improved,
        regressed or equivalent), or until the time is up. The error of all looks together is 5 %.
    at_most
        With ``until_decided``, the longest time of the recording, builds not included: text such as ``"90s"``,
        ``"20m"`` or ``"1h30m"``, or a number of seconds.
    stages
        Stages of the bundled workload to run, such as ``["file:2/2"]``.
    repo
        Path of the checkout that refs belong to; ``None`` for the checkout in the working directory.
    labels
        Labels of the runs of each side, before and after. By default these are the releases or refs if they differ, and
        else ``ab-before`` and ``ab-after``.
    before_options, after_options
        Options of ``profile`` for one side only, to compare options: text such as
        ``"--args '--delay 1' --stages file:2/2"``, or a mapping from parameters of ``profile`` to values.
    engine, frequency_hz, call_graph, database_on, rebuild
        As for ``profile``.
    warmup_seconds
        Length of a warm-up in seconds per stage, before every run. It is not counted; 0 means no warm-up.
    seed
        Seed of the random order within the blocks, 0 to 4294967295; drawn if ``None``.
    force
        Compare even if the conditions of the sides differ. Sides with options of their own are always compared.
    store
        Directory or URL in which the runs are stored; see ``runs``.
    on_event
        Called with each ``duronb.events.Event``.

    Returns
    -------
    Comparison
        The comparison of all complete blocks of the series, including those of earlier looks. If you interrupted the
        recording, the blocks that were complete by then are compared.

    Raises
    ------
    RequestError
        A side or an option is invalid; a source or a build changed since the stored series was recorded; or the blocks
        before the first look are expected to take longer than ``at_most``.
    HostError
        This machine lacks something, such as an engine or disk space.
    BuildError
        A side does not compile.
    WorkloadError
        Two runs in a row failed.
    StoreError
        There is no such series.
    NoCompleteBlockError
        No block is complete, so there is nothing to compare. The runs are kept.

    Examples
    --------
    >>> import duronb
    >>> comparison = duronb.ab("0.1.1", "0.1.2", blocks=2, seconds=5, stages=["file:2/2"])

    Add 2 blocks to the latest series:

    >>> comparison = duronb.ab(more=2)
    >>> len(comparison.before)
    4
    """
    runs = store_for(store, repo)
    forced = force or bool(before_options or after_options)
    until = until_decision(runs, AT_MOST_TYPE.check(at_most, "at_most"), force=forced) if until_decided else None
    if more is not None:
        if after is not None:
            raise RequestError(
                "more adds blocks to a stored series, which already has two sides.", "Drop the argument 'after'."
            )
        recorded = extend_series(runs, before, more, seed=seed, until=until, on_event=on_event)
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
            warmup_seconds=warmup_seconds,
            database_on=database_on,
            rebuild=rebuild,
        )
        recorded = record_series(runs, requests, blocks, seed=seed, until=until, on_event=on_event)
    return compare_series(runs, recorded, force=forced)


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
    """Return the requests for the runs of both sides.

    Parameters
    ----------
    before, after, repo, labels, before_options, after_options
        As for ``ab``.
    **options
        Fields of a ``ProfileRequest`` that both sides share.

    Raises
    ------
    RequestError
        A side or an option is invalid.
    """
    check_names(options, tuple(PROFILE_OPTIONS), "an option of a profile")
    if after is None:
        raise RequestError("An A/B has two sides.", "Give two: releases, refs, '.', or paths.")
    sides = parse_side(before, repo), parse_side(after, repo)
    first, second = side_labels(*sides) if labels is None else SIDE_LABELS.check(labels, "labels")
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
    blocks: int = BLOCKS,
    *,
    seed: int | None = None,
    until: Until | None = None,
    on_event: Emit = silent,
) -> Series:
    """Build both sides, record their blocks and return the new series; see ``ab``."""
    bundle_text("svg.js")
    with Session(store, on_event, picture=run_svg) as session:
        before, after = prepare_sides(session, *requests)
        emit_plan(session, before, after, blocks, until)
        return run_blocks(session, *build_sides(session, before, after), blocks, seed=seed, until=until)


def extend_series(
    store: Store,
    series_id: str,
    more: int,
    *,
    seed: int | None = None,
    until: Until | None = None,
    on_event: Emit = silent,
) -> Series:
    """Add blocks to a stored series and return the series with all of its runs."""
    bundle_text("svg.js")
    series = stored_series(store, series_id)
    with Session(store, on_event, picture=run_svg) as session:
        added = more_blocks(session, series, more, seed=seed, until=until)
    return replace(added, runs=(*series.runs, *added.runs))


def until_decision(store: Store, seconds: float, *, force: bool = False) -> Until:
    """Return the end of a series that goes on until its comparison is decided, at most for ``seconds``.

    A series also ends if no further block can decide it: if no stage that is undecided has an effect, for example
    because a value is missing.
    """

    def look(series: Series) -> Look:
        if not series.pairs[0]:
            return Look(text="no block is complete", ends=False)
        result = compare_series(store, series, force=force).result
        undecided = [stage for stage in result.stages if stage.decision.verdict == "inconclusive"]
        if result.verdict != "inconclusive":
            return Look(text=result.verdict, ends=True)
        if len(result.before) >= _FEW and all(stage.effect is None for stage in undecided):
            return Look(text="more blocks cannot decide it", ends=True)
        advice = needed_text(result)
        return Look(text=f"not decided{f', {advice}' if advice else ''}", ends=False)

    return Until(seconds=seconds, look=look, next_look=next_look)


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

    # As ``compare`` does, so that a later comparison of the same runs gives the same answer.
    others = store.runs()
    result = compared(before, after, force=force, others=others).result
    if series.ended:
        result = replace(result, notices=[series.ended, *result.notices])
    return Comparison(result, series, others)
