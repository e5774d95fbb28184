"""The two sides of an A/B: plan them, describe the plan, and build them with one Cargo.lock."""

from __future__ import annotations

from dataclasses import replace

from duronb.capture.ab.series import SIDES, SideName
from duronb.capture.ab.until import Until
from duronb.capture.one_run import duration_text
from duronb.capture.planned import Built, Planned, planned_seconds
from duronb.capture.session import Session
from duronb.errors import BuildError, RequestError
from duronb.events import Event
from duronb.model.record.part import Packages, Versions
from duronb.quoting import counted
from duronb.request import ProfileRequest

MOST_BLOCKS = 1000
_BETWEEN_SECONDS = 1.5
"""Time that a run takes in addition to its stages: the start, reading the samples, storing."""
_SHOWN_PACKAGES = 5


class SideBuildError(BuildError):
    """One side of an A/B does not compile; ``side`` says which."""

    def __init__(self, side: SideName, error: BuildError, name: str) -> None:
        super().__init__(f"{name}, the side {side!a}: {error.message}", error.remedy, error.output)
        self.side = side


class SameBinaryError(RequestError):
    """Two different sources compile to one binary, so there is nothing to measure."""


def prepare_sides(session: Session, before: ProfileRequest, after: ProfileRequest) -> tuple[Planned, Planned]:
    """Plan both sides, and check that their runs will be comparable.

    Raises
    ------
    RequestError
        The sides have different workloads, or one of them cannot run.
    """
    first, second = session.prepare(before, after)
    programs = [planned.plan.subject.workload for planned in (first, second)]
    chosen = [request.bin or request.example for request in (before, after)]
    if programs[0] != programs[1] and not any(chosen):
        raise RequestError(
            f"The sides have different stress tests: {programs[0]} and {programs[1]}.",
            "Give --stages, so that both run the bundled workload.",
        )
    return first, second


def build_sides(
    session: Session, before: Planned, after: Planned, seeds: tuple[bytes, bytes] | None = None
) -> tuple[Built, Built]:
    """Build both sides with one Cargo.lock: the second build starts from that of the first.

    A side whose source contains a Cargo.lock is built first, since that file cannot be replaced.

    Parameters
    ----------
    session
        A prepared session.
    before, after
        What to build.
    seeds
        Lock files to start from, before and after; ``None`` for the rule above.

    Raises
    ------
    SideBuildError
        A side does not compile.
    SameBinaryError
        The sides have different sources, but one binary.
    """
    sides: dict[SideName, Planned] = {"before": before, "after": after}
    reversed_order = after.plan.build.own_lock and not before.plan.build.own_lock
    built: dict[SideName, Built] = {}
    lock: bytes | None = None
    for name in reversed(SIDES) if reversed_order else SIDES:
        seed = lock if seeds is None else seeds[SIDES.index(name)]
        try:
            built[name] = session.build(sides[name], seed=seed)
        except BuildError as error:
            raise SideBuildError(name, error, sides[name].plan.subject.name or "The subject") from error
        lock = built[name].build.cargo_lock
    _check_binaries(built["before"], built["after"])
    return built["before"], built["after"]


def _check_binaries(before: Built, after: Built) -> None:
    identity = before.build.identity
    if before.planned.source_hash == after.planned.source_hash or identity != after.build.identity:
        return
    shown = f"build id {identity.build_id}" if identity.build_id else f"SHA-256 {identity.sha256[:16]}"
    names = " and ".join(str(side.planned.plan.subject.name) for side in (before, after))
    raise SameBinaryError(
        f"{names} have different sources, but compile to the same binary ({shown}), so they cannot differ in speed.",
        "Choose two sides that differ in compiled code.",
    )


def series_seconds(before: Planned, after: Planned, blocks: int) -> float:
    """Return the expected duration of all runs of a series in seconds, warm-ups included."""
    one_each = sum(planned_seconds(side) + _BETWEEN_SECONDS for side in (before, after))
    return (blocks + 1) * one_each


def emit_plan(session: Session, before: Planned, after: Planned, blocks: int, until: Until | None = None) -> None:
    """Emit what will run and how long it will take, and the notices of the plans.

    Raises
    ------
    RequestError
        The blocks are expected to take longer than the time of ``until``.
    """
    names = [side.plan.subject.name for side in (before, after)]
    seconds = series_seconds(before, after, blocks)
    count, length = counted(blocks, "block"), f"about {duration_text(seconds)}"
    if until is not None:
        until.check_time(seconds, blocks)
        count, length = f"at least {count}", f"{length} and then until decided, at most {duration_text(until.seconds)}"
    text = (
        f"{names[0]} against {names[1]}: {count} of one run each after one warm-up each, {length}, after the builds"
        " (minutes the first time, seconds when unchanged)."
    )
    session.emit(Event(kind="plan", step="prepare", text=text, expected_seconds=seconds, blocks=blocks))
    for side in (before, after):
        for notice in side.plan.notices:
            session.emit(Event(kind="notice", step="prepare", text=notice))
    if before.source_hash == after.source_hash and _options(before) == _options(after):
        text = "Both sides are the same code with the same options: all differences will be noise."
        session.emit(Event(kind="output", step="prepare", text=text))


def packages_text(packages: Packages) -> str:
    """Return a sentence on the packages that differ between the sides."""
    some = [f"{name} {_versions(old)} → {_versions(new)}" for name, (old, new) in list(packages.items())]
    more = f" and {len(some) - _SHOWN_PACKAGES} more" if len(some) > _SHOWN_PACKAGES else ""
    return (
        "The subjects require different versions of packages, so the sides differ in these, too:"
        f" {', '.join(some[:_SHOWN_PACKAGES])}{more}."
    )


def _versions(versions: Versions) -> str:
    return "+".join(versions) or "none"


def check_blocks(blocks: int) -> int:
    """Return ``blocks``, or raise RequestError if it is not a number of blocks."""
    if isinstance(blocks, bool) or not isinstance(blocks, int) or not 1 <= blocks <= MOST_BLOCKS:
        raise RequestError(f"blocks cannot be {str(blocks)[:20]!a}.", f"Give a whole number from 1 to {MOST_BLOCKS}.")
    return blocks


def _options(planned: Planned) -> ProfileRequest:
    """Return the request of a side without its subject and its label."""
    return replace(planned.request, label="side", repo=None, ref=None, release=None, rebuild=False)
