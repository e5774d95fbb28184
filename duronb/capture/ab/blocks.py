"""Blocks of an A/B: one run of each side, in random order."""

from __future__ import annotations

import random
import secrets
import time
from dataclasses import replace
from datetime import UTC, datetime

from duronb.capture.ab.series import SIDES, Series, SideName, check_same_build, first_runs, pinned_request, same_source
from duronb.capture.ab.sides import MOST_BLOCKS, build_sides, check_blocks, emit_plan, packages_text, series_seconds
from duronb.capture.ab.until import Until
from duronb.capture.collect import check_workload
from duronb.capture.one_run import duration_text
from duronb.capture.planned import Built
from duronb.capture.session import Session
from duronb.errors import DuronbError
from duronb.events import Event
from duronb.model.record.series_member import BY_BLOCKS, SeriesMember
from duronb.model.run import RunRecord
from duronb.quoting import counted
from duronb.subject.compiled import differing_packages, packages_of_build

MOST_FAILURES = 2
"""Number of consecutive failed runs that ends a series."""


def run_blocks(
    session: Session,
    before: Built,
    after: Built,
    blocks: int,
    *,
    seed: int | None = None,
    series: Series | None = None,
    until: Until | None = None,
    warm_up: bool = True,
) -> Series:
    """Record a warm-up of each side, then blocks of one run of each side in random order.

    Parameters
    ----------
    session
        The session that built both sides.
    before, after
        The sides.
    blocks
        Number of blocks; with ``until``, the number before the first look.
    seed
        Seed of the random orders, stored in every run; ``None`` for a random seed.
    series
        A stored series to continue; ``None`` for a new one.
    until
        When the series ends by itself; ``None`` to end it after ``blocks``.
    warm_up
        Whether to record the warm-ups; ``False`` if both sides have just run.

    Returns
    -------
    The series with the runs that were recorded now. A failed run ends its block. Failed runs, and the runs until an
    interrupt, are kept.

    Raises
    ------
    RequestError
        The blocks are expected to take longer than the time of ``until``.
    WorkloadError, HostError
        Two consecutive runs failed. The recorded runs are kept.
    KeyboardInterrupt
        The user interrupted before a run was recorded.
    """
    recorded = _Blocks(session, before, after, blocks=check_blocks(blocks), seed=seed, series=series, until=until)
    return recorded.run(warm_up=warm_up)


def more_blocks(
    session: Session, series: Series, blocks: int, *, seed: int | None = None, until: Until | None = None
) -> Series:
    """Add blocks to a stored series. Sources and builds must be the same as before.

    Returns
    -------
    The series with the runs that were recorded now.

    Raises
    ------
    RequestError
        A source or a build differs from that of the series.
    StoreError
        One side of the series has no runs.
    """
    check_blocks(blocks)
    first, second = first_runs(series)
    planned = session.prepare(pinned_request(first), pinned_request(second))
    before, after = (same_source(series, run, plan) for run, plan in zip((first, second), planned, strict=True))
    emit_plan(session, before, after, blocks, until)
    built = build_sides(session, before, after, (first.cargo_lock, second.cargo_lock))
    for run, build in zip((first, second), built, strict=True):
        check_same_build(series, run, build)
    return run_blocks(session, *built, blocks, seed=seed, series=series, until=until)


