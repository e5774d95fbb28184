"""The native engine: cargo and Linux perf of this machine."""

from __future__ import annotations

import sys

from duronb.engine.machine.engine import MachineEngine
from duronb.errors import HostError
from duronb.events import Emit, Event
from duronb.model.record.environment import Environment
from duronb.sampling.perf import Perf, find_perf, perf_version, setting
from duronb.sampling.perf_probe import Probe, probe
from duronb.sampling.protocol import CallGraph, Sampler


class NativeEngine(MachineEngine):
    """Builds and runs on this machine, under perf."""

    def __init__(self) -> None:
        super().__init__("native", _LocalPerf())


class _LocalPerf:
    """perf on this machine; see ``LocalSampler``."""

    def __init__(self) -> None:
        self._probe: Probe | None = None

    @property
    def sampler(self) -> Sampler:
        return Perf(find_perf() or "perf")

    def check(self, emit: Emit, frequency_hz: int, call_graph: CallGraph) -> None:  # noqa: ARG002 - perf has both
        self._probe = probe(_installed_perf(), frequency_hz)
        if not self._probe.kernel:
            text = "perf sees no kernel frames: kernel.perf_event_paranoid is above 1, and this user has no privileges."
        elif not self._probe.kernel_names:
            text = "Kernel functions have no names: kernel.kptr_restrict hides them from this user."
        else:
            return
        emit(Event(kind="notice", step="prepare", text=text))

    def facts(self) -> Environment:
        perf = find_perf()
        return Environment(
            rung=self._probe.records if self._probe else None,
            kernel_samples=self._probe.kernel if self._probe else None,
            perf_version=perf_version(perf) if perf else None,
            perf_event_paranoid=setting("perf_event_paranoid"),
            kptr_restrict=setting("kptr_restrict"),
            stated=frozenset({"rung", "kernel_samples", "perf_version", "perf_event_paranoid", "kptr_restrict"}),
        )


def _installed_perf() -> str:
    """Return the path of perf.

    Raises
    ------
    HostError
        perf is not installed.
    """
    if sys.platform != "linux":
        raise HostError("The native engine needs Linux: perf is a part of it.", "Use --engine docker or embedded.")
    perf = find_perf()
    if perf is None:
        raise HostError(
            "perf is not installed.",
            "Install it (Debian: apt-get install linux-perf; Ubuntu: linux-tools-generic), or use --engine embedded.",
        )
    return perf
