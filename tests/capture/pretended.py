"""A fake engine: it builds nothing, and its workload prints the output of a stress test at once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Self
from unittest.mock import create_autospec

import pytest

from duronb.capture import published, session
from duronb.engine.cargo.identity import BinaryIdentity
from duronb.engine.choose import choose_engine
from duronb.engine.protocol import Build, BuildPlan, Ended, Engine, EngineName, RecordPlan, Sampler
from duronb.engine.recording import Recording
from duronb.errors import BuildError, HostError, RequestError
from duronb.events import Emit, Event
from duronb.model.record.environment import Environment
from duronb.sampling.perf import Perf
from duronb.sampling.protocol import CallGraph

SAMPLES = b"""\
# hostname : host
# event : name = cycles, { sample_period, sample_freq } = 199, freq = 1
#
worker 1/2 1.500000: cycles:\x20
\t             4f0 inner (/bin/x)
\t             4f1 outer (/bin/x)

"""
LOCK = b"""version = 4

[[package]]
name = "duroxide"
version = "%(version)s"
source = "registry"

[[package]]
name = "tokio"
version = "%(tokio)s"
source = "registry"
"""


def lock(version: str, tokio: str = "1.40.0") -> bytes:
    """Return a lock file of a subject and one other package."""
    return LOCK.replace(b"%(version)s", version.encode()).replace(b"%(tokio)s", tokio.encode())


@dataclass
class PretendedEngine:
    """Counts its calls.

    Parameters
    ----------
    rate
        Orchestrations a second by a build's binary and the number of the run, counted from 0.
    behaviours
        How each run goes, in order: ``well``, ``crash``, ``interrupt`` (the user stops it), ``refuse`` (nothing is
        recorded) or ``ctrl-c`` (KeyboardInterrupt out of it); ``well`` when they are used up.
    broken
        Parts of source hashes or names that do not compile.
    program_of
        What a plan compiles to; equal texts are equal binaries.
    """

    name: EngineName = "native"
    sampler: Sampler = field(default_factory=Perf)
    rate: Callable[[str, int], float] = lambda _binary, _number: 20.0
    behaviours: list[str] = field(default_factory=list)
    broken: Callable[[BuildPlan], bool] = lambda _plan: False
    toolchain: str = "rustc 1.95.0"
    prepared: int = 0
    closed: int = 0
    built: list[tuple[BuildPlan, bytes | None]] = field(default_factory=list)
    recorded: list[str] = field(default_factory=list)
    discarded: int = 0
    program_of: Callable[[BuildPlan], str] = lambda plan: plan.source.source_hash
    filesystem: str = "ext4"
    databases: list[str | None] = field(default_factory=list)
    tokio_of: dict[str, str] = field(default_factory=dict)

    def prepare(self, emit: Emit, *, rebuild: bool, frequency_hz: int, call_graph: CallGraph) -> None:
        self.prepared += 1
        emit(Event(kind="notice", step="prepare", text="Kernel functions have no names."))

    @property
    def builder(self) -> Self:
        return self

    def resolve_release(self, release: str) -> str:
        return "0.1.32" if release == "latest" else release

    def newest_release(self, requirement: str) -> str | None:
        raise NotImplementedError

    def build(self, plan: BuildPlan, emit: Emit, *, rebuild: bool, seed: bytes | None = None) -> Build:
        self.built.append((plan, seed))
        if self.broken(plan):
            raise BuildError("The workload does not compile.", "Mend it.", "error: broken")
        own = plan.source.source_hash
        return Build(
            binary=f"/built/{own}",
            toolchain=self.toolchain,
            cargo_lock=lock(own[:5], self.tokio_of.get(own, "1.40.0")),
            packages=f"tokio {self.tokio_of.get(own, '1.40.0')}",
            flags={"RUSTFLAGS": "-C force-frame-pointers=yes"},
            settings={},
            identity=BinaryIdentity(hashlib.sha256(self.program_of(plan).encode()).hexdigest()),
            seconds=0.1,
        )

    def database(self, on: str | None) -> Environment:
        self.databases.append(on)
        if not self.filesystem:
            raise RequestError("There is none.", "Drop it.")
        return Environment(database_on=on, tmp_filesystem=self.filesystem)

    def record(
        self, recording: Recording, plan: RecordPlan, on_line: Callable[[bytes], None], on_tick: Callable[[], None]
    ) -> Ended:
        number, binary = len(self.recorded), plan.command[0]
        self.recorded.append(binary)
        behaviour = self.behaviours[number] if number < len(self.behaviours) else "well"
        if behaviour == "refuse":
            raise HostError("perf is refused.", "Allow it.")
        if behaviour == "ctrl-c":
            raise KeyboardInterrupt
        completed = 0 if behaviour == "interrupt" else round(self.rate(binary, number) * int(plan.command[1]))
        whole = stress_log(completed, int(plan.command[1]), ended=behaviour == "well")
        recording.log.write_text(whole, encoding="utf-8")
        for line in whole.encode().splitlines():
            on_line(line)
        on_tick()
        if behaviour == "crash":
            return Ended(exit_code=101)
        return Ended(exit_code=0, interrupted=behaviour == "interrupt")

    def recover(self, recording: Recording) -> Ended:
        return Ended(exit_code=130, interrupted=True)

    def samples(self, recording: Recording) -> Iterator[bytes]:
        yield SAMPLES

    def counters(self, recording: Recording) -> Iterator[bytes]:
        yield from ()

    def discard(self, recording: Recording) -> None:
        self.discarded += 1

    def environment(self) -> Environment:
        return Environment(engine=self.name, cpu="A processor", cores=2)

    def close(self) -> None:
        self.closed += 1


def stress_log(completed: int, seconds: int, *, ended: bool) -> str:
    """Return what a stress test of one stage prints."""
    start = datetime.now(UTC)

    def line(after: float, text: str) -> str:
        return (
            f"{(start + timedelta(seconds=after)).isoformat().replace('+00:00', 'Z')}  INFO duronb_workload: {text}\n"
        )

    log = line(0, f"Duration: {seconds} seconds per test")
    log += line(0, "--- Testing File-Based SQLite Provider ---")
    log += line(0, "=== Starting stress test (orch=2, worker=2) ===")
    log += line(0, f"Config: max_concurrent=20, duration={seconds}s, tasks_per_instance=5, activity_delay=10ms")
    if not ended:
        return log
    log += line(seconds, "Duration elapsed, stopping pump...")
    log += line(seconds, "=== Results ===")
    for text in (
        f"Total time: {float(seconds)}s",
        f"Launched: {completed}",
        f"Completed: {completed}",
        "Failed: 0 (infra: 0, config: 0, app: 0)",
        "Success rate: 100.00%",
        f"Throughput: {completed / seconds:.2f} orchestrations/sec",
        f"Activity throughput: {completed * 5 / seconds:.2f} activities/sec",
        f"Average latency: {1000 * seconds / max(1, completed):.2f}ms",
    ):
        log += line(seconds, text)
    return log


@pytest.fixture(name="engine")
def pretended_engine(monkeypatch: pytest.MonkeyPatch) -> PretendedEngine:
    """Replace the chosen engine by a fake one in every session of the test."""
    pretended = PretendedEngine()
    chosen: tuple[Engine, str] = (pretended, "native: pretended.")
    for module in (session, published):
        monkeypatch.setattr(module, "choose_engine", create_autospec(choose_engine, return_value=chosen))
    return pretended
