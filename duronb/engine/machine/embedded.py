"""The embedded engine: cargo of this machine, and a workload that samples itself. Needs no privilege and no perf."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any, Literal

from duronb.engine.machine.build import LocalBuild
from duronb.engine.machine.facts import host_facts
from duronb.engine.machine.process import run_recorded, stop_recorded
from duronb.engine.protocol import Build, Ended, RecordPlan, Sampler
from duronb.engine.recording import Recording
from duronb.errors import HostError, RequestError
from duronb.events import Emit, Event
from duronb.subject.source import BuildPlan

NOTICE = "The workload samples itself: user frames only, and no more a second than the kernel's tick (mostly 250)."
_CHUNK = 1 << 20


class EmbeddedEngine:
    """Builds and runs on this machine; the bundled workload takes the samples."""

    name: Literal["docker", "native", "embedded"] = "embedded"
    sampler: Sampler = "embedded"

    def __init__(self) -> None:
        self._local = LocalBuild()

    def prepare(self, emit: Emit, *, rebuild: bool, frequency_hz: int, call_graph: str) -> None:  # noqa: ARG002 - the protocol's
        """Find cargo."""
        if sys.platform == "win32":
            raise HostError("The embedded sampler needs Linux or macOS.", "Use --engine docker.")
        if call_graph == "dwarf":
            raise RequestError("The embedded sampler has no DWARF call graphs.", "Drop --call-graph dwarf.")
        self._local.prepare(rebuild=rebuild, call_graph=call_graph)
        # Said now; what the sampler achieved is a notice on the run.
        emit(Event(kind="output", step="prepare", text=NOTICE))

    def resolve_release(self, release: str) -> str:
        """Turn ``latest`` into a version."""
        return self._local.resolve_release(release)

    def newest_release(self, requirement: str) -> str | None:
        """Ask cargo for the newest release that fits."""
        return self._local.newest_release(requirement)

    def build(self, plan: BuildPlan, emit: Emit, *, rebuild: bool, seed: bytes | None = None) -> Build:
        """Build in the cache directory."""
        return self._local.build(plan, emit, rebuild=rebuild, seed=seed)

    def record(
        self, recording: Recording, plan: RecordPlan, on_line: Callable[[bytes], None], on_tick: Callable[[], None]
    ) -> Ended:
        """Run the workload and have it write its samples beside the log."""
        command = (*plan.command, *sample_arguments(str(recording.samples), plan.frequency_hz))
        return run_recorded(recording, command, plan.environment, on_line, on_tick)

    def recover(self, recording: Recording) -> Ended:
        """Wait for the workload, which was told to stop when its owner was killed."""
        return stop_recorded(recording)

    def samples(self, recording: Recording) -> Iterator[bytes]:
        """Yield the file that the workload wrote."""
        try:
            with recording.samples.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    yield chunk
        except FileNotFoundError:
            raise HostError("The workload left no samples.", "Its log says why.") from None

    def discard(self, recording: Recording) -> None:
        """Nothing lies outside of the recording's directory."""

    def environment(self) -> dict[str, Any]:
        """Facts for the run."""
        return {"engine": self.name, "sampler": self.sampler, "rung": "no privilege", **host_facts()}

    def close(self) -> None:
        """Nothing is held."""


def sample_arguments(file: str, frequency_hz: int) -> tuple[str, ...]:
    """Return the arguments that have the bundled workload sample itself."""
    return ("--sample-file", file, "--sample-frequency", str(frequency_hz))
