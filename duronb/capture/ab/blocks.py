"""Blocks of an A/B: one run of each side, in an order drawn for each block."""

from __future__ import annotations

import random
import secrets
import time
from dataclasses import replace
from datetime import UTC, datetime

from duronb.capture.ab.series import SIDES, Series, SideName, check_same_build, first_runs, pinned_request, same_source
from duronb.capture.ab.sides import build_sides, check_blocks, packages_text, series_seconds, tell_plan
from duronb.capture.collect import check_workload
from duronb.capture.planned import Built
from duronb.capture.session import Session
from duronb.errors import DuronbError
from duronb.events import Event
from duronb.model.record.series_member import SeriesMember
from duronb.model.run import RunRecord
from duronb.subject.cargo_lock import differing_packages

MOST_FAILURES = 2
"""Failed runs in a row that end a series."""


def run_blocks(
    session: Session,
    before: Built,
    after: Built,
    blocks: int = 5,
    *,
    seed: int | None = None,
    series: Series | None = None,
) -> Series:
    """Record a warm-up of each side, and then blocks of one run of each, in an order drawn for each block.

    Parameters
    ----------
    session
        That built both.
    before, after
        The sides.
    blocks
        How many.
    seed
        Of the order; drawn when ``None``, and kept on every run.
    series
        A stored series to go on with, in place of a new one; its look is the next.

    Returns
    -------
    The runs that were recorded now. A failed one ends its block and stays, and so does what was recorded when the
    user interrupted.

    Raises
    ------
    WorkloadError, HostError
        Two runs in a row failed. What was recorded stays.
    KeyboardInterrupt
        Before anything was recorded.
    """
    return _Blocks(session, before, after, blocks=check_blocks(blocks), seed=seed, series=series).run()


def more_blocks(session: Session, series: Series, blocks: int, *, seed: int | None = None) -> Series:
    """Add blocks to a stored series: the same sources, the same builds.

    Returns
    -------
    The runs that were recorded now.

    Raises
    ------
    RequestError
        A source or a build is no longer the same.
    StoreError
        The series has no runs of one side.
    """
    check_blocks(blocks)
    first, second = first_runs(series)
    planned = session.prepare(pinned_request(first), pinned_request(second))
    before, after = (same_source(series, run, plan) for run, plan in zip((first, second), planned, strict=True))
    tell_plan(session, before, after, blocks)
    built = build_sides(session, before, after, (first.cargo_lock, second.cargo_lock))
    for run, build in zip((first, second), built, strict=True):
        check_same_build(series, run, build)
    return run_blocks(session, *built, blocks, seed=seed, series=series)


class _Blocks:
    """One look at a series, while it is being recorded."""

    def __init__(
        self, session: Session, before: Built, after: Built, *, blocks: int, seed: int | None, series: Series | None
    ) -> None:
        self._session = session
        self._sides: dict[SideName, Built] = {"before": before, "after": after}
        self._first = 1 if series is None else series.last_block + 1
        self._last = self._first + blocks - 1
        self._seed = secrets.randbelow(2**32) if seed is None else seed
        packages = differing_packages(before.build.cargo_lock, after.build.cargo_lock)
        self._id = _new_id() if series is None else series.id
        self._look = 1 if series is None else series.last_look + 1
        self._packages = packages or None
        self._notices = (packages_text(packages),) if packages else ()
        self._expected = series_seconds(before.planned, after.planned, blocks)
        self._started = time.monotonic()
        self._runs: list[RunRecord] = []
        self._failures = 0

    def run(self) -> Series:
        self._started = time.monotonic()
        for notice in self._notices:
            self._session.emit(Event(kind="notice", step="record", text=notice))
        self._session.emit(Event(kind="start", step="record", expected_seconds=self._expected, blocks=self._last))
        interrupted = False
        try:
            interrupted = not self._go()
        except KeyboardInterrupt:
            if not self._runs:
                raise
            interrupted = True
        self._session.emit(
            Event(kind="done", step="record", elapsed_seconds=time.monotonic() - self._started, blocks=self._last)
        )
        return Series(id=self._id, runs=tuple(self._runs), interrupted=interrupted)

    def _go(self) -> bool:
        """Record everything; ``False`` as soon as the user stopped a run."""
        draw = random.Random(self._seed)  # noqa: S311 - an order that can be told afterwards, not a secret
        for block in (0, *range(self._first, self._last + 1)):
            order = "AB" if block == 0 else draw.choice(("AB", "BA"))
            for side in SIDES if order == "AB" else tuple(reversed(SIDES)):
                run = self._record(side, block, order)
                if run is not None and run.status == "interrupted":
                    return False
                # A block without one of its runs is no pair; a warm-up is none to begin with.
                if block and (run is None or run.status != "complete"):
                    break
        return True

    def _record(self, side: SideName, block: int, order: str) -> RunRecord | None:
        """Record one run; ``None`` where nothing could be stored."""
        built = self._sides[side]
        member = SeriesMember(
            id=self._id,
            side=side,
            block=block,
            warm_up=block == 0,
            order=order,
            look=self._look,
            seed=self._seed,
            packages=self._packages,
            stated=frozenset({"warm_up"}),
        )
        run: RunRecord | None = None
        try:
            run = self._session.record(
                built, series=member, notices=self._notices, emit=lambda event: self._within(event, side, block)
            )
            self._runs.append(run)
            check_workload(run)
        except DuronbError as error:
            self._failed(error, side, block)
        else:
            self._failures = 0
            self._tell(side, block, "interrupted" if run.status == "interrupted" else _figures(run))
        return run

    def _failed(self, error: DuronbError, side: SideName, block: int) -> None:
        self._failures += 1
        self._tell(side, block, f"failed: {error.message}")
        if self._failures >= MOST_FAILURES:
            kept = f" What was recorded is kept: series {self._id}." if self._runs else ""
            raise type(error)(
                f"{MOST_FAILURES} runs in a row failed, the last with: {error.message}{kept}", error.remedy
            ) from error

    def _within(self, event: Event, side: SideName, block: int) -> None:
        """Pass on the ticks of a run as those of the whole; its other steps are too short to be told."""
        if event.kind == "tick" and event.step == "record":
            elapsed = time.monotonic() - self._started
            self._session.emit(
                replace(
                    event,
                    elapsed_seconds=elapsed,
                    expected_seconds=self._expected,
                    side=side,
                    block=block,
                    blocks=self._last,
                )
            )

    def _tell(self, side: SideName, block: int, what: str) -> None:
        name = f"block {block}/{self._last}" if block else "warm-up"
        text = f"{name}, {side} ({self._sides[side].planned.request.label}): {what}"
        self._session.emit(Event(kind="block", step="record", text=text, side=side, block=block, blocks=self._last))


def _figures(run: RunRecord) -> str:
    rates = [(stage.name, stage.window_rate or stage.throughput) for stage in run.stages]
    known = [(name, rate) for name, rate in rates if rate is not None]
    if len(known) == 1:
        return f"{known[0][1]:.4g} orch/s"
    return ", ".join(f"{name} {rate:.4g}" for name, rate in known) + " orch/s" if known else "done"


def _new_id() -> str:
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
