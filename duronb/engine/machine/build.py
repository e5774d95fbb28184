"""Builds on this machine, in the cache. The user's checkout and its ``target`` are not changed."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from duronb.cache import cache_directory
from duronb.engine.cargo.commands import (
    build_environment,
    build_failure,
    locked_version,
    newest_release_probe,
    recorded_flags,
    unfit_requirement,
)
from duronb.engine.cargo.kept import KEPT_SOURCES, PARTIAL, Kept, build_key, choose_build, surplus
from duronb.engine.machine.cargo import compiler_version, installed_cargo, run_cargo
from duronb.engine.protocol import Build
from duronb.errors import HostError
from duronb.events import Emit, Event
from duronb.subject.source import BuildPlan, Source
from duronb.subject.unpack import unpack

_KEPT_BUILDS = 16
_FULL = (errno.ENOSPC, errno.EDQUOT)


class MachineBuilder:
    """cargo on this machine. Sources, target directory and builds are in the cache directory; see ``Builder``."""

    def __init__(self) -> None:
        self._cargo = ""
        self._call_graph = "fp"

    def prepare(self, *, rebuild: bool, call_graph: str) -> None:
        """Find cargo, and check that the cache can be written.

        Raises
        ------
        HostError
            cargo is not installed, or the cache cannot be written.
        """
        self._cargo, self._call_graph = installed_cargo(), call_graph
        with _writing_cache():
            for name in ("source", "built", "locks"):
                (cache_directory() / name).mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=cache_directory()) as file:
                file.write(b"\0" * 4096)
        if rebuild:
            shutil.rmtree(cache_directory() / "target", ignore_errors=True)

    def resolve_release(self, release: str) -> str:
        """Return the newest version for ``latest``; see ``Builder.resolve_release``."""
        if release != "latest":
            return release
        version = self.newest_release("*")
        if version is None:
            raise HostError("cargo did not report the newest release of Duroxide.", "Give one with --release.")
        return version

    def newest_release(self, requirement: str) -> str | None:
        """Return the newest version that fits a requirement; see ``Builder.newest_release``."""
        with tempfile.TemporaryDirectory(prefix="duronb-") as directory:
            for name, content in newest_release_probe(requirement=requirement).items():
                path = Path(directory, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            command = (self._cargo, "generate-lockfile")
            status, output = run_cargo(command, Path(directory), {}, lambda _line: None)
            if status and unfit_requirement(output):
                return None
            if status:
                raise build_failure(output)
            return locked_version(Path(directory, "Cargo.lock").read_bytes())

    def build(self, plan: BuildPlan, emit: Emit, *, rebuild: bool, seed: bytes | None = None) -> Build:
        """Build the binary of a plan, or find it built; see ``Builder.build``."""
        started = time.monotonic()
        with _writing_cache():
            return self._build(plan, emit, rebuild=rebuild, seed=None if plan.own_lock else seed, started=started)

    def _build(self, plan: BuildPlan, emit: Emit, *, rebuild: bool, seed: bytes | None, started: float) -> Build:
        source = _unpacked(plan.source, rebuild=rebuild)
        workspace = source / plan.workspace
        compiler = compiler_version(self._cargo, workspace)
        environment = build_environment(compiler, self._call_graph, os.environ)
        name = Path(plan.binary).name
        root = cache_directory() / "built"
        key = build_key(plan, compiler, environment)
        built = root / choose_build(key, seed, _builds_with(root, name), lambda build: _lock_of(root / build))
        binary = built / name
        if rebuild or not binary.is_file():
            last = cache_directory() / "locks" / f"{name}.lock"
            lock = workspace / "Cargo.lock"
            if seed is not None:
                lock.write_bytes(seed)
            elif not lock.exists() and last.exists() and not rebuild:
                # Duroxide's lock file is not in git. With the last one, two builds differ only in the subject.
                shutil.copyfile(last, lock)
            target = cache_directory() / "target"
            _claim_target(target, source)

            status, output = run_cargo(
                (self._cargo, "build", *plan.cargo_arguments),
                workspace,
                environment | {"CARGO_TARGET_DIR": str(target)},
                lambda line: emit(Event(kind="output", step="build", text=line)),
            )
            if status:
                raise build_failure(output)
            _keep_build(_built_file(target, plan.binary), lock, built)
            shutil.copyfile(lock, last)
        os.utime(built)
        _prune_directory(built.parent, _KEPT_BUILDS)
        return Build(
            binary=str(binary),
            toolchain=compiler.partition("\n")[0],
            cargo_lock=(built / "Cargo.lock").read_bytes(),
            flags=recorded_flags(environment),
            seconds=time.monotonic() - started,
        )


def _unpacked(source: Source, *, rebuild: bool) -> Path:
    """Return the directory with a source's files. It is renamed to its name when it is complete."""
    directory = cache_directory() / "source" / source.source_hash
    if rebuild:
        shutil.rmtree(directory, ignore_errors=True)
    if not directory.is_dir():
        with (
            tempfile.TemporaryDirectory(dir=directory.parent, prefix=PARTIAL) as partial,
            tempfile.TemporaryFile(dir=directory.parent) as archive,
        ):
            source.write_tar(archive)
            archive.seek(0)
            tree = Path(partial, "tree")
            unpack(archive, tree)
            tree.rename(directory)
    os.utime(directory)
    _prune_directory(directory.parent, KEPT_SOURCES)
    return directory


