"""The protocol of engines, and the values that subject, engine and capture exchange."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from duronb.engine.recording import Recording
from duronb.events import Emit
from duronb.model.record.environment import Environment
from duronb.sampling.protocol import CallGraph, Sampler
from duronb.subject.source import BuildPlan, Source

__all__ = [
    "PROGRESS_MARK",
    "Build",
    "BuildPlan",
    "Builder",
    "Ended",
    "Engine",
    "EngineName",
    "RecordPlan",
    "Sampler",
    "Source",
]

EngineName = Literal["docker", "native", "embedded"]

PROGRESS_MARK = b"\x1e"
"""First byte of the bundled workload's progress lines, which are no part of its log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """A built workload.

    Parameters
    ----------
    binary
        Its path where the engine runs it. It stays there, whatever else is built, until caches are cleaned.
    toolchain
        First line of ``rustc --version``.
    cargo_lock
        The lock file that was used.
    flags
        The ``RUSTFLAGS`` and ``CFLAGS`` that were used.
    seconds
        Wall time of the build step.
    """

    binary: str
    toolchain: str
    cargo_lock: bytes
    flags: Mapping[str, str]
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPlan:
    """What is run under the sampler.

    Parameters
    ----------
    command
        The binary's path as the engine knows it, and its arguments.
    frequency_hz, call_graph
        As in the request.
    repeat_seconds
        Run the command again and again for this long (an example ends in milliseconds); ``None`` runs it once.
    environment
        Variables set for the workload.
    """

    command: tuple[str, ...]
    frequency_hz: int
    call_graph: CallGraph
    repeat_seconds: int | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a recording ended.

    Parameters
    ----------
    exit_code
        Of the workload; 128 + n where signal n ended it.
    interrupted
        The user stopped it.
    """

    exit_code: int
    interrupted: bool = False


class Builder(Protocol):
    """Where cargo runs: it knows the published releases and builds workloads."""

    def resolve_release(self, release: str) -> str:
        """Turn ``latest`` into a version; return any other version as it is.

        Raises
        ------
        RequestError, HostError
            Nothing is published, or the crates registry cannot be reached.
        """

    def newest_release(self, requirement: str) -> str | None:
        """Return the newest published release that fits a requirement of cargo's, such as ``<0.1.30``, or ``None``.

        Raises
        ------
        HostError
            The crates registry cannot be reached.
        """

    def build(self, plan: BuildPlan, emit: Emit, *, rebuild: bool, seed: bytes | None = None) -> Build:
        """Bring the source to the engine, unless it is there, and let cargo build it.

        Parameters
        ----------
        plan
            What is built.
        emit
            Takes cargo's output.
        rebuild
            Build even what is built.
        seed
            The ``Cargo.lock`` that cargo starts from where the source brings none; without it, the last one of a
            workload of this name. A binary that was built from other versions is not returned.

        Raises
        ------
        BuildError
            cargo failed; its output is in the error.
        """


class Engine(Protocol):
    """Where workloads are built and run. One object serves one session; ``prepare`` comes first, ``close`` last."""

    @property
    def name(self) -> EngineName:
        """Which engine this is."""

    @property
    def sampler(self) -> Sampler:
        """What takes the samples. Known after ``prepare``: an engine falls back to one that needs no permission."""

    @property
    def builder(self) -> Builder:
        """Who builds for this engine. Known after ``prepare``."""

    def prepare(self, emit: Emit, *, rebuild: bool, frequency_hz: int, call_graph: CallGraph) -> None:
        """Make ready what is needed before a build: tools, permissions, the sampler.

        Raises
        ------
        HostError
            The engine cannot work here; the remedy says what to install or start.
        """

    def record(
        self, recording: Recording, plan: RecordPlan, on_line: Callable[[bytes], None], on_tick: Callable[[], None]
    ) -> Ended:
        """Run the workload under the sampler until it ends, or until KeyboardInterrupt, which stops it gently.

        Every line that it prints is appended to ``recording.log`` and given to ``on_line``; ``on_tick`` is called
        about twice a second. Afterwards ``samples`` finds the samples, also in another process.
        """

    def recover(self, recording: Recording) -> Ended:
        """Stop a recording whose owner was killed, and complete its log."""

    def samples(self, recording: Recording) -> Iterator[bytes]:
        """Yield the raw samples as chunks of text, as the sampler's reader takes them."""

    def discard(self, recording: Recording) -> None:
        """Remove whatever the recording left in the engine: containers, volumes. Never raises for what is gone."""

    def environment(self) -> Environment:
        """Return what the run states about the engine, the sampler and the machine."""

    def close(self) -> None:
        """Release connections and helper containers."""