class _Blocks:
    """The blocks that are recorded now: a new series, or more blocks of a stored one."""

    def __init__(
        self,
        session: Session,
        before: Built,
        after: Built,
        *,
        blocks: int,
        seed: int | None,
        series: Series | None,
        until: Until | None,
    ) -> None:
        self._session = session
        self._sides: dict[SideName, Built] = {"before": before, "after": after}
        self._first = 1 if series is None else series.last_block + 1
        self._least = blocks
        self._last = None if until is not None else self._first + blocks - 1
        self._seed = secrets.randbelow(2**32) if seed is None else seed
        builds = (before.build, after.build)
        packages = differing_packages(*(packages_of_build(each.packages, each.cargo_lock) for each in builds))
        self._id = _new_id() if series is None else series.id
        self._stored = () if series is None else series.runs
        self._look = 1 if series is None else series.last_look + 1
        self._packages = packages or None
        self._notices = (packages_text(packages),) if packages else ()
        least = series_seconds(before.planned, after.planned, blocks)
        if until is not None:
            until.check_time(least, blocks)
        self._until = until
        self._expected = least if until is None else until.seconds
        self._block_seconds = least / (blocks + 1)
        self._ended = ""
        self._started = time.monotonic()
        self._runs: list[RunRecord] = []
        self._failures = 0

    def run(self, *, warm_up: bool) -> Series:
        self._started = time.monotonic()
        for notice in self._notices:
            self._session.emit(Event(kind="notice", step="record", text=notice))
        self._session.emit(Event(kind="start", step="record", expected_seconds=self._expected, blocks=self._last))
        interrupted = False
        try:
            interrupted = not self._record_blocks(warm_up=warm_up)
        except KeyboardInterrupt:
            if not self._runs:
                raise
            interrupted = True
        self._session.emit(Event(kind="done", step="record", elapsed_seconds=self._elapsed, blocks=self._last))
        return Series(id=self._id, runs=tuple(self._runs), interrupted=interrupted, ended=self._ended)

    @property
    def _elapsed(self) -> float:
        return time.monotonic() - self._started

    def _record_blocks(self, *, warm_up: bool) -> bool:
        """Record warm-ups and blocks; return ``False`` if the user stopped a run."""
        draw = random.Random(self._seed)  # noqa: S311 - a reproducible order, not a secret
        last = self._first + MOST_BLOCKS - 1 if self._last is None else self._last
        complete = len(self._all.pairs[0])
        look_at = complete + self._least
        for block in (*([0] if warm_up else []), *range(self._first, last + 1)):
            order = "AB" if block == 0 else draw.choice(("AB", "BA"))
            began = self._elapsed
            # The runs of a block are compared with each other, so no other session may record between them. Between
            # blocks, sessions that wait take their turn.
            with self._session.turn(self._turn_label(block), self._emit_wait):
                if not self._record_block(block, order):
                    return False
            self._block_seconds = max(self._block_seconds, self._elapsed - began)
            if block and self._until is not None:
                complete = len(self._all.pairs[0])
                if complete >= look_at:
                    if self._looked(self._until, complete):
                        return True
                    look_at = self._until.next_look(complete)
                # The blocks before the first look are recorded even if they take longer than expected.
                if block >= self._first + self._least - 1 and self._until.is_time_up(
                    self._elapsed, self._block_seconds
                ):
                    limit = duration_text(self._until.seconds)
                    self._ended = f"The time limit of {limit} ended it after {counted(complete, 'complete block')}."
                    return True
        if self._until is not None:
            self._ended = f"It ended after {counted(MOST_BLOCKS, 'block')}, the largest number."
        return True

    @property
    def _all(self) -> Series:
        """All runs of the series, those recorded before included."""
        return Series(id=self._id, runs=(*self._stored, *self._runs))

    def _looked(self, until: Until, complete: int) -> bool:
        """Look at the series; return whether it ends. Blocks that follow belong to the next look."""
        look = until.look(self._all)
        text = f"look {self._look}, after {counted(complete, 'complete block')}: {look.text}"
        self._session.emit(Event(kind="block", step="record", text=text))
        if look.ends:
            self._ended = f"It ended by itself after {counted(complete, 'complete block')}: {look.text}."
        self._look += 1
        return look.ends

    def _record_block(self, block: int, order: str) -> bool:
        """Record one run of each side; return ``False`` if the user stopped one."""
        for side in SIDES if order == "AB" else tuple(reversed(SIDES)):
            run = self._record(side, block, order)
            if run is not None and run.status == "interrupted":
                return False
            # A block counts only with both runs, so a failed run ends it. Warm-ups are independent of each other.
            if block and (run is None or run.status != "complete"):
                break
        return True

    def _turn_label(self, block: int) -> str:
        labels = [self._sides[side].planned.request.label for side in SIDES]
        return f"{labels[0]} against {labels[1]}, {self._block_name(block, ' of ')}"

    def _block_name(self, block: int, between: str) -> str:
        """Return the name of a block, with the number of blocks if that is known."""
        if not block:
            return "warm-up"
        return f"block {block}" if self._last is None else f"block {block}{between}{self._last}"

    def _record(self, side: SideName, block: int, order: str) -> RunRecord | None:
        """Record one run; return ``None`` if nothing was stored."""
        built = self._sides[side]
        member = SeriesMember(
            id=self._id,
            side=side,
            block=block,
            warm_up=block == 0,
            order=order,
            look=self._look,
            spending=BY_BLOCKS,
            seed=self._seed,
            packages=self._packages,
            stated=frozenset({"warm_up"}),
        )
        run: RunRecord | None = None
        try:
            run = self._session.record(
                built, series=member, notices=self._notices, emit=lambda event: self._emit_tick(event, side, block)
            )
            self._runs.append(run)
            check_workload(run)
        except DuronbError as error:
            self._handle_failure(error, side, block)
        else:
            self._failures = 0
            self._emit_block(side, block, "interrupted" if run.status == "interrupted" else _rates_text(run))
        return run

    def _handle_failure(self, error: DuronbError, side: SideName, block: int) -> None:
        self._failures += 1
        self._emit_block(side, block, f"failed: {error.message}")
        if self._failures >= MOST_FAILURES:
            kept = f" The recorded runs are kept in the series {self._id}." if self._runs else ""
            raise type(error)(
                f"{MOST_FAILURES} consecutive runs failed, the last with: {error.message}{kept}", error.remedy
            ) from error

    def _emit_tick(self, event: Event, side: SideName, block: int) -> None:
        """Emit a tick of a run as a tick of the series; drop other events, since those steps are too short to show."""
        if event.kind == "tick" and event.step == "record":
            self._session.emit(
                replace(
                    event,
                    elapsed_seconds=self._elapsed,
                    expected_seconds=self._expected,
                    side=side,
                    block=block,
                    blocks=self._last,
                )
            )

    def _emit_wait(self, event: Event) -> None:
        """Emit what is waited for as a line of its own. Output of the step is not shown while the series runs."""
        self._session.emit(replace(event, kind="block", blocks=self._last))

    def _emit_block(self, side: SideName, block: int, what: str) -> None:
        text = f"{self._block_name(block, '/')}, {side} ({self._sides[side].planned.request.label}): {what}"
        self._session.emit(Event(kind="block", step="record", text=text, side=side, block=block, blocks=self._last))


def _rates_text(run: RunRecord) -> str:
    rates = [(stage.name, stage.window_rate or stage.throughput) for stage in run.stages]
    known = [(name, rate) for name, rate in rates if rate is not None]
    if len(known) == 1:
        return f"{known[0][1]:.4g} orch/s"
    return ", ".join(f"{name} {rate:.4g}" for name, rate in known) + " orch/s" if known else "done"


def _new_id() -> str:
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
