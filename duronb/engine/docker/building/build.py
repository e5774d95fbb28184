"""Builds in the build container. Each build is kept, and no other build replaces it."""

from __future__ import annotations

import io
import os
import platform
import posixpath
import tarfile
import time
from collections.abc import Mapping, Sequence

from duronb.engine.cargo.commands import build_environment, recorded_flags
from duronb.engine.cargo.failures import build_failure, is_disk_full, registry_unreachable
from duronb.engine.cargo.identity import BinaryIdentity
from duronb.engine.cargo.kept import PARTIAL, build_key, choose_build
from duronb.engine.cargo.messages import compiled_packages
from duronb.engine.cargo.settings import BuildSettings, deciding_variables, describe_command, read_settings
from duronb.engine.cargo.unused import unused_configuration
from duronb.engine.docker.building.build_container import BuildContainer, Finished
from duronb.engine.docker.building.image import looks_offline, network_hint
from duronb.engine.docker.building.prune import prune
from duronb.engine.docker.building.sources import prune_sources, send_source
from duronb.engine.docker.client import disk_full
from duronb.engine.docker.container import TARGET
from duronb.engine.protocol import Build, BuildPlan
from duronb.errors import BuildError, HostError
from duronb.events import Emit, Event
from duronb.quoting import quoted
from duronb.shell import shell_command
from duronb.subject.cargo_lock import lock_hash

_KEPT_BUILDS = 64
_KEPT_OBJECTS = 2
"""Number of cargo's target directories that are kept, one for each tools image."""
_BUILT = f"{TARGET}/built"
_SEEDS = "/tmp/duronb-seeds"  # noqa: S108 - in the build container, which is removed with its session

_NO_BINARY = 66
"""Exit code of ``build.sh`` if cargo did not build the binary, or built it for several targets."""
_NO_WRAPPERS = {"RUSTC_WRAPPER": "", "RUSTC_WORKSPACE_WRAPPER": "", "CARGO_BUILD_RUSTC_WRAPPER": ""}
"""Variables that disable wrappers of rustc such as sccache: one of the subject's configuration is not in the image."""
_SHOWN = 4


