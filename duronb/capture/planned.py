"""A request before its run: planned, then built."""

from __future__ import annotations

from dataclasses import dataclass

from duronb.capture.exclusive import load
from duronb.engine.protocol import Build
from duronb.model.record.environment import Environment
from duronb.request import ProfileRequest
from duronb.subject.cargo_lock import dependencies_hash
from duronb.subject.plan import WorkloadPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A request, and the plan for it on this host; ``warm_up`` is the plan of a warm-up, which is not counted."""

    request: ProfileRequest
    plan: WorkloadPlan
    warm_up: WorkloadPlan | None = None

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


def build_facts(built: Built) -> Environment:
    """Return the facts about a build, and the load of the machine now, before the start."""
    return Environment(
        toolchain=built.build.toolchain,
        flags=dict(built.build.flags),
        build_settings=dict(built.build.settings),
        binary_sha256=built.build.identity.sha256,
        build_id=built.build.identity.build_id,
        build_source=built.planned.source_hash,
        dependencies_sha256=dependencies_hash(built.build.cargo_lock),
        load_before=load(),
        stated=frozenset({"dependencies_sha256"}),
    )
