"""A run: one stored, immutable record of request, environment, stages and samples. `views.run` adds the displays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Literal

from duronb.model.profile import Profile
from duronb.model.stage import StageResult
from duronb.request import ProfileRequest

SCHEMA_VERSION = 1
Status = Literal["complete", "interrupted", "failed"]


@dataclass(frozen=True, eq=False)
class RunRecord:
    """One profiled execution of the workload.

    Parameters
    ----------
    id
        ``engine_label_UTC``; the name of its directory.
    request
        What was asked.
    status
        ``complete``; ``interrupted`` by the user or a killed process; ``failed`` when the workload misbehaved.
    created
        When the workload was started, UTC.
    subject
        What was measured: ``kind``, ``name``, ``git_sha``, ``dirty``, ``source_hash``, …
    environment
        Where: ``engine``, ``sampler``, ``rung``, ``kernel``, ``cpu``, ``toolchain``, …
    stages
        Results in the order they ran.
    quality
        What a reader should know before believing the figures: ``notices`` (sentences), ``samples``, ``lost``,
        ``outside``, ``unresolved_kernel``, ….
    tool_version
        Version of duronb that made the run.
    location
        Where it is stored; ``None`` for a run that is not.
    """

    id: str
    request: ProfileRequest
    status: Status
    created: datetime
    subject: dict[str, Any]
    environment: dict[str, Any]
    stages: Sequence[StageResult]
    quality: dict[str, Any]
    tool_version: str
    clocks: dict[str, Any] = field(default_factory=dict)
    location: str | None = None
    _load_profile: Callable[[], Profile] | None = field(default=None, repr=False)
    _load_log: Callable[[], bytes] | None = field(default=None, repr=False)

    @property
    def label(self) -> str:
        """The user's name for the series that the run belongs to."""
        return self.request.label

    @property
    def engine(self) -> str:
        """Engine that ran it."""
        return str(self.environment.get("engine", ""))

    @cached_property
    def profile(self) -> Profile:
        """The samples, read at first use."""
        if self._load_profile is None:
            raise LookupError(f"run {self.id} carries no samples")
        return self._load_profile()

    @property
    def log(self) -> bytes:
        """What the workload printed, untouched."""
        return b"" if self._load_log is None else self._load_log()

    def stage(self, name: str) -> StageResult:
        """Return the stage called ``name``, or raise KeyError."""
        for stage in self.stages:
            if stage.name == name:
                return stage
        raise KeyError(name)

    def to_json(self) -> dict[str, Any]:
        """``run.json``: everything but the samples and the log."""
        return {
            "schema_version": SCHEMA_VERSION,
            "id": self.id,
            "status": self.status,
            "created": self.created.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "request": self.request.to_json(),
            "subject": self.subject,
            "environment": self.environment,
            "clocks": self.clocks,
            "stages": [stage.to_json() for stage in self.stages],
            "quality": self.quality,
            "tool_version": self.tool_version,
        }
