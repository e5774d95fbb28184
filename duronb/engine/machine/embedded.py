"""The embedded engine: cargo of this machine, and a workload that samples itself without perf and privileges."""

from __future__ import annotations

import sys

from duronb.engine.machine.engine import MachineEngine
from duronb.errors import HostError, RequestError
from duronb.events import Emit, Event
from duronb.model.record.environment import Environment
from duronb.sampling.embedded import NOTICE, Embedded
from duronb.sampling.protocol import CallGraph, Sampler


class EmbeddedEngine(MachineEngine):
    """Builds and runs on this machine; the bundled workload takes the samples."""

    def __init__(self) -> None:
        super().__init__("embedded", _LocalEmbedded())


class _LocalEmbedded:
    """The bundled workload's sampler on this machine; see ``LocalSampler``."""

    sampler: Sampler = Embedded()

    def check(self, emit: Emit, frequency_hz: int, call_graph: CallGraph) -> None:  # noqa: ARG002 - the kernel's tick limits it
        if sys.platform == "win32":
            raise HostError("The embedded sampler needs Linux or macOS.", "Use --engine docker.")
        if call_graph not in self.sampler.call_graphs:
            raise RequestError("The embedded sampler has no DWARF call graphs.", "Drop --call-graph dwarf.")
        # Only output: the run gets a notice with the frequency that the sampler achieved.
        emit(Event(kind="output", step="prepare", text=NOTICE))

    def facts(self) -> Environment:
        return Environment(rung="no privilege")
