"""The protocols of engines and builders, and the values that subject, engine and capture exchange."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from duronb.engine.cargo.identity import BinaryIdentity
from duronb.engine.recording import Recording
from duronb.events import Emit
from duronb.model.record.environment import Environment
from duronb.sampling.protocol import CallGraph, Sampler
from duronb.subject.source import BuildPlan, Source

__all__ = [
    "DEFAULT_ENVIRONMENT",
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

DEFAULT_ENVIRONMENT = {"RUST_LOG": "info"}
"""Variables of a workload, unless others are set.

Without the level, the log of an example has no lines of the runtime, and its lock warnings cannot be counted.
"""

PROGRESS_MARK = b"\x1e"
"""First byte of the bundled workload's progress lines, which do not belong to its log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """A built workload.

    Parameters
    ----------
    binary
        Path of the binary in the engine. Other builds do not replace it; it exists until caches are cleaned.
    toolchain
        First line of ``rustc --version``.
    cargo_lock
        The lock file that was used.
    packages
        The packages that cargo compiled, ``NAME VERSION, …``; see ``cargo.messages.compiled_packages``. ``None`` if
        they are not known.
    flags
        The ``RUSTFLAGS`` and ``CFLAGS`` that were used.
    settings
        Other variables and configuration values that decided the build, by name.
    identity
        The identity of the binary.
    seconds
        Wall time of the build step.
    """

    binary: str
    toolchain: str
    cargo_lock: bytes
    packages: str | None
    flags: Mapping[str, str]
    settings: Mapping[str, str]
    identity: BinaryIdentity
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPlan:
    """What to run under the sampler.

    Parameters
    ----------
    command
        Path of the binary in the engine, and its arguments.
    frequency_hz, call_graph
        As in the request.
    repeat_seconds
        Repeat the command for this time, since an example exits within milliseconds; ``None`` to run it once.
    environment
        Variables set for the workload.
    database_on
        What the workload's database is on, as for ``Engine.database``.
    """

    command: tuple[str, ...]
    frequency_hz: int
    call_graph: CallGraph
    repeat_seconds: int | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    database_on: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a recording ended.

    Parameters
    ----------
    exit_code
        Exit code of the workload; 128 + n if signal n ended it.
    interrupted
        The user stopped it.
    """

    exit_code: int
    interrupted: bool = False


class Builder(Protocol):
    """Runs cargo: finds published releases and builds workloads."""

    def resolve_release(self, release: str) -> str:
        """Return the newest version for ``latest``, and any other version unchanged.

        Raises
        ------
        RequestError, HostError
            No release is published, or the crates registry cannot be reached.
        """

    def newest_release(self, requirement: str) -> str | None:
        """Return the newest published release that fits a cargo requirement, such as ``<0.1.30``, or ``None``.

        Raises
        ------
        HostError
            The crates registry cannot be reached.
        """

    def build(self, plan: BuildPlan, emit: Emit, *, rebuild: bool, seed: bytes | None = None) -> Build:
        """Copy the source to the engine, unless it is there, and build it with cargo.

        Parameters
        ----------
        plan
            What to build.
        emit
            Called with cargo's output.
        rebuild
            Build again, even if nothing changed.
        seed
            The ``Cargo.lock`` that cargo starts from if the source contains none; ``None`` for that of the last
            workload of this name. A binary that was built from other locked versions is not reused.

        Raises
        ------
        BuildError
            cargo failed; its output is in the error.
        """


class Engine(Protocol):
    """Builds and runs workloads. One object serves one session: call ``prepare`` first and ``close`` last."""

    @property
    def name(self) -> EngineName:
        """Name of the engine."""

    @property
    def sampler(self) -> Sampler:
        """The sampler. Known after ``prepare``, since an engine may fall back to a sampler that needs no permission."""

    @property
    def builder(self) -> Builder:
        """The builder of this engine. Known after ``prepare``."""

    def prepare(self, emit: Emit, *, rebuild: bool, frequency_hz: int, call_graph: CallGraph) -> None:
        """Prepare what a build and a recording need: tools, permissions, the sampler.

        Raises
        ------
        HostError
            The engine does not work here; the remedy says what to install or start.
        """

    def database(self, on: str | None) -> Environment:
        """Return what the workload's databases will be on: ``database_on`` and ``tmp_filesystem``. See ``prepare``.

        Parameters
        ----------
        on
            ``volume``, ``overlay`` or ``tmpfs`` in a container; the absolute path of a directory; ``None`` for the
            default of the engine.

        Raises
        ------
        RequestError, HostError
            The engine does not have it, or no files can be made there.
        """

    def record(
        self, recording: Recording, plan: RecordPlan, on_line: Callable[[bytes], None], on_tick: Callable[[], None]
    ) -> Ended:
        """Run the workload under the sampler until it ends. KeyboardInterrupt stops it with SIGINT.

        Every line that it prints is appended to ``recording.log`` and passed to ``on_line``, progress lines to
        ``on_line`` only. ``on_tick`` is called about twice a second. Afterwards ``samples`` reads the samples, also
        in another process.
        """

    def recover(self, recording: Recording) -> Ended:
        """Stop a recording whose owner was killed, and complete its log."""

    def samples(self, recording: Recording) -> Iterator[bytes]:
        """Yield the raw samples in chunks, in the format that the sampler's reader expects."""

    def counters(self, recording: Recording) -> Iterator[bytes]:
        """Yield the file of the meter in chunks, for ``read_counters``; nothing if CPU time was not measured."""

    def discard(self, recording: Recording) -> None:
        """Remove the containers, volumes and databases of a recording. It is not an error if they do not exist."""

    def environment(self) -> Environment:
        """Return what the run states about the engine, the sampler and the machine."""

    def close(self) -> None:
        """Release connections and helper containers."""
