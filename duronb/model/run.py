"""A run: an immutable record of request, environment, stages and samples. `results.run` adds the displays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Literal, Self, Unpack, get_args

from duronb.errors import DuronbError, StoreError
from duronb.model.profile import Profile
from duronb.model.record.clocks import Clocks
from duronb.model.record.environment import Environment
from duronb.model.record.packed import PackedParts, PackedStages
from duronb.model.record.quality import Quality
from duronb.model.record.run_parts import PartChanges, RunParts
from duronb.model.record.series_member import SeriesMember
from duronb.model.record.subject import Subject
from duronb.model.run_files import RunFiles
from duronb.model.stage import StageResult
from duronb.request import ProfileRequest

SCHEMA_VERSION = 1
Status = Literal["complete", "interrupted", "failed"]


@dataclass(frozen=True, eq=False, kw_only=True)
class RunRecord:
    """One profiled execution of the workload.

    Parameters
    ----------
    id
        ``engine_label_UTC``; the name of its directory.
    status
        ``complete``; ``interrupted`` by the user, or because its process was killed; ``failed`` if the workload
        misbehaved.
    created
        When the workload was started, UTC.
    tool_version
        Version of duronb that made the run.
    parts
        Request, subject, environment, clocks, stages, quality and membership in an A/B, either parsed or to be
        parsed at their first use. Each is also an attribute of the run.
    location
        Path or URL of the run; ``None`` for a run that is not stored.
    files
        Reads its samples, its log and its lock file.
    """

    id: str
    status: Status
    created: datetime
    tool_version: str
    parts: RunParts | PackedParts = field(repr=False)
    location: str | None = None
    files: RunFiles = field(default_factory=RunFiles, repr=False)

    @property
    def request(self) -> ProfileRequest:
        """What the user asked for."""
        return self.parts.request

    @property
    def subject(self) -> Subject:
        """What was measured."""
        return self.parts.subject

    @property
    def environment(self) -> Environment:
        """Where it was measured."""
        return self.parts.environment

    @property
    def clocks(self) -> Clocks:
        """How sample times relate to log times."""
        return self.parts.clocks

    @property
    def stages(self) -> Sequence[StageResult]:
        """Results in the order they ran."""
        return self.parts.stages

    @property
    def quality(self) -> Quality:
        """What limits how far the numbers can be trusted."""
        return self.parts.quality

    @property
    def series(self) -> SeriesMember:
        """Membership in an A/B; all fields have their defaults for other runs."""
        return self.parts.series

    @property
    def label(self) -> str:
        """The name that the user gives to runs that belong together."""
        return self.request.label

    @property
    def engine(self) -> str:
        """Name of the engine that ran the workload; empty if the record does not state it."""
        return self.environment.engine or ""

    @property
    def profile(self) -> Profile:
        """The view of the run's samples, read at first use and kept; see ``RunFiles.profile``.

        Raises
        ------
        LookupError
            The run has no samples.
        """
        self._check_profile()
        return self.files.profile

    def read_profile(self) -> Profile:
        """Return the view of the samples without keeping it in memory, to read many runs one after the other.

        Raises
        ------
        LookupError
            The run has no samples.
        """
        self._check_profile()
        kept = self.files.kept_profile
        return self.files.read_view() if kept is None else kept

    def _check_profile(self) -> None:
        if not self.files.has_profile:
            raise LookupError(f"run {self.id} has no samples")

    @property
    def log(self) -> bytes:
        """What the workload printed, unchanged."""
        return self.files.read_log()

    @property
    def cargo_lock(self) -> bytes:
        """The ``Cargo.lock`` of the build, read at first use and kept; empty if the run has no lock file."""
        return self.files.cargo_lock

    def stage(self, name: str) -> StageResult:
        """Return the stage called ``name``, or raise KeyError."""
        stages = self.stages
        if isinstance(stages, PackedStages):
            return stages.named(name)
        for stage in stages:
            if stage.name == name:
                return stage
        raise KeyError(name)

    def with_parts(self, **changes: Unpack[PartChanges]) -> Self:
        """Return a copy of the run in which some parts are replaced.

        Parameters
        ----------
        **changes
            Parts by name, as in ``RunParts``.
        """
        parts = RunParts(
            request=self.request,
            subject=self.subject,
            environment=self.environment,
            stages=self.stages,
            quality=self.quality,
            clocks=self.clocks,
            series=self.series,
        )
        return replace(self, parts=replace(parts, **changes))

    def to_json(self) -> dict[str, object]:
        """Return the content of ``run.json``: everything except the samples, the log and the lock file."""
        series = self.series.to_json()
        return {
            "schema_version": SCHEMA_VERSION,
            "id": self.id,
            "status": self.status,
            "created": self.created.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "request": self.request.to_json(),
            "subject": self.subject.to_json(),
            "environment": self.environment.to_json(),
            "clocks": self.clocks.to_json(),
            "stages": [stage.to_json() for stage in self.stages],
            "quality": self.quality.to_json(),
            "tool_version": self.tool_version,
        } | ({"series": series} if series else {})

    @classmethod
    def from_json(
        cls, fields: object, *, run_id: str, location: str | None = None, files: RunFiles | None = None
    ) -> Self:
        """Return a run from its stored record.

        Parameters
        ----------
        fields
            The content of ``run.json``.
        run_id
            Name of the run's directory. It is the run's id, even if the file states another.
        location, files
            Path or URL of the run, and the reader of its samples, its log and its lock file.

        Raises
        ------
        StoreError
            The file is of a newer version, or is not what ``to_json`` returned.
        """
        damaged = f"The run {run_id} is damaged"
        remedy = "Restore it, or delete it."
        if not isinstance(fields, dict) or not isinstance(fields.get("schema_version"), int):
            raise StoreError(f"{damaged}: its run.json is not a run record.", remedy)
        if fields["schema_version"] > SCHEMA_VERSION:
            raise StoreError(f"The run {run_id} was stored by a newer duronb.", "Upgrade duronb.")
        try:
            created = datetime.fromisoformat(fields["created"])
            if created.tzinfo is None:
                raise ValueError("its time has no zone")
            if fields["status"] not in get_args(Status):
                raise ValueError("its status is unknown")
            return cls(
                id=run_id,
                status=fields["status"],
                created=created,
                tool_version=str(fields["tool_version"]),
                parts=RunParts.from_json(fields),
                location=location,
                files=RunFiles() if files is None else files,
            )
        except DuronbError as error:
            raise StoreError(f"{damaged}: {error.message}", remedy) from None
        except KeyError as error:
            raise StoreError(f"{damaged}: it has no {error.args[0]}.", remedy) from None
        except (TypeError, ValueError, AttributeError) as error:
            raise StoreError(f"{damaged}: {error}.", remedy) from None
