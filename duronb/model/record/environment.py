"""The environment of a run: where it was measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from duronb.model.record.part import RecordPart

BUSY_LOAD = 0.5
"""Load before the start, in runnable processes per core, above which a notice says that the machine was busy."""


@dataclass(frozen=True, kw_only=True)
class Load(RecordPart):
    """How busy the machine was; ``None`` if the system does not state it.

    Parameters
    ----------
    load_1, load_5
        Load averages of 1 and 5 minutes, in runnable processes.
    cpu_pressure_10
        Percent of the last 10 seconds in which some process waited for a CPU.
    """

    part: ClassVar[str] = "environment.load"

    load_1: float | None = None
    load_5: float | None = None
    cpu_pressure_10: float | None = None


@dataclass(frozen=True, kw_only=True)
class Environment(RecordPart):
    """Engine, sampler, machine and build of a run; ``None`` for what is unknown or does not apply.

    Parameters
    ----------
    engine
        ``docker``, ``native``, ``embedded`` or ``import``.
    engine_choice
        Why this engine, as a sentence.
    sampler
        ``perf`` or ``embedded``.
    rung
        docker: rung of the permission ladder. native: what perf may record, in words. embedded: ``no privilege``.
    rungs
        docker: every rung that was tried, and what it records or why it was refused.
    kernel_samples
        native: perf may sample the kernel.
    event
        What was counted, such as ``cycles``.
    perf_version
        Version of perf.
    perf_event_paranoid, kptr_restrict
        The kernel's settings; text where the kernel's answer is not an integer.
    system, kernel, operating_system, architecture
        Of the machine that ran the workload.
    cpu, cores, memory_mb
        Name of its processor, number of logical processors, memory in MiB.
    host
        Name of the machine, for imported results that state it.
    database_on
        Where the database was, if the request or the engine chose it: ``volume``, ``overlay``, ``tmpfs``, or the path
        of a directory.
    tmp_filesystem
        File system type of the directory with the database.
    tmp
        docker, earlier versions only, which did not state ``tmp_filesystem``: ``tmpfs`` and its size.
    tmp_mb
        docker: size of the tmpfs with the database, in MiB.
    engine_version, engine_id, endpoint
        docker: version and id of the engine, and how it is reached.
    image, image_id, base_image, build_network
        docker: the image of tools, what it is built from, and the network of the build.
    toolchain
        First line of ``rustc --version``.
    flags
        Compiler flags by environment variable.
    build_settings
        Other variables and values of cargo's configuration that decided the build, by name. The values of the tables
        ``env``, ``patch``, ``paths`` and ``source`` are hashes.
    binary_sha256, build_id
        SHA-256 (hex) of the binary that ran, and its GNU build id (hex) if it has one.
    build_source
        SHA-256 (hex) of everything that was built, the bundled workload included.
    dependencies_sha256
        SHA-256 (hex) of the locked packages other than the subject.
    compiled_packages
        The packages that cargo compiled, without the subject and its workspace: ``NAME VERSION, …``, sorted.
    load_before, load_after
        How busy the machine was before the start and after the end.
    """

    part: ClassVar[str] = "environment"

    engine: str | None = None
    engine_choice: str | None = None
    sampler: str | None = None
    rung: str | None = None
    rungs: Mapping[str, str] | None = None
    kernel_samples: bool | None = None
    event: str | None = None
    perf_version: str | None = None
    perf_event_paranoid: int | str | None = None
    kptr_restrict: int | str | None = None
    system: str | None = None
    kernel: str | None = None
    operating_system: str | None = None
    architecture: str | None = None
    cpu: str | None = None
    cores: int | None = None
    memory_mb: int | None = None
    host: str | None = None
    database_on: str | None = None
    tmp_filesystem: str | None = None
    tmp: str | None = None
    tmp_mb: int | None = None
    engine_version: str | None = None
    engine_id: str | None = None
    endpoint: str | None = None
    image: str | None = None
    image_id: str | None = None
    base_image: str | None = None
    build_network: str | None = None
    toolchain: str | None = None
    flags: Mapping[str, str] | None = None
    build_settings: Mapping[str, str] | None = None
    binary_sha256: str | None = None
    build_id: str | None = None
    build_source: str | None = None
    dependencies_sha256: str | None = None
    compiled_packages: str | None = None
    load_before: Load | None = None
    load_after: Load | None = None

    @property
    def database_filesystem(self) -> str | None:
        """File system type of the directory with the database. Earlier runs in Docker state it in ``tmp``."""
        if self.tmp_filesystem is None and self.tmp:
            return self.tmp.partition(",")[0].strip() or None
        return self.tmp_filesystem

    @property
    def database(self) -> str | None:
        """What the database was on, such as ``ext4 (volume)``; ``None`` if the run does not state it."""
        filesystem = self.database_filesystem
        if filesystem is None or self.database_on in (None, filesystem):
            return filesystem or self.database_on
        return f"{filesystem} ({self.database_on})"

    @property
    def database_in_memory(self) -> bool:
        """Whether the files of the database were in memory, so that no disk was measured."""
        return self.database_filesystem in ("tmpfs", "ramfs")

    @property
    def busy(self) -> bool:
        """Whether the load before the start is known to have been above ``BUSY_LOAD`` for each core."""
        load = None if self.load_before is None else self.load_before.load_1
        return load is not None and bool(self.cores) and load > BUSY_LOAD * (self.cores or 0)