class CargoBuild:
    """Builds in one container.

    Parameters
    ----------
    container
        The build container, in which cargo runs.
    image_id
        Id of the tools image. Object files of other images are not reused, since the C library may differ.
    """

    def __init__(self, container: BuildContainer, image_id: str) -> None:
        self._container = container
        self._image_id = image_id
        toolchain = container.must(_script("toolchain"), "find Rust in the tools image").decode().strip()
        if toolchain:
            container.environment["RUSTUP_TOOLCHAIN"] = toolchain
        self._objects = f"{TARGET}/cargo/{image_id.removeprefix('sha256:')[:16]}"

    def build(self, plan: BuildPlan, emit: Emit, *, rebuild: bool, seed: bytes | None = None) -> Build:
        """Build the binary of a plan, or find it built; see ``Builder.build``.

        Raises
        ------
        BuildError, HostError
            cargo failed, has no network, or the disk is full.
        """
        started = time.monotonic()
        seed = None if plan.own_lock else seed
        source = send_source(self._container, plan.source, anew=rebuild)
        directory = posixpath.normpath(posixpath.join(source, plan.workspace))
        settings = self._settings(plan, directory)
        _emit_unused(plan, settings, emit)
        variables = build_environment(settings) | _NO_WRAPPERS
        key = build_key(plan, settings, variables, self._image_id)
        name = choose_build(key, seed, [] if seed is None else self._builds_with(plan.binary), self._lock_of)
        build = f"{_BUILT}/{name}"
        if rebuild:
            old = [build, self._objects, self._last_lock(plan)]
            self._container.must(["rm", "-rf", "--", *old], "remove what was built before")
        reuse = _script("reuse_build", build, plan.binary, self._objects)
        if not rebuild and self._container.run(reuse).exit_code == 0:
            emit(Event(kind="output", step="build", text="Unchanged since it was built: nothing to do"))
        else:
            subject = (self._objects, plan.source.source_hash, source, plan.kind, plan.binary)
            places = (build, f"{_BUILT}/{PARTIAL}{name}", self._last_lock(plan))
            script = _script("build", *subject, *places, "" if seed is None else self._put_seed(seed))
            self._run_cargo(plan, (*script, *plan.cargo_arguments), directory, variables, emit)
            self._prune()
        described = self._container.must(_script("read_build", build), "read what was built")
        sha256, build_id, rest = described.split(b"\n", 2)
        packages, _, cargo_lock = (b"\n" + rest).partition(b"\n\n")
        return Build(
            binary=f"{build}/{plan.binary}",
            toolchain=settings.compiler.partition("\n")[0],
            cargo_lock=cargo_lock,
            packages=compiled_packages(packages.decode("utf-8", "replace").splitlines()),
            flags=recorded_flags(variables),
            settings=settings.stated,
            identity=BinaryIdentity(sha256.decode(), build_id.decode() or None),
            seconds=time.monotonic() - started,
        )

    def _settings(self, plan: BuildPlan, directory: str) -> BuildSettings:
        """Ask cargo what it would build with in the directory of the build."""
        command = describe_command("cargo", *plan.cargo_arguments)
        finished = self._container.run(command, directory=directory, environment=_NO_WRAPPERS)
        if finished.exit_code:
            raise cargo_error(finished)
        return read_settings(finished.output, {})

    def _builds_with(self, binary: str) -> list[str]:
        """Return the names of the builds that contain a binary of this name."""
        find = ["find", _BUILT, "-mindepth", "2", "-maxdepth", "2", "-type", "f", "-perm", "/111", "-printf", r"%P\n"]
        self._container.must(["mkdir", "-p", "--", _BUILT], "look for what was built before")
        found = self._container.must(find, "look for what was built before").decode("utf-8", "surrogateescape")
        return [name for name, _, file in (line.partition("/") for line in found.splitlines()) if file == binary]

    def _lock_of(self, name: str) -> bytes | None:
        lock = self._container.run(["cat", "--", f"{_BUILT}/{name}/Cargo.lock"])
        return None if lock.exit_code else lock.output

    def _put_seed(self, seed: bytes) -> str:
        """Copy a lock file to the build container, and return its path there."""
        name, doing = f"{lock_hash(seed)}.lock", "send Cargo.lock to the engine"
        self._container.must(["mkdir", "-p", "--", _SEEDS], doing)
        with io.BytesIO() as archive:
            with tarfile.open(fileobj=archive, mode="w") as tar:
                member = tarfile.TarInfo(name)
                member.size = len(seed)
                tar.addfile(member, io.BytesIO(seed))
            archive.seek(0)
            self._container.put(_SEEDS, archive, doing)
        return f"{_SEEDS}/{name}"

    def _run_cargo(
        self, plan: BuildPlan, script: Sequence[str], directory: str, variables: Mapping[str, str], emit: Emit
    ) -> None:
        finished = self._container.run(
            script,
            directory=directory,
            # Without the second variable, intermediate files could be where the subject's configuration puts them.
            environment={
                **variables,
                "CARGO_TARGET_DIR": self._objects,
                "CARGO_BUILD_BUILD_DIR": self._objects,
                "BUILD_OWNER": f"process {os.getpid()} on {platform.node()}",
            },
            on_line=lambda line: emit(Event(kind="output", step="build", text=line)),
        )
        if finished.exit_code == _NO_BINARY:
            raise BuildError(
                f"cargo did not build one {plan.binary}.",
                "Check the name of the binary, and that 'build.target' in cargo's configuration is one target.",
                finished.text[-2000:],
            )
        if finished.exit_code:
            raise cargo_error(finished)

    def _last_lock(self, plan: BuildPlan) -> str:
        return f"{TARGET}/locks/{posixpath.basename(plan.binary)}.lock"

    def _prune(self) -> None:
        prune_sources(self._container)
        prune(self._container, _BUILT, _KEPT_BUILDS)
        prune(self._container, posixpath.dirname(self._objects), _KEPT_OBJECTS)


def _emit_unused(plan: BuildPlan, settings: BuildSettings, emit: Emit) -> None:
    """Emit which settings of this machine and of the source a build in a container does not use."""
    for text in [] if plan.origin is None else unused_configuration(plan.origin, []):
        emit(Event(kind="notice", step="build", text=text))
    unused = deciding_variables(os.environ)
    if unused:
        names = ", ".join(quoted(name) for name in unused[:_SHOWN]) + (" and others" if len(unused) > _SHOWN else "")
        text = f"The build in a container does not use the environment variables of this machine: {names}."
        emit(Event(kind="notice", step="build", text=text))
    if settings.toolchain_files:
        compiler = settings.compiler.partition("\n")[0]
        text = f"{settings.toolchain_files[0]} is not used, because the tools image has its own toolchain: {compiler}."
        emit(Event(kind="notice", step="build", text=text))


def cargo_error(finished: Finished) -> Exception:
    """Return the error for a cargo command that failed in the build container."""
    text = finished.text
    if is_disk_full(text):
        return disk_full("finish the build")
    if registry_unreachable(text) and looks_offline(text):
        return HostError("cargo could not reach the crates registry.", network_hint())
    if finished.exit_code == 137:
        message = "The compiler was killed, probably because the memory was full."
        return HostError(message, "Give the engine more memory.")
    return build_failure(text)


def _script(name: str, *arguments: str) -> Sequence[str]:
    return shell_command("duronb.engine.docker", name, *arguments)
