"""A request before its run: planned, then built."""

from __future__ import annotations

from dataclasses import dataclass, field

from duronb.engine.protocol import Build
from duronb.model.record.environment import Environment
from duronb.request import ProfileRequest
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