def _claim_target(target: Path, source: Path) -> None:
    """Make sure that cargo compiles this source, even if another source was compiled last.

    cargo identifies a crate by its path in the workspace, and detects changes by newer files. Two sources in two
    directories are the same crates to cargo, so it would not compile a source with older files.
    """
    marker = target / "duronb-source"
    try:
        if marker.read_text(encoding="ascii") == source.name:
            return
    except (OSError, ValueError):
        pass
    for directory, _, names in os.walk(source):
        for name in names:
            os.utime(Path(directory, name), follow_symlinks=False)
    target.mkdir(parents=True, exist_ok=True)
    marker.write_text(source.name, encoding="ascii")


def _builds_with(root: Path, binary: str) -> list[str]:
    """Return the names of the builds that contain a binary of this name."""
    return [path.name for path in root.iterdir() if (path / binary).is_file()]


def _lock_of(build: Path) -> bytes | None:
    try:
        return (build / "Cargo.lock").read_bytes()
    except FileNotFoundError:
        return None


def _built_file(target: Path, binary: str) -> Path:
    """Return the file that cargo built. Its directory is named after the target if cargo's configuration sets one."""
    for path in (target / binary, *sorted(target.glob(f"*/{binary}"))):
        if path.is_file():
            return path
    raise HostError(f"cargo did not build {Path(binary).name}.", "Look for 'build.target' in cargo's configuration.")


def _keep_build(binary: Path, lock: Path, built: Path) -> None:
    """Copy a binary and its lock file into the directory ``built`` atomically."""
    with tempfile.TemporaryDirectory(dir=built.parent, prefix=PARTIAL) as partial:
        tree = Path(partial, "tree")
        tree.mkdir()
        shutil.copy(binary, tree / binary.name)
        shutil.copyfile(lock, tree / "Cargo.lock")
        shutil.rmtree(built, ignore_errors=True)
        tree.rename(built)


def _prune_directory(directory: Path, kept: int) -> None:
    """Remove from a cache what the policy of ``cargo.kept`` does not keep."""
    found = [Kept(entry.name, entry.stat().st_mtime) for entry in os.scandir(directory) if entry.is_dir()]
    for name in surplus(found, kept, time.time()):
        shutil.rmtree(directory / name, ignore_errors=True)


@contextlib.contextmanager
def _writing_cache() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise HostError("The disk of duronb's cache is full.", "Free some space, or set DURONB_CACHE.") from None
        raise HostError(
            f"duronb's cache cannot be written: {error.strerror}.", "Set DURONB_CACHE to a writable directory."
        ) from None
