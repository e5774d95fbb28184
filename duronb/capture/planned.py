"""A request on the way to its runs: planned, then built."""

from __future__ import annotations

from dataclasses import dataclass

from duronb.engine.protocol import Build
from duronb.request import ProfileRequest
from duronb.subject.plan import WorkloadPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A request, and what it comes to on this host; ``warm_up`` is what runs first and is not counted."""

    request: ProfileRequest
    plan: WorkloadPlan
    warm_up: WorkloadPlan | None = None

    @property
    def source_hash(self) -> str:
        """SHA-256 (hex) of everything that is built, the bundled workload included."""
        return self.plan.build.source.source_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A planned workload that is ready to run, and the notices that came up on the way."""

    planned: Planned
    build: Build
    notices: tuple[str, ...] = ()
