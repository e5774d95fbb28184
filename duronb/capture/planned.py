"""A request before its run: planned, then built, then described for the engine and for the run."""

from __future__ import annotations

from dataclasses import dataclass, field

from duronb.capture.load import load
from duronb.capture.watch import record_seconds
from duronb.engine.protocol import Build, RecordPlan
from duronb.model.record.environment import Environment
from duronb.request import ProfileRequest
from duronb.subject.cargo_lock import dependencies_hash
from duronb.subject.plan import WorkloadPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A request, and the plan for it on this host.

    Parameters
    ----------
    request
        What to profile and how.
    plan
        What an engine builds and runs.
    warm_up
        The plan of a warm-up, which is not counted; ``None`` for no warm-up.
    database
        What the database will be on, as ``Engine.database`` returned it.
    """

    request: ProfileRequest
    plan: WorkloadPlan
    warm_up: WorkloadPlan | None = None
    database: Environment = field(default_factory=Environment)

    @property
    def source_hash(self) -> str:
        """SHA-256 (hex) of everything that is built, the bundled workload included."""
        return self.plan.build.source.source_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A built workload, and the notices of its planning and build."""

    planned: Planned
    build: Build
    notices: tuple[str, ...] = ()


def record_plan(built: Built, plan: WorkloadPlan) -> RecordPlan:
    """Return how an engine runs a built workload: as it will be recorded, or as a warm-up."""
    request = built.planned.request
    return RecordPlan(
        command=(built.build.binary, *plan.arguments),
        frequency_hz=request.frequency_hz,
        call_graph=request.call_graph,
        repeat_seconds=plan.repeat_seconds,
        database_on=request.database_place,
    )


def planned_seconds(planned: Planned) -> float:
    """Return the expected duration of a planned run in seconds, its warm-up included."""
    return sum(record_seconds(plan) for plan in (planned.warm_up, planned.plan) if plan is not None)


def build_facts(built: Built) -> Environment:
    """Return the facts about a build, and the load of the machine now, before the start."""
    return Environment(
        toolchain=built.build.toolchain,
        flags=dict(built.build.flags),
        build_settings=dict(built.build.settings),
        binary_sha256=built.build.identity.sha256,
        build_id=built.build.identity.build_id,
        build_source=built.planned.source_hash,
        compiled_packages=built.build.packages,
        dependencies_sha256=dependencies_hash(built.build.cargo_lock),
        load_before=load(),
        stated=frozenset({"dependencies_sha256"}),
    )
