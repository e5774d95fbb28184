"""A run: one stored, immutable record of request, environment, stages and samples. `views.run` adds the displays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, get_args

from duronb.errors import DuronbError, StoreError
from duronb.model.parts import PARTS, Packed, StoredStages, part_of
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
    series
        For a run of an A/B: ``id`` of the series, ``side`` (``before`` or ``after``), ``block``, ``look``, ``warm_up``.
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
    series: dict[str, Any] = field(default_factory=dict)
    _load_profile: Callable[[], Profile] | None = field(default=None, repr=False)
    _load_log: Callable[[], bytes] | None = field(default=None, repr=False)
    _load_lock: Callable[[], bytes] | None = field(default=None, repr=False)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Parse a part of a listed run at its first use."""
            fields = vars(self)
            if name not in PARTS or "_packed" not in fields:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            value = fields[name] = part_of(name, fields["_packed"])
            return value

    @classmethod
    def listed(
        cls,
        run_id: str,
        created: str,
        status: Status,
        tool_version: str,
        packed: Packed,
        *,
        location: str | None = None,
        load_profile: Callable[[], Profile] | None = None,
        load_log: Callable[[], bytes] | None = None,
        load_lock: Callable[[], bytes] | None = None,
    ) -> RunRecord:
        """Rebuild a run whose record ``from_json`` took before, from its parts.

        Parameters
        ----------
        run_id, created, status, tool_version
            As in the record.
        packed
            Its parts.
        location, load_profile, load_log, load_lock
            As for ``from_json``.

        Raises
        ------
        ValueError
            The time is none.
        """
        run = object.__new__(cls)
        vars(run).update(
            id=run_id,
            created=datetime.fromisoformat(created),
            status=status,
            tool_version=tool_version,
            location=location,
            _load_profile=load_profile,
            _load_log=load_log,
            _load_lock=load_lock,
            _packed=packed,
        )
        return run

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
        return self._read_profile()

    def read_profile(self) -> Profile:
        """Return the samples without keeping them, where they are not kept already: for who goes through many runs.

        Raises
        ------
        LookupError
            The run carries none.
        """
        kept: Profile | None = vars(self).get("profile")
        return self._read_profile() if kept is None else kept

    def _read_profile(self) -> Profile:
        if self._load_profile is None:
            raise LookupError(f"run {self.id} carries no samples")
        return self._load_profile()

    @property
    def log(self) -> bytes:
        """What the workload printed, untouched."""
        return b"" if self._load_log is None else self._load_log()

    @cached_property
    def cargo_lock(self) -> bytes:
        """The ``Cargo.lock`` of the build; empty where there is none."""
        return b"" if self._load_lock is None else self._load_lock()

    def stage(self, name: str) -> StageResult:
        """Return the stage called ``name``, or raise KeyError."""
        if isinstance(self.stages, StoredStages):
            return self.stages.named(name)
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
        } | ({"series": self.series} if self.series else {})

    @classmethod
    def from_json(
        cls,
        fields: Any,
        *,
        run_id: str,
        location: str | None = None,
        load_profile: Callable[[], Profile] | None = None,
        load_log: Callable[[], bytes] | None = None,
        load_lock: Callable[[], bytes] | None = None,
    ) -> RunRecord:
        """Rebuild a stored run.

        Parameters
        ----------
        fields
            What ``run.json`` holds.
        run_id
            Name of the run's directory, which is its id whatever the file says.
        location, load_profile, load_log, load_lock
            Where it is stored, and how its samples, its log and its lock file are read when they are asked for.

        Raises
        ------
        StoreError
            The file is of a newer version, or is not what ``to_json`` gave.
        """
        if not isinstance(fields, dict) or not isinstance(fields.get("schema_version"), int):
            raise StoreError(f"The run {run_id} is damaged: its run.json is none.", "Restore it, or delete it.")
        if fields["schema_version"] > SCHEMA_VERSION:
            raise StoreError(f"The run {run_id} was stored by a newer duronb.", "Upgrade duronb.")
        try:
            created = datetime.fromisoformat(fields["created"])
            if created.tzinfo is None:
                raise ValueError("its time has no zone")
            if fields["status"] not in get_args(Status):
                raise ValueError("its status is unknown")
            mappings = {name: fields[name] for name in ("subject", "environment", "clocks", "quality")}
            mappings["series"] = fields.get("series", {})
            if not all(isinstance(mapping, dict) for mapping in mappings.values()):
                raise ValueError("a part of it is not what it should be")
            return cls(
                id=run_id,
                request=ProfileRequest.from_json(fields["request"]),
                status=fields["status"],
                created=created,
                stages=[StageResult.from_json(stage) for stage in fields["stages"]],
                tool_version=str(fields["tool_version"]),
                location=location,
                _load_profile=load_profile,
                _load_log=load_log,
                _load_lock=load_lock,
                **mappings,
            )
        except (KeyError, TypeError, ValueError, AttributeError, DuronbError) as error:
            raise StoreError(f"The run {run_id} is damaged: {error}.", "Restore it, or delete it.") from None
