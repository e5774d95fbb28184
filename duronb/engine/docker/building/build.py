"""Builds in the build container. Each build is kept, and no other build replaces it."""

from __future__ import annotations

import io
import os
import platform
import posixpath
import tarfile
import time
from collections.abc import Sequence

from duronb.engine.cargo.commands import (
    build_environment,
    build_failure,
    is_disk_full,
    recorded_flags,
    registry_unreachable,
)
from duronb.engine.cargo.kept import PARTIAL, build_key, choose_build
from duronb.engine.docker.building.build_container import BuildContainer, Finished
from duronb.engine.docker.building.image import looks_offline, network_hint
from duronb.engine.docker.building.prune import prune
from duronb.engine.docker.building.sources import prune_sources, send_source
from duronb.engine.docker.client import disk_full
from duronb.engine.docker.container import TARGET
from duronb.engine.protocol import Build, BuildPlan
from duronb.errors import BuildError, HostError
from duronb.events import Emit, Event
from duronb.shell import shell_command
from duronb.subject.cargo_lock import lock_hash

_KEPT_BUILDS = 64
_KEPT_OBJECTS = 2
"""Number of cargo's target directories that are kept, one for each tools image."""
_BUILT = f"{TARGET}/built"
_SEEDS = "/tmp/duronb-seeds"  # noqa: S108 - in the build container, which is removed with its session

_NO_BINARY = 66
"""Exit code of ``build.sh`` if cargo did not build the binary."""


class CargoBuild:
    """Builds in one container.

    Parameters
    ----------
    container
        The build container, in which cargo runs.
    image_id
        Id of the tools image. Object files of other images are not reused, since the C library may differ.
    call_graph
        ``fp`` or ``dwarf``.
    """

    def __init__(self, container: BuildContainer, image_id: str, call_graph: str) -> None:
        self._container = container
        self._image_id = image_id
        output = container.must(_script("toolchain"), "find Rust in the tools image").decode()
        toolchain, _, verbose = output.partition("\n")
        if toolchain:
            container.environment["RUSTUP_TOOLCHAIN"] = toolchain
        self._verbose = verbose
        self._objects = f"{TARGET}/cargo/{image_id.removeprefix('sha256:')[:16]}"
        self._variables = build_environment(verbose, call_graph)
        self.toolchain = verbose.partition("\n")[0]
        """First line of ``rustc --version``."""

    def build(self, plan: BuildPlan, emit: Emit, *, rebuild: bool, seed: bytes | None = None) -> Build:
        """Build the binary of a plan, or find it built; see ``Builder.build``.

        Raises
        ------
        BuildError, HostError
            cargo failed, has no network, or the disk is full.
        """
        started = time.monotonic()
        seed = None if plan.own_lock else seed
        binary = posixpath.basename(plan.binary)
        key = build_key(plan, self._verbose, self._variables, self._image_id)
        name = choose_build(key, seed, [] if seed is None else self._builds_with(binary), self._lock_of)
        build = f"{_BUILT}/{name}"
        if not rebuild:
            found = self._container.run(_script("reuse_build", build, binary))
            if found.exit_code == 0:
                emit(Event(kind="output", step="build", text="Unchanged since it was built: nothing to do"))
                return self._build_result(f"{build}/{binary}", found.output, started)
        else:
            old = [build, self._objects, self._last_lock(plan)]
            self._container.must(["rm", "-rf", "--", *old], "remove what was built before")
        directory = send_source(self._container, plan.source, anew=rebuild)
        self._run_cargo(plan, directory, name, emit, "" if seed is None else self._put_seed(seed))
        cargo_lock = self._container.must(["cat", "--", f"{build}/Cargo.lock"], "read Cargo.lock")
        self._prune()
        return self._build_result(f"{build}/{binary}", cargo_lock, started)

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

    def _run_cargo(self, plan: BuildPlan, source: str, name: str, emit: Emit, seed: str) -> None:
        # In the order of the parameters that build.sh names.
        subject = (self._objects, plan.source.source_hash, source, plan.binary)
        places = (f"{_BUILT}/{name}", f"{_BUILT}/{PARTIAL}{name}", self._last_lock(plan), seed)
        finished = self._container.run(
            _script("build", *subject, *places, *plan.cargo_arguments),
            directory=posixpath.normpath(posixpath.join(source, plan.workspace)),
            environment={
                **self._variables,
                "CARGO_TARGET_DIR": self._objects,
                "BUILD_OWNER": f"process {os.getpid()} on {platform.node()}",
            },
            on_line=lambda line: emit(Event(kind="output", step="build", text=line)),
        )
        if finished.exit_code == _NO_BINARY:
            raise BuildError(
                f"cargo did not build {plan.binary}.", "Check the name of the binary.", finished.text[-2000:]
            )
        if finished.exit_code:
            raise cargo_error(finished)

    def _last_lock(self, plan: BuildPlan) -> str:
        return f"{TARGET}/locks/{posixpath.basename(plan.binary)}.lock"

    def _prune(self) -> None:
        prune_sources(self._container)
        prune(self._container, _BUILT, _KEPT_BUILDS)
        prune(self._container, posixpath.dirname(self._objects), _KEPT_OBJECTS)

    def _build_result(self, binary: str, cargo_lock: bytes, started: float) -> Build:
        return Build(
            binary=binary,
            toolchain=self.toolchain,
            cargo_lock=cargo_lock,
            flags=recorded_flags(self._variables),
            seconds=time.monotonic() - started,
        )


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
