"""The Docker engine: build and run in containers, with the least privileges that let perf work."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from duronb.cache import cache_directory
from duronb.engine.docker import ladder as docker_ladder
from duronb.engine.docker import record as docker_record
from duronb.engine.docker import samples as docker_samples
from duronb.engine.docker.build import CargoBuild, newest_fitting, newest_release
from duronb.engine.docker.builder import Builder
from duronb.engine.docker.client import connect, engine_answers, engine_errors
from duronb.engine.docker.endpoint import Endpoint
from duronb.engine.docker.follow import PerfRefusedError
from duronb.engine.docker.image import ToolsImage, build_network, ensure_image, network_hint
from duronb.engine.docker.ladder import EMBEDDED, Rung
from duronb.engine.docker.owner import remove_orphans
from duronb.engine.protocol import Build, BuildPlan, Ended, RecordPlan, Sampler
from duronb.engine.recording import Recording
from duronb.errors import DuronbError, HostError
from duronb.events import Emit, Event, silent

if TYPE_CHECKING:
    from docker import APIClient

__all__ = ["DockerEngine", "engine_answers", "remove_orphans"]

_FACTS = """
uname -r; cat /proc/sys/kernel/perf_event_paranoid; cat /proc/sys/kernel/kptr_restrict; perf --version
sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1
"""
_FACT_NAMES = ("kernel", "perf_event_paranoid", "kptr_restrict", "perf_version", "cpu")
_NUMBERS = ("perf_event_paranoid", "kptr_restrict")


class DockerEngine:
    """Builds and runs the workload in containers; see ``Engine``."""

    name: Literal["docker"] = "docker"

    def __init__(self) -> None:
        self.sampler: Sampler = "perf"
        self._connection: tuple[APIClient, Endpoint] | None = None
        self._emit: Emit = silent
        self._image: ToolsImage | None = None
        self._builder: Builder | None = None
        self._call_graph = "fp"
        self._facts: dict[str, Any] = {}
        self._rung: Rung | None = None
        self._tried: list[Rung] = []
        self._rung_key = ""

    def prepare(self, emit: Emit, *, rebuild: bool, frequency_hz: int, call_graph: str) -> None:
        """Make the image and the builder, and find the rung; see ``Engine.prepare``."""
        self._emit = emit
        self._call_graph = call_graph
        client = self._client
        for name in remove_orphans(set(), client):
            emit(Event(kind="output", step="prepare", text=f"Removed the {name} that a killed process left behind"))
        self._image = ensure_image(client, emit, rebuild=rebuild)
        self._builder = Builder(client, self._image.id)
        self._facts = self._look_around()
        self._rung_key = docker_ladder.rung_key(
            {name: self._facts[name] for name in ("engine_id", "engine_version", "image_id", "kernel", *_NUMBERS)}
        )
        known = None if rebuild else docker_ladder.remembered(self._rung_key)
        if known is None:
            self._climb(frequency_hz)
        else:
            self._stand_on(*known)
        if self.sampler == "embedded":
            emit(Event(kind="notice", step="prepare", text=self._refusals()))
        elif self._rung is not None and not self._rung.whole:
            text = f"On this engine perf gives {self._rung.gives} only (rung {self._rung.name})."
            emit(Event(kind="notice", step="prepare", text=text))

    def resolve_release(self, release: str) -> str:
        """Ask cargo for the newest release; see ``Engine.resolve_release``."""
        if release != "latest":
            return release
        memory = cache_directory() / "latest-release.json"
        version = newest_release(self._builder_here)
        if version is not None:
            with contextlib.suppress(OSError):
                memory.parent.mkdir(parents=True, exist_ok=True)
                memory.write_text(json.dumps({"version": version, "asked": time.time()}), encoding="utf-8")
            return version
        try:
            last = json.loads(memory.read_text(encoding="utf-8"))
            version, asked = str(last["version"]), datetime.fromtimestamp(float(last["asked"]), UTC)
        except (OSError, ValueError, KeyError, TypeError) as error:
            said = "cargo could not ask the crates registry for the newest release."
            raise HostError(said, network_hint()) from error
        text = f"The crates registry does not answer: {version} was the newest release on {asked:%Y-%m-%d}."
        self._emit(Event(kind="notice", step="prepare", text=text))
        return version

    def newest_release(self, requirement: str) -> str | None:
        """Ask cargo in the builder; see ``Engine.newest_release``."""
        return newest_fitting(self._builder_here, requirement)

    def build(self, plan: BuildPlan, emit: Emit, *, rebuild: bool, seed: bytes | None = None) -> Build:
        """Build in the builder; see ``Engine.build``."""
        cargo = CargoBuild(self._builder_here, self._image_here.id, self._call_graph)
        return cargo.build(plan, emit, rebuild=rebuild, seed=seed)

    def record(
        self, recording: Recording, plan: RecordPlan, on_line: Callable[[bytes], None], on_tick: Callable[[], None]
    ) -> Ended:
        """Run the workload in a container of its own; see ``Engine.record``."""
        self._close_builder()
        try:
            return self._record(recording, plan, on_line, on_tick)
        except PerfRefusedError:
            # Somebody changed the host's settings since the ladder was climbed.
            before = self._rung
            docker_ladder.forget()
            docker_samples.discard(self._client, recording)
            self._climb(plan.frequency_hz)
            if self._rung is None:
                raise HostError(self._refusals(), "Try again.") from None
            if self._rung == before:
                raise
            return self._record(recording, plan, on_line, on_tick)

    def recover(self, recording: Recording) -> Ended:
        """Stop what a killed process left running; see ``Engine.recover``."""
        self._recorded(recording)
        return docker_record.recover(self._client, recording)

    def samples(self, recording: Recording) -> Iterator[bytes]:
        """Stream the samples out of the recording's volume; see ``Engine.samples``."""
        how = self._recorded(recording)
        read = docker_samples.read_perf if self.sampler == "perf" else docker_samples.read_embedded
        return read(self._client, recording, how)

    def discard(self, recording: Recording) -> None:
        """Remove the recording's container and volume; see ``Engine.discard``."""
        with contextlib.suppress(DuronbError):
            docker_samples.discard(self._client, recording)

    def environment(self) -> dict[str, Any]:
        """Facts about the engine, the image, the rung and the machine; see ``Engine.environment``."""
        return {
            **self._facts,
            "rung": EMBEDDED if self._rung is None else self._rung.name,
            "rungs": {rung.name: rung.gives for rung in self._tried},
        }

    def close(self) -> None:
        """Remove the builder and hang up."""
        try:
            with contextlib.suppress(DuronbError):
                self._close_builder()
        finally:
            if self._connection is not None:
                self._connection[0].close()
                self._connection = None

    @property
    def _client(self) -> APIClient:
        if self._connection is None:
            self._connection = connect()
        return self._connection[0]

    @property
    def _builder_here(self) -> Builder:
        if self._builder is None:
            self._builder = Builder(self._client, self._image_here.id)
        return self._builder

    @property
    def _image_here(self) -> ToolsImage:
        if self._image is None:
            raise RuntimeError("prepare comes first")
        return self._image

    def _close_builder(self) -> None:
        builder, self._builder = self._builder, None
        if builder is not None:
            builder.close()

    def _record(
        self, recording: Recording, plan: RecordPlan, on_line: Callable[[bytes], None], on_tick: Callable[[], None]
    ) -> Ended:
        rung = EMBEDDED if self._rung is None else self._rung.name
        tmpfs = f"rw,exec,nosuid,nodev,mode=1777,size={self._facts['tmp_mb']}m"
        return docker_record.record(
            self._client,
            recording,
            plan,
            image=self._image_here.id,
            rung=rung,
            tmpfs=tmpfs,
            on_line=on_line,
            on_tick=on_tick,
        )

    def _recorded(self, recording: Recording) -> docker_samples.Recorded:
        how = docker_samples.recorded(self._client, recording)
        self.sampler = "embedded" if how.rung == EMBEDDED else "perf"
        return how

    def _climb(self, frequency_hz: int) -> None:
        best, tried = docker_ladder.climb(self._client, self._image_here.id, frequency_hz)
        docker_ladder.remember(self._rung_key, best, tried)
        self._stand_on(best, tried)

    def _stand_on(self, rung: Rung | None, tried: list[Rung]) -> None:
        self._rung, self._tried = rung, tried
        self.sampler = "embedded" if rung is None else "perf"

    def _refusals(self) -> str:
        reasons = "; ".join(f"{rung.name}: {rung.refused}" for rung in self._tried)
        refused = f"perf is refused in this engine's containers ({reasons})"
        return f"{refused}: the workload samples itself, user frames only."

    def _look_around(self) -> dict[str, Any]:
        client, endpoint = self._client, self._connection[1] if self._connection else None
        with engine_errors("describe itself"):
            info, version = client.info(), client.version()
        lines = self._builder_here.must(["sh", "-c", _FACTS], "describe the engine's machine").decode().splitlines()
        seen: dict[str, Any] = dict(zip(_FACT_NAMES, (line.strip() for line in lines), strict=False))
        for name in _NUMBERS:
            with contextlib.suppress(ValueError, KeyError):
                seen[name] = int(seen[name])
        memory_mb = int(info.get("MemTotal", 0)) // 2**20
        tmp_mb = max(memory_mb // 2, 64)
        return {
            "engine": self.name,
            "engine_version": str(version.get("Version", "")),
            "engine_id": str(info.get("ID", "")),
            "endpoint": endpoint.kind if endpoint else "",
            "image": self._image_here.tag,
            "image_id": self._image_here.id,
            "base_image": self._image_here.base,
            "build_network": build_network() or "bridge",
            **{name: seen.get(name, "") for name in _FACT_NAMES},
            "cores": int(info.get("NCPU", 0)),
            "memory_mb": memory_mb,
            "operating_system": str(info.get("OperatingSystem", "")),
            "architecture": str(info.get("Architecture", "")),
            "tmp": f"tmpfs, {tmp_mb} MB",
            "tmp_mb": tmp_mb,
        }
