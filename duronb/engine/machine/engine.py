"""The engine on this machine, for any sampler that works here."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from typing import Protocol

from duronb.engine.machine.build import MachineBuilder
from duronb.engine.machine.database import database_directory, database_facts, discard_database
from duronb.engine.machine.facts import host_facts
from duronb.engine.machine.process import run_recorded, stop_recorded
from duronb.engine.meter import FILE, sampler_generations
from duronb.engine.protocol import Builder, Ended, EngineName, RecordPlan
from duronb.engine.recording import NothingRecordedError, Recording
from duronb.engine.workload_command import sampled_command
from duronb.errors import HostError
from duronb.events import Emit
from duronb.model.record.environment import Environment
from duronb.options import remedy
from duronb.sampling.protocol import CallGraph, Sampler

_CHUNK = 1 << 20
_EARLIER_FILE = "samples.raw"
"""Name of every sampler's file in earlier versions, whose unfinished recordings may still exist."""


class LocalSampler(Protocol):
    """A sampler on this machine: whether it works here, and what it can record."""

    @property
    def sampler(self) -> Sampler:
        """The sampler."""

    def check(self, emit: Emit, frequency_hz: int, call_graph: CallGraph) -> None:
        """Check that it works here, and emit what it cannot record.

        Raises
        ------
        HostError, RequestError
            It does not work here, or not with this call graph or frequency.
        """

    def facts(self) -> Environment:
        """Facts for the run, ``rung`` among them."""


class MachineEngine:
    """Builds and runs on this machine; see ``Engine``.

    Parameters
    ----------
    name
        Name of the engine.
    local
        The sampler.
    """

    def __init__(self, name: EngineName, local: LocalSampler) -> None:
        self._name = name
        self._local = local
        self._builder = MachineBuilder()

    @property
    def name(self) -> EngineName:
        """``native`` or ``embedded``."""
        return self._name

    @property
    def sampler(self) -> Sampler:
        """The sampler."""
        return self._local.sampler

    @property
    def builder(self) -> Builder:
        """The cargo of this machine."""
        return self._builder

    def prepare(self, emit: Emit, *, rebuild: bool, frequency_hz: int, call_graph: CallGraph) -> None:
        """Check the sampler and find cargo; see ``Engine.prepare``."""
        self._local.check(emit, frequency_hz, call_graph)
        self._builder.prepare(rebuild=rebuild)

    def record(
        self, recording: Recording, plan: RecordPlan, on_line: Callable[[bytes], None], on_tick: Callable[[], None]
    ) -> Ended:
        """Run the workload as a child process; see ``Engine.record``."""
        file = recording.samples(self.sampler.file_name)
        command = sampled_command(plan, self.sampler, str(file))
        with database_directory(recording, plan.database_on) as variables:
            return run_recorded(
                recording,
                command,
                {**plan.environment, **variables},
                on_line,
                on_tick,
                generations=sampler_generations(self.sampler),
            )

    def recover(self, recording: Recording) -> Ended:
        """Wait for the process group, which was interrupted when its owner was killed; see ``Engine.recover``."""
        return stop_recorded(recording)

    def samples(self, recording: Recording) -> Iterator[bytes]:
        """Yield the sampler's file, or what its command prints from it; see ``Engine.samples``."""
        sampler = self.sampler
        files = (recording.samples(name) for name in (sampler.file_name, _EARLIER_FILE))
        file = next((file for file in files if file.exists()), None)
        if file is None:
            raise NothingRecordedError(
                f"{sampler.name} wrote no {sampler.unit}.", f"See the workload's log, and {remedy.command('doctor')}."
            )
        command = sampler.read_command(str(file))
        if command is not None:
            yield from _command_output(command, sampler.name)
            return
        with file.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk

    def counters(self, recording: Recording) -> Iterator[bytes]:
        """Yield the meter's file; see ``Engine.counters``."""
        file = recording.path / FILE
        if file.exists():
            with file.open("rb") as stream:
                while chunk := stream.read(_CHUNK):
                    yield chunk

    def discard(self, recording: Recording) -> None:
        """Remove what the workload left outside the recording's directory; see ``Engine.discard``."""
        discard_database(recording)

    def database(self, on: str | None) -> Environment:
        """Check the directory for databases; see ``Engine.database``."""
        return database_facts(self.name, on)

    def environment(self) -> Environment:
        """Facts for the run."""
        named = Environment(engine=self.name, sampler=self.sampler.name)
        return named.updated(self._local.facts()).updated(host_facts())

    def close(self) -> None:
        """Do nothing: no connection is open."""


def _command_output(command: tuple[str, ...], name: str) -> Iterator[bytes]:
    """Yield what a command prints, and kill it if the reader stops early."""
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        try:
            while chunk := process.stdout.read(_CHUNK):
                yield chunk
        except GeneratorExit:
            process.kill()
            raise
    if process.returncode:
        raise HostError(f"{name} cannot read its own recording.", f"Check the disk, and whether {name} was replaced.")
