"""What a sampler is to subjects, engines and readers. Each sampler is one module beside this one."""

from __future__ import annotations

from typing import Protocol

from duronb.request import CallGraph

__all__ = ["CallGraph", "Sampler"]


class Sampler(Protocol):
    """What takes the samples while a workload runs: the words around its command, and how its file is read."""

    @property
    def name(self) -> str:
        """The name under which runs store it."""

    @property
    def reader(self) -> str:
        """The reader in ``duronb.ingest.samples`` that understands what ``read_command`` prints."""

    @property
    def unit(self) -> str:
        """What it counts, in the plural: ``samples``."""

    @property
    def file_name(self) -> str:
        """Name of the file that it writes into the directory of a recording."""

    @property
    def needs_permission(self) -> bool:
        """Whether the kernel, or the engine for it, may refuse to let it sample."""

    @property
    def bundled_features(self) -> tuple[str, ...] | None:
        """Features of the bundled crate that it needs; ``None`` where it can sample any program."""

    @property
    def call_graphs(self) -> frozenset[CallGraph]:
        """The kinds of call graph that it records."""

    def prefix(self, file: str, frequency_hz: int, call_graph: CallGraph) -> tuple[str, ...]:
        """Return the words before the workload's command; they end the sampler's own options."""

    def arguments(self, file: str, frequency_hz: int) -> tuple[str, ...]:
        """Return the words after the workload's command."""

    def read_command(self, file: str) -> tuple[str, ...] | None:
        """Return the command that prints a recorded file for ``reader``; ``None`` where the reader takes the file."""
