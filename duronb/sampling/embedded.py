"""The sampler inside the bundled workload. It needs no permission and no other program."""

from __future__ import annotations

from dataclasses import dataclass

from duronb.sampling.protocol import CallGraph

NOTICE = "The workload samples itself: user frames only, and at most one sample per kernel tick (mostly 250 Hz)."


@dataclass(frozen=True, slots=True)
class Embedded:
    """The sampler inside the bundled workload; see ``Sampler``."""

    name = "embedded"
    reader = "embedded"
    unit = "samples"
    file_name = "samples.raw"
    needs_permission = False
    bundled_features = ("sampler",)

    @property
    def call_graphs(self) -> frozenset[CallGraph]:
        """Frame pointers only."""
        return frozenset({"fp"})

    def prefix(self, file: str, frequency_hz: int, call_graph: CallGraph) -> tuple[str, ...]:  # noqa: ARG002
        """Return an empty prefix: the workload is started directly."""
        return ()

    def arguments(self, file: str, frequency_hz: int) -> tuple[str, ...]:
        """Return the options with which the bundled workload writes samples of itself to ``file``."""
        return ("--sample-file", file, "--sample-frequency", str(frequency_hz))

    def read_command(self, file: str) -> tuple[str, ...] | None:  # noqa: ARG002
        """Return ``None``: the reader reads the file directly."""
        return None
