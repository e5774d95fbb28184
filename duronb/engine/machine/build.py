"""Builds on this machine, out of sight: no file of the user's checkout or of its ``target`` is touched."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
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
from duronb.engine.protocol import Build
from duronb.errors import HostError
from duronb.events import Emit, Event
from duronb.subject.cargo_lock import follows, lock_hash
from duronb.subject.source import BuildPlan, Source
from duronb.subject.unpack import unpack

_SOURCES_KEPT = 8
_BUILDS_KEPT = 16
_OUTPUT_LINES = 4000
_FULL = (errno.ENOSPC, errno.EDQUOT)


def find_cargo() -> str | None:
    """Return cargo's path; where rustup put it if ``PATH`` does not say."""
    home = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")
    return shutil.which("cargo") or shutil.which("cargo", path=str(home / "bin"))


def rust_missing() -> HostError:
    """Return the error for a machine without cargo."""
    return HostError(
        "Rust is not installed: there is no cargo on PATH.", "Install it with rustup (rustup.rs), or start Docker."
    )


class LocalBuild:
    """Cargo on this machine, with its sources, target and results in the cache directory."""

    def __init__(self) -> None:
        self._cargo = ""
        self.call_graph = "fp"

    def prepare(self, *, rebuild: bool, call_graph: str) -> None:
        """Find cargo, and make sure that the cache can be written.

        Raises
        ------
        HostError
            There is no cargo, or the cache cannot be written.
        """
        cargo = find_cargo()
        if cargo is None:
            raise rust_missing()
        self._cargo, self.call_graph = cargo, call_graph
        with _writing_cache():
            for name in ("source", "built", "locks"):
                (cache_directory() / name).mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=cache_directory()) as file:
                file.write(b"\0" * 4096)
        if rebuild:
            shutil.rmtree(cache_directory() / "target", ignore_errors=True)

    def resolve_release(self, release: str) -> str:
        """Turn ``latest`` into the newest version that cargo sees."""
        if release != "latest":
            return release
        version = self.newest_release("*")
        if version is None:
            raise HostError("cargo does not say which release of Duroxide is the newest.", "Name one with --release.")
        return version

    def newest_release(self, requirement: str) -> str | None:
        """Return the newest version that fits and that cargo sees; ``None`` where there is none."""
        with tempfile.TemporaryDirectory(prefix="duronb-") as directory:
            for name, content in newest_release_probe(requirement=requirement).items():
                path = Path(directory, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            status, output = self._run(("generate-lockfile",), Path(directory), {}, lambda _line: None)
            if status and unfit_requirement(output):
                return None
            if status:
                raise build_failure(output)
            return locked_version(Path(directory, "Cargo.lock").read_bytes())

    def build(self, plan: BuildPlan, emit: Emit, *, rebuild: bool, seed: bytes | None = None) -> Build:
        """Build a plan's binary, or find it built."""
        started = time.monotonic()
        with _writing_cache():
            return self._build(plan, emit, rebuild=rebuild, seed=None if plan.own_lock else seed, started=started)

    def _build(self, plan: BuildPlan, emit: Emit, *, rebuild: bool, seed: bytes | None, started: float) -> Build:
        source = _unpacked(plan.source, rebuild=rebuild)
        workspace = source / plan.workspace
        compiler = self._compiler(workspace)
        environment = build_environment(compiler, self.call_graph, os.environ)
        name = Path(plan.binary).name
        built = _place(cache_directory() / "built", _key(plan, compiler, environment), name, seed)
        binary = built / name
        if rebuild or not binary.is_file():
            last = cache_directory() / "locks" / f"{name}.lock"
            lock = workspace / "Cargo.lock"
            if seed is not None:
                lock.write_bytes(seed)
            elif not lock.exists() and last.exists() and not rebuild:
                # Duroxide's own lock file is not in git. With the last one, two builds differ in the subject alone.
                shutil.copyfile(last, lock)
            target = cache_directory() / "target"
            _claim(target, source)

            def tell(line: str) -> None:
                emit(Event(kind="output", step="build", text=line))

            status, output = self._run(
                ("build", *plan.cargo_arguments), workspace, environment | {"CARGO_TARGET_DIR": str(target)}, tell
            )
            if status:
                raise build_failure(output)
            _keep(_result(target, plan.binary), lock, built)
            shutil.copyfile(lock, last)
        os.utime(built)
        _forget_old(built.parent, _BUILDS_KEPT)
        return Build(
            binary=str(binary),
            toolchain=compiler.partition("\n")[0],
            cargo_lock=(built / "Cargo.lock").read_bytes(),
            flags=recorded_flags(environment),
            seconds=time.monotonic() - started,
        )

    def _compiler(self, workspace: Path) -> str:
        """Return what ``rustc -vV`` says there: a checkout may name its toolchain."""
        rustc = shutil.which("rustc") or str(Path(self._cargo).with_name("rustc"))
        try:
            done = subprocess.run(
                [rustc, "-vV"], cwd=workspace, stdin=subprocess.DEVNULL, capture_output=True, check=False, text=True
            )
        except OSError:
            raise rust_missing() from None
        if done.returncode:
            raise HostError(
                f"The Rust toolchain of this source does not work: {_last_line(done.stderr)}",
                "Run 'rustup show' to see why.",
            )
        return done.stdout

    def _run(
        self, arguments: tuple[str, ...], directory: Path, environment: dict[str, str], tell: Callable[[str], None]
    ) -> tuple[int, str]:
        """Run cargo; return its exit status and what it printed."""
        process = subprocess.Popen(
            [self._cargo, *arguments],
            cwd=directory,
            env={**os.environ, "CARGO_TERM_COLOR": "never", **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        kept: deque[str] = deque(maxlen=_OUTPUT_LINES)
        try:
            assert process.stdout is not None
            with process.stdout:
                for line in process.stdout:
                    kept.append(line)
                    tell(line.rstrip())
            return process.wait(), "".join(kept)
        except BaseException:
            # Ctrl-C, or a front end that failed: cargo must not go on alone.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGINT)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            raise


def _unpacked(source: Source, *, rebuild: bool) -> Path:
    """Return the directory with a source's files: whole, since it is renamed when it is."""
    directory = cache_directory() / "source" / source.source_hash
    if rebuild:
        shutil.rmtree(directory, ignore_errors=True)
    if not directory.is_dir():
        with (
            tempfile.TemporaryDirectory(dir=directory.parent, prefix="partial-") as partial,
            tempfile.TemporaryFile(dir=directory.parent) as archive,
        ):
            source.write_tar(archive)
            archive.seek(0)
            tree = Path(partial, "tree")
            unpack(archive, tree)
            tree.rename(directory)
    os.utime(directory)
    _forget_old(directory.parent, _SOURCES_KEPT)
    return directory


def _claim(target: Path, source: Path) -> None:
    """Make cargo compile this source where another one was compiled last.

    cargo knows a crate of a workspace by its place in it, and a change by a newer file. Two sources are two places to
    us and one to cargo: without this the older one would pass for built.
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


def _key(plan: BuildPlan, compiler: str, environment: dict[str, str]) -> str:
    """Return a name for a build: equal where the result would be."""
    parts = [plan.source.source_hash, plan.cargo_arguments, plan.workspace, plan.binary, compiler, environment]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]


def _place(root: Path, key: str, binary: str, seed: bytes | None) -> Path:
    """Return where a build is, or is to be; a build from other versions than the seed's has another place."""
    if seed is None:
        return root / key
    own = root / f"{key}-{lock_hash(seed)[:16]}"
    for place in (own, *sorted(root.glob(f"{key}*"))):
        lock = place / "Cargo.lock"
        if (place / binary).is_file() and lock.is_file() and (place == own or follows(lock.read_bytes(), seed)):
            return place
    return own


def _result(target: Path, binary: str) -> Path:
    """Find what cargo built; below the target's name where the user's configuration names one."""
    for path in (target / binary, *sorted(target.glob(f"*/{binary}"))):
        if path.is_file():
            return path
    raise HostError(f"cargo built no {Path(binary).name}.", "Look for 'build.target' in cargo's configuration.")


def _keep(binary: Path, lock: Path, built: Path) -> None:
    """Copy a result to its place, whole or not at all."""
    with tempfile.TemporaryDirectory(dir=built.parent, prefix="partial-") as partial:
        tree = Path(partial, "tree")
        tree.mkdir()
        shutil.copy(binary, tree / binary.name)
        shutil.copyfile(lock, tree / "Cargo.lock")
        shutil.rmtree(built, ignore_errors=True)
        tree.rename(built)


def _forget_old(directory: Path, kept: int) -> None:
    """Remove all but the newest entries of a cache."""
    entries = [(entry.stat().st_mtime, entry.name) for entry in os.scandir(directory) if entry.is_dir()]
    for _modified, name in sorted(entries, reverse=True)[kept:]:
        shutil.rmtree(directory / name, ignore_errors=True)


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:200] if lines else "it says nothing."


@contextlib.contextmanager
def _writing_cache() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise HostError("The disk of duronb's cache is full.", "Free some space, or set DURONB_CACHE.") from None
        raise HostError(
            f"duronb's cache cannot be written: {error.strerror}.", "Set DURONB_CACHE to a directory that can."
        ) from None
