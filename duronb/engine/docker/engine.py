"""The Docker engine: build and run in containers, with the least privileges with which perf works."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from duronb.engine.docker.building.builder import DockerBuilder
from duronb.engine.docker.building.image import ToolsImage, ensure_image
from duronb.engine.docker.client import connect, engine_answers
from duronb.engine.docker.endpoint import Endpoint
from duronb.engine.docker.facts import engine_facts
from duronb.engine.docker.ownership import remove_orphans
from duronb.engine.docker.recording import ladder as docker_ladder
from duronb.engine.docker.recording import record as docker_record
from duronb.engine.docker.recording import samples as docker_samples
from duronb.engine.docker.recording.container_run import PerfRefusedError
from duronb.engine.docker.recording.database import DEFAULT, Database, database_facts
from duronb.engine.docker.recording.ladder import EMBEDDED, Rung
from duronb.engine.protocol import Ended, RecordPlan
from duronb.engine.recording import Recording
from duronb.errors import DuronbError, HostError
from duronb.events import Emit, Event
from duronb.model.record.environment import Environment
from duronb.sampling.embedded import Embedded
from duronb.sampling.perf import Perf
from duronb.sampling.protocol import CallGraph, Sampler

if TYPE_CHECKING:
    from docker import APIClient

__all__ = ["DockerEngine", "engine_answers", "remove_orphans"]


class DockerEngine:
    """Builds and runs the workload in containers; see ``Engine``."""

    name: Literal["docker"] = "docker"

    def __init__(self) -> None:
        self._sampler: Sampler = Perf()
        self._connection: tuple[APIClient, Endpoint] | None = None
        self._image: ToolsImage | None = None
        self._builder: DockerBuilder | None = None
        self._facts = Environment()
        self._rung: Rung | None = None
        self._tried: list[Rung] = []
        self._rung_key = ""
        self._databases: dict[str, Environment] = {}

    @property
    def sampler(self) -> Sampler:
        """perf, or the sampler inside the workload if perf is refused on every rung."""
        return self._sampler

    @property
    def builder(self) -> DockerBuilder:
        """The builder, which runs cargo in a container of this engine."""
        if self._builder is None:
            raise RuntimeError("prepare was not called")
        return self._builder

    def prepare(
        self,
        emit: Emit,
        *,
        rebuild: bool,
        frequency_hz: int,
        call_graph: CallGraph,  # noqa: ARG002 - perf has both
    ) -> None:
        """Build the image, start the builder, and choose the rung; see ``Engine.prepare``."""
        client, endpoint = self._connected
        for name in remove_orphans(set(), client):
            emit(Event(kind="output", step="prepare", text=f"Removed the {name} that a killed process left behind"))
        self._image = ensure_image(client, emit, rebuild=rebuild)
        self._builder = DockerBuilder(client, self._image, emit)
        self._facts = engine_facts(client, endpoint, self._image, self._builder.container)
        decisive = ("engine_id", "engine_version", "image_id", "kernel", "perf_event_paranoid", "kptr_restrict")
        self._rung_key = docker_ladder.rung_key({name: getattr(self._facts, name) for name in decisive})
        known = None if rebuild else docker_ladder.remembered(self._rung_key)
        if known is None:
            self._try_rungs(frequency_hz)
        else:
            self._use_rung(*known)
        if self._rung is None:
            emit(Event(kind="notice", step="prepare", text=self._refusals()))
        elif not self._rung.sufficient:
            text = f"On this engine perf records {self._rung.records} (rung {self._rung.name})."
            emit(Event(kind="notice", step="prepare", text=text))

    def database(self, on: str | None) -> Environment:
        """Return what a container sees the databases on; see ``Engine.database``."""
        on = on or DEFAULT
        if on not in self._databases:
            self._databases[on] = database_facts(self._client, self._image_id, on, self._tmp_mb)
        return self._databases[on]

    def record(
        self, recording: Recording, plan: RecordPlan, on_line: Callable[[bytes], None], on_tick: Callable[[], None]
    ) -> Ended:
        """Run the workload in a container of its own; see ``Engine.record``."""
        self.builder.close()
        try:
            return self._record(recording, plan, on_line, on_tick)
        except PerfRefusedError:
            # The host's settings changed since the rungs were tried.
            before = self._rung
            docker_ladder.forget()
            docker_samples.discard(self._client, recording)
            self._try_rungs(plan.frequency_hz)
            if self._rung is None:
                raise HostError(self._refusals(), "Try again.") from None
            if self._rung == before:
                raise
            return self._record(recording, plan, on_line, on_tick)

    def recover(self, recording: Recording) -> Ended:
        """Stop the container that a killed process left behind; see ``Engine.recover``."""
        self._recorded(recording)
        return docker_record.recover(self._client, recording)

    def samples(self, recording: Recording) -> Iterator[bytes]:
        """Stream the samples out of the recording's volume; see ``Engine.samples``."""
        return docker_samples.read_samples(self._client, recording, self._recorded(recording))

    def counters(self, recording: Recording) -> Iterator[bytes]:
        """Stream the meter's file out of the recording's volume; see ``Engine.counters``."""
        return docker_samples.read_counters_file(self._client, recording, self._recorded(recording))

    def discard(self, recording: Recording) -> None:
        """Remove the recording's container and volume; see ``Engine.discard``."""
        with contextlib.suppress(DuronbError):
            docker_samples.discard(self._client, recording)

    def environment(self) -> Environment:
        """Return facts about the engine, the image, the rung and the machine; see ``Engine.environment``."""
        rung = EMBEDDED if self._rung is None else self._rung.name
        return replace(self._facts, rung=rung, rungs={rung.name: rung.records for rung in self._tried})

    def close(self) -> None:
        """Remove the build container and close the connection."""
        try:
            if self._builder is not None:
                self._builder.close()
        finally:
            if self._connection is not None:
                self._connection[0].close()
                self._connection = None

    @property
    def _connected(self) -> tuple[APIClient, Endpoint]:
        if self._connection is None:
            self._connection = connect()
        return self._connection

    @property
    def _client(self) -> APIClient:
        return self._connected[0]

    @property
    def _tmp_mb(self) -> int:
        """Size of a tmpfs in MiB: half of the memory."""
        return max((self._facts.memory_mb or 0) // 2, 64)

    @property
    def _image_id(self) -> str:
        if self._image is None:
            raise RuntimeError("prepare was not called")
        return self._image.id

    def _record(
        self, recording: Recording, plan: RecordPlan, on_line: Callable[[bytes], None], on_tick: Callable[[], None]
    ) -> Ended:
        return docker_record.record(
            self._client,
            recording,
            plan,
            image=self._image_id,
            rung=EMBEDDED if self._rung is None else self._rung.name,
            sampler=self._sampler,
            database=Database(plan.database_on or DEFAULT, recording.id, self._tmp_mb),
            on_line=on_line,
            on_tick=on_tick,
        )

    def _recorded(self, recording: Recording) -> docker_samples.Recorded:
        """Return how a recording was made, even by another process, and use its sampler."""
        recorded = docker_samples.recorded(self._client, recording)
        self._sampler = recorded.sampler
        return recorded

    def _try_rungs(self, frequency_hz: int) -> None:
        best, tried = docker_ladder.try_rungs(self._client, self._image_id, frequency_hz)
        docker_ladder.remember(self._rung_key, best, tried)
        self._use_rung(best, tried)

    def _use_rung(self, rung: Rung | None, tried: list[Rung]) -> None:
        self._rung, self._tried = rung, tried
        self._sampler = Embedded() if rung is None else Perf()

    def _refusals(self) -> str:
        reasons = "; ".join(f"{rung.name}: {rung.refused}" for rung in self._tried)
        refused = f"perf is refused in this engine's containers ({reasons})"
        return f"{refused}: the workload samples itself, user frames only."
