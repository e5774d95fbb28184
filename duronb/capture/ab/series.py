"""A stored A/B: its runs, found by the id of the series, and the requests for further runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast

from duronb.capture.planned import Built, Planned
from duronb.errors import RequestError, StoreError
from duronb.model.run import RunRecord
from duronb.options.remedy import command
from duronb.quoting import quoted
from duronb.request import EngineName, ProfileRequest
from duronb.store import Store

SideName = Literal["before", "after"]
SIDES: tuple[SideName, SideName] = ("before", "after")


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Runs of one A/B, in the order in which they were recorded.

    Parameters
    ----------
    id
        Id of the series, which each of its runs states.
    runs
        All runs, including warm-ups, failed and interrupted runs.
    interrupted
        The user stopped it.
    ended
        For a series that goes on by itself, a sentence on how it ended just now; empty for others.
    """

    id: str
    runs: tuple[RunRecord, ...]
    interrupted: bool = False
    ended: str = ""

    def side(self, name: SideName) -> tuple[RunRecord, ...]:
        """Return all runs of a side."""
        return tuple(run for run in self.runs if run.series.side == name)

    @property
    def pairs(self) -> tuple[list[RunRecord], list[RunRecord]]:
        """The runs before and the runs after of complete blocks, in the order of the blocks. Only these count."""
        blocks: dict[int, dict[str, RunRecord]] = {}
        for run in self.runs:
            block, side = run.series.block, run.series.side
            counts = not run.series.warm_up and run.status == "complete"
            if counts and block is not None and side is not None and side in SIDES:
                blocks.setdefault(block, {}).setdefault(side, run)
        complete = [blocks[number] for number in sorted(blocks) if len(blocks[number]) == len(SIDES)]
        return [block["before"] for block in complete], [block["after"] for block in complete]

    @property
    def last_block(self) -> int:
        """The highest number of a block; 0 without blocks."""
        return max((run.series.block or 0 for run in self.runs), default=0)

    @property
    def last_look(self) -> int:
        """The number of the last step in which blocks were recorded; the first step is 1."""
        return max((run.series.look or 0 for run in self.runs), default=0)


def all_series(runs: Iterable[RunRecord]) -> list[Series]:
    """Group runs by their series, the newest series first. Runs outside a series are ignored."""
    found: dict[str, list[RunRecord]] = {}
    for run in runs:
        if run.series.id:
            found.setdefault(run.series.id, []).append(run)
    for members in found.values():
        members.sort(key=lambda run: (run.created, run.series.block or 0, run.id))
    newest_first = sorted(found, key=lambda series_id: (found[series_id][-1].created, series_id), reverse=True)
    return [Series(id=series_id, runs=tuple(found[series_id])) for series_id in newest_first]


def stored_series(store: Store, series_id: str = "last") -> Series:
    """Return a stored series by its id, the beginning of its id, or ``last``.

    Raises
    ------
    StoreError
        There is no such series, or several ids begin so.
    """
    known = all_series(store.runs())
    if not known:
        raise StoreError(f"There is no A/B in {store.root}.", f"Make one: {command('ab')}.")
    if series_id == "last":
        return known[0]
    exact = [series for series in known if series.id == series_id]
    alike = exact or [series for series in known if series_id and series.id.startswith(series_id)]
    if len(alike) != 1:
        what = f"{len(alike)} series begin with" if alike else "There is no series"
        some = ", ".join(series.id for series in known[:3])
        raise StoreError(f"{what} {quoted(series_id)} in {store.root}.", f"The newest are {some}.")
    return alike[0]


def pinned_request(run: RunRecord) -> ProfileRequest:
    """Return the request for another run like this one, even if its branch moved or a release was published since."""
    request = run.request
    # The request checks its fields, the engine's name among them.
    request = replace(request, engine=cast("EngineName", run.engine), rebuild=False, database_on=_database_on(run))
    if run.subject.kind == "release":
        return replace(request, release=run.subject.version, repo=None, ref=None)
    return request if request.ref is None else replace(request, ref=run.subject.git_sha or request.ref)


def same_source(series: Series, run: RunRecord, planned: Planned) -> Planned:
    """Return the plan for a side of a stored series, with the request and subject that the series states.

    Raises
    ------
    RequestError
        The source differs from that of the series.
    """
    if run.environment.build_source != planned.source_hash:
        what = f"The working tree of {quoted(run.request.repo)}" if _is_tree(run) else quoted(run.subject.name)
        raise RequestError(
            f"{what} has changed since the series {series.id} was recorded.",
            "Start another A/B.",
        )
    request = replace(run.request, database_on=planned.request.database_on)
    return replace(planned, request=request, plan=replace(planned.plan, subject=run.subject))


def check_same_build(series: Series, run: RunRecord, built: Built) -> None:
    """Raise RequestError if a build differs from that of a stored series."""
    environment, build = run.environment, built.build
    if environment.toolchain != build.toolchain:
        difference = f"{environment.toolchain}, now it is {build.toolchain}"
    elif environment.flags != build.flags:
        difference = "other compiler flags"
    elif (environment.build_settings or {}) != build.settings:
        difference = "other settings of cargo"
    elif run.cargo_lock != build.cargo_lock:
        difference = "another Cargo.lock"
    else:
        return
    raise RequestError(f"The series {series.id} was built with {difference}.", "Start another A/B.")


def _database_on(run: RunRecord) -> str | None:
    """Return what the database of a run was on, also if another default has been introduced since."""
    environment = run.environment
    if run.engine == "docker" and environment.database_on is None and environment.database_in_memory:
        return "tmpfs"
    return environment.database_on or run.request.database_on


def _is_tree(run: RunRecord) -> bool:
    return run.subject.kind == "checkout" and run.request.ref is None


def first_runs(series: Series) -> Sequence[RunRecord]:
    """Return the first run of each side.

    Raises
    ------
    StoreError
        A side has no runs.
    """
    sides = [series.side(name) for name in SIDES]
    if not all(sides):
        raise StoreError(f"The series {series.id} has runs of one side only.", "Start another A/B.")
    return [side[0] for side in sides]
