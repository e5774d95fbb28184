"""Builds on this machine, in the cache. The user's checkout and its ``target`` are not changed."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from duronb.cache import cache_directory
from duronb.engine.cargo.commands import (
    build_environment,
    locked_version,
    newest_release_probe,
    recorded_flags,
)
from duronb.engine.cargo.failures import build_failure, unfit_requirement
from duronb.engine.cargo.identity import binary_identity
from duronb.engine.cargo.kept import KEPT_SOURCES, PARTIAL, Kept, build_key, choose_build, surplus
from duronb.engine.cargo.messages import MESSAGE_FORMAT, PACKAGES, built_executable, compiled_packages, package_ids
from duronb.engine.cargo.settings import BuildSettings, describe_command, read_settings
from duronb.engine.cargo.unused import cargo_home, unused_configuration
from duronb.engine.machine.cargo import installed_cargo, overridden_toolchain, run_cargo, run_program
from duronb.engine.protocol import Build
from duronb.errors import HostError
from duronb.events import Emit, Event
from duronb.subject.source import BuildPlan, Source
from duronb.subject.unpack import unpack

_KEPT_BUILDS = 16
_LAST_SOURCE, _LAST_BUILD = "duronb-source", "duronb-build"
"""Files in the target directory with the hash of the source that cargo compiled last, and the name of the build."""
_FULL = (errno.ENOSPC, errno.EDQUOT)


class MachineBuilder:
    """cargo on this machine. Sources, target directory and builds are in the cache directory; see ``Builder``."""

    def __init__(self) -> None:
        self._cargo = ""

    def prepare(self, *, rebuild: bool) -> None:
        """Find cargo, and check that the cache can be written.

        Raises
        ------
        HostError
            cargo is not installed, or the cache cannot be written.
        """
        self._cargo = installed_cargo()
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
        if plan.origin is not None:
            read_in = [cargo_home(), *(parent / ".cargo" for parent in workspace.resolve().parents)]
            for text in unused_configuration(plan.origin, read_in):
                emit(Event(kind="notice", step="build", text=text))
        toolchain = {} if plan.origin is None else overridden_toolchain(plan.origin, source)
        settings = self._settings(plan, workspace, toolchain)
        environment = build_environment(settings) | toolchain
        root = cache_directory() / "built"
        key = build_key(plan, settings, environment)
        built = root / choose_build(key, seed, _builds_with(root, plan.binary), lambda build: _lock_of(root / build))
        binary = built / plan.binary
        target = cache_directory() / "target"
        # cargo knows more of what decides a build than the key, and answers at once if this was its last build. After
        # another build it would compile again, so only then the key decides.
        if rebuild or not binary.is_file() or _read_marker(target, _LAST_BUILD) == built.name:
            last = cache_directory() / "locks" / f"{plan.binary}.lock"
            lock = workspace / "Cargo.lock"
            if seed is not None:
                lock.write_bytes(seed)
            elif not lock.exists() and last.exists() and not rebuild:
                # Duroxide's lock file is not in git. With the last one, two builds differ only in the subject.
                shutil.copyfile(last, lock)
            _claim_target(target, source, built.name)
            executable, packages = self._run_cargo(plan, workspace, environment, target, emit)
            _keep_build(executable, lock, packages, built, plan.binary)
            shutil.copyfile(lock, last)
        os.utime(built)
        _prune_directory(built.parent, _KEPT_BUILDS)
        return Build(
            binary=str(binary),
            toolchain=settings.compiler.partition("\n")[0],
            cargo_lock=(built / "Cargo.lock").read_bytes(),
            packages=compiled_packages(_packages_of(built)),
            flags=recorded_flags(environment),
            settings=settings.stated,
            identity=binary_identity(binary),
            seconds=time.monotonic() - started,
        )

    def _settings(self, plan: BuildPlan, workspace: Path, toolchain: Mapping[str, str]) -> BuildSettings:
        """Ask cargo what it would build with in the directory of the build."""
        status, output = run_program(describe_command(self._cargo, *plan.cargo_arguments), workspace, toolchain)
        if status:
            raise build_failure(output.decode("utf-8", "replace"))
        return read_settings(output, os.environ)

    def _run_cargo(
        self, plan: BuildPlan, workspace: Path, environment: Mapping[str, str], target: Path, emit: Emit
    ) -> tuple[Path, list[str]]:
        """Build, and return the file that cargo names as the result, and the ids of the packages that it compiled."""
        # Without the second variable, intermediate files could be where other programs build, too.
        places = {"CARGO_TARGET_DIR": str(target), "CARGO_BUILD_BUILD_DIR": str(target)}
        with tempfile.TemporaryFile(dir=target, mode="w+", encoding="utf-8", errors="replace") as messages:
            status, output = run_cargo(
                (self._cargo, "build", MESSAGE_FORMAT, *plan.cargo_arguments),
                workspace,
                {**environment, **places},
                lambda line: emit(Event(kind="output", step="build", text=line)),
                messages,
            )
            if status:
                raise build_failure(output)
            messages.seek(0)
            executable = Path(built_executable(messages, plan))
            messages.seek(0)
            return executable, package_ids(messages)


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


def _claim_target(target: Path, source: Path, build: str) -> None:
    """Make sure that cargo compiles this source, even if another source was compiled last. Remember both names.

    cargo identifies a crate by its path in the workspace, and detects changes by newer files. Two sources in two
    directories are the same crates to cargo, so it would not compile a source with older files.
    """
    target.mkdir(parents=True, exist_ok=True)
    (target / _LAST_BUILD).write_text(build, encoding="ascii")
    if _read_marker(target, _LAST_SOURCE) == source.name:
        return
    for directory, _, names in os.walk(source):
        for name in names:
            os.utime(Path(directory, name), follow_symlinks=False)
    (target / _LAST_SOURCE).write_text(source.name, encoding="ascii")


def _read_marker(target: Path, marker: str) -> str:
    """Return the name of the last source or build; empty if it is unknown."""
    try:
        return (target / marker).read_text(encoding="ascii")
    except (OSError, ValueError):
        return ""


def _builds_with(root: Path, binary: str) -> list[str]:
    """Return the names of the builds that contain a binary of this name."""
    return [path.name for path in root.iterdir() if (path / binary).is_file()]


def _lock_of(build: Path) -> bytes | None:
    try:
        return (build / "Cargo.lock").read_bytes()
    except FileNotFoundError:
        return None


def _packages_of(build: Path) -> list[str]:
    """Return the ids of the packages of a build; an empty list for a build of an earlier version."""
    try:
        return (build / PACKAGES).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []


def _keep_build(executable: Path, lock: Path, packages: Iterable[str], built: Path, name: str) -> None:
    """Copy a binary, its lock file and the ids of its packages into the directory ``built`` atomically."""
    with tempfile.TemporaryDirectory(dir=built.parent, prefix=PARTIAL) as partial:
        tree = Path(partial, "tree")
        tree.mkdir()
        shutil.copy(executable, tree / name)
        shutil.copyfile(lock, tree / "Cargo.lock")
        (tree / PACKAGES).write_text("".join(f"{package}\n" for package in packages), encoding="utf-8")
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
