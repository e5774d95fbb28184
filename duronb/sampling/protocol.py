"""The protocol of samplers, for subjects, engines and readers. Each sampler is one module of this package."""

from __future__ import annotations

from typing import Protocol

from duronb.request import CallGraph

__all__ = ["CallGraph", "Sampler"]


class Sampler(Protocol):
    """Takes the samples while a workload runs: what surrounds the workload's command, and how its file is read."""

    @property
    def name(self) -> str:
        """Name of the sampler in stored runs."""

    @property
    def reader(self) -> str:
        """Name of the reader in ``duronb.ingest.samples`` for what ``read_command`` prints."""

    @property
    def unit(self) -> str:
        """Name of what it counts, in the plural: ``samples``."""

    @property
    def file_name(self) -> str:
        """Name of its file in the directory of a recording."""

    @property
    def needs_permission(self) -> bool:
        """Whether the kernel or the engine may refuse it permission to sample."""

    @property
    def bundled_features(self) -> tuple[str, ...] | None:
        """Features of the bundled crate that it needs; ``None`` if it can sample any program."""

    @property
    def call_graphs(self) -> frozenset[CallGraph]:
        """The kinds of call graph that it records."""

    def prefix(self, file: str, frequency_hz: int, call_graph: CallGraph) -> tuple[str, ...]:
        """Return the arguments before the workload's command. They end the options of the sampler."""

    def arguments(self, file: str, frequency_hz: int) -> tuple[str, ...]:
        """Return the arguments after the workload's command."""

    def read_command(self, file: str) -> tuple[str, ...] | None:
        """Return the command that prints a recorded file for ``reader``; ``None`` if the reader reads the file."""
