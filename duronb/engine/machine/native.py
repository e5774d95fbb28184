"""The native engine: cargo and Linux perf of this machine."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any, Literal

from duronb.engine.machine.build import LocalBuild
from duronb.engine.machine.facts import host_facts
from duronb.engine.machine.process import repeated, run_recorded, stop_recorded
from duronb.engine.protocol import Build, Ended, RecordPlan, Sampler
from duronb.engine.recording import NothingRecordedError, Recording
from duronb.errors import HostError
from duronb.events import Emit, Event
from duronb.options.remedy import command
from duronb.sampling.perf import (
    PerfProbe,
    find_perf,
    perf_version,
    probe,
    record_command,
    script_command,
    setting,
)
from duronb.subject.source import BuildPlan

_CHUNK = 1 << 20


class NativeEngine:
    """Builds and runs on this machine, under perf."""

    name: Literal["docker", "native", "embedded"] = "native"
    sampler: Sampler = "perf"

    def __init__(self) -> None:
        self._local = LocalBuild()
        self._perf = find_perf() or ""
        self._probe: PerfProbe | None = None

    def prepare(self, emit: Emit, *, rebuild: bool, frequency_hz: int, call_graph: str) -> None:
        """Find perf and cargo, and see what perf is allowed."""
        perf = _perf()
        self._local.prepare(rebuild=rebuild, call_graph=call_graph)
        self._probe = probe(perf, frequency_hz)
        if not self._probe.kernel_samples:
            text = "perf sees no kernel: kernel.perf_event_paranoid is above 1, and this is an ordinary user."
        elif not self._probe.kernel_symbols:
            text = "Kernel functions have no names: kernel.kptr_restrict hides them from this user."
        else:
            return
        emit(Event(kind="notice", step="prepare", text=text))

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
        """Run the workload under perf."""
        command = plan.command if plan.repeat_seconds is None else repeated(plan.command, plan.repeat_seconds)
        sampler = record_command(_perf(), recording.samples, plan.frequency_hz, plan.call_graph)
        return run_recorded(recording, (*sampler, *command), plan.environment, on_line, on_tick)

    def recover(self, recording: Recording) -> Ended:
        """Wait for perf, which was told to stop when its owner was killed."""
        return stop_recorded(recording)

    def samples(self, recording: Recording) -> Iterator[bytes]:
        """Yield ``perf script``'s text."""
        if not recording.samples.exists():
            raise NothingRecordedError("perf left no samples.", f"See the workload's log, and {command('doctor')}.")
        with subprocess.Popen(
            script_command(_perf(), recording.samples),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as process:
            assert process.stdout is not None
            try:
                while chunk := process.stdout.read(_CHUNK):
                    yield chunk
            except GeneratorExit:
                process.kill()
                raise
        if process.returncode:
            raise HostError(
                "perf cannot read its own recording.", "Check that perf was not replaced since, and the disk."
            )

    def discard(self, recording: Recording) -> None:
        """Nothing lies outside of the recording's directory."""

    def environment(self) -> dict[str, Any]:
        """Facts for the run."""
        perf = find_perf()
        return {
            "engine": self.name,
            "sampler": self.sampler,
            "rung": self._probe.rung if self._probe else None,
            "kernel_samples": self._probe.kernel_samples if self._probe else None,
            "perf_version": perf_version(perf) if perf else None,
            "perf_event_paranoid": setting("perf_event_paranoid"),
            "kptr_restrict": setting("kptr_restrict"),
            **host_facts(),
        }

    def close(self) -> None:
        """Nothing is held."""


def _perf() -> str:
    if sys.platform != "linux":
        raise HostError("The native engine needs Linux: perf is a part of it.", "Use --engine docker or embedded.")
    perf = find_perf()
    if perf is None:
        raise HostError(
            "perf is not installed.",
            "Install it (Debian: apt-get install linux-perf; Ubuntu: linux-tools-generic), or use --engine embedded.",
        )
    return perf
