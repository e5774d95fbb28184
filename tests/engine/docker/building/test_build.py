from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

import pytest

from duronb.engine.docker.building import build as docker_build
from duronb.engine.docker.building import sources as docker_sources
from duronb.engine.docker.building.build import CargoBuild, cargo_error
from duronb.engine.docker.building.build_container import Finished, _Lines
from duronb.engine.docker.building.builder import newest_fitting, newest_release
from duronb.engine.docker.building.prune import prune
from duronb.engine.protocol import Build
from duronb.errors import BuildError, HostError
from duronb.events import silent
from duronb.subject.snapshot import Entry, source_of
from duronb.subject.source import BuildPlan
from tests.engine.cargo.fake import DESCRIBES, NAMES


@pytest.mark.parametrize(
    ("exit_code", "output", "kind", "says"),
    [
        (101, b"error[E0425]: cannot find function", BuildError, "does not compile"),
        (101, b"error: write failed: No space left on device (os error 28)", HostError, "docker system df"),
        (101, b"error: download of config.json failed\nCould not resolve host: x", HostError, "DURONB_BUILD_NETWORK"),
        (137, b"   Compiling x", HostError, "memory"),
    ],
)
def test_a_failed_cargo_command_is_reported_with_its_cause(
    exit_code: int, output: bytes, kind: type[Exception], says: str
) -> None:
    error = cargo_error(Finished(exit_code, output))
    assert type(error) is kind
    assert says in str(error)


def test_output_is_cut_into_lines_at_newlines_and_carriage_returns() -> None:
    lines: list[str] = []
    cutter = _Lines(lines.append)
    for chunk in (b"one\r\ntw", b"o\rthree\n\n", b"\xffour"):
        cutter.feed(chunk)
    cutter.end()
    assert lines == ["one", "two", "three", "\ufffdour"]


class LocalBuilder:
    """Runs the builder's commands on this machine, in directories of the test's own."""

    def __init__(self, root: Path) -> None:
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(root)}

    def run(
        self,
        command: Sequence[str],
        *,
        on_line: Callable[[str], None] | None = None,
        directory: str = "/",
        environment: Mapping[str, str] | None = None,
    ) -> Finished:
        done = subprocess.run(
            list(command),
            cwd=directory,
            env={**self.environment, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        if on_line is not None:
            for line in done.stdout.decode().splitlines():
                on_line(line)
        return Finished(done.returncode, done.stdout)

    def must(self, command: Sequence[str], doing: str, *, directory: str = "/") -> bytes:
        finished = self.run(command, directory=directory)
        assert finished.exit_code == 0, (doing, finished.text)
        return finished.output

    def put(self, directory: str, tar: IO[bytes], doing: str) -> None:
        subprocess.run(["tar", "-x", "-C", directory], input=tar.read(), check=True)


CARGO = """#!/bin/sh
{DESCRIBES}echo "$@" >> "$HOME/calls"
if [ "$1" = generate-lockfile ]; then
  said='failed to select a version for the requirement `duroxide = "<0.1.1"`'
  grep -q '"<0.1.1"' Cargo.toml && { echo "$said"; exit 101; }
  grep -q offline Cargo.toml && { echo 'error: failed to download'; exit 101; }
fi
[ "$1" = info ] && { printf 'duroxide\\nversion: 0.1.32 (latest)\\n'; [ "$2" = duroxide ]; exit; }
[ -e Cargo.lock ] || printf '[[package]]\\nname = "duroxide"\\nversion = "0.1.32"\\n' > Cargo.lock
[ "$1" = build ] || exit 0
{NAMES}mkdir -p "$folder"
cp marker "$folder/app"
chmod +x "$folder/app"
""".replace("{DESCRIBES}", DESCRIBES).replace("{NAMES}", NAMES)
RUSTC = "#!/bin/sh\nprintf 'rustc 1.80.0 (x)\\nhost: x86_64-unknown-linux-gnu\\nrelease: 1.80.0\\n'\n"


@pytest.fixture
def builder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LocalBuilder:
    """A builder whose volumes are directories, with fake cargo and rustc programs."""
    if shutil.which("flock") is None:
        pytest.skip("there is no flock here, as there is in the tools image")
    tools = tmp_path / "tools"
    tools.mkdir()
    for name, text in (("cargo", CARGO), ("rustc", RUSTC)):
        (tools / name).write_text(text, encoding="utf-8")
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:/usr/bin:/bin")
    for name in ("target", "sources"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(docker_build, "TARGET", str(tmp_path / "target"))
    monkeypatch.setattr(docker_build, "_BUILT", str(tmp_path / "target" / "built"))
    monkeypatch.setattr(docker_build, "_SEEDS", str(tmp_path / "seeds"))
    monkeypatch.setattr(docker_sources, "SOURCES", str(tmp_path / "sources"))
    return LocalBuilder(tmp_path)


def package(version: str) -> bytes:
    return f'[[package]]\nname = "tokio"\nversion = "{version}"\nsource = "registry"\n'.encode()


def plan(*entries: Entry, own_lock: bool = False) -> BuildPlan:
    source = source_of([Entry("marker", "file", b"app"), *entries])
    return BuildPlan(source=source, cargo_arguments=("--release",), binary="app", own_lock=own_lock)


@pytest.mark.long
def test_a_seeded_build_begins_with_that_lock_and_is_kept_apart(builder: LocalBuilder, tmp_path: Path) -> None:
    cargo = CargoBuild(builder, "sha256:0123456789abcdef")  # type: ignore[arg-type]

    def build(seed: bytes | None, what: BuildPlan | None = None) -> Build:
        return cargo.build(what or plan(), silent, rebuild=False, seed=seed)

    first = build(package("1.0.0"))
    second = build(package("2.0.0"))
    assert (first.cargo_lock, second.cargo_lock) == (package("1.0.0"), package("2.0.0"))
    assert first.binary != second.binary
    assert Path(first.binary).read_bytes() == b"app"
    calls = tmp_path / "calls"
    assert first.packages == "serde 1.0.219, tokio 1.45.0"
    assert build(package("1.0.0") + package("3.0.0")).binary == first.binary
    (Path(first.binary).parent / "packages").unlink()  # as in a build of an earlier version
    old = build(package("1.0.0"))
    assert (old.packages, old.cargo_lock) == (None, package("1.0.0"))
    assert calls.read_text(encoding="utf-8").count("build") == 2
    assert build(package("2.0.0")).binary == second.binary
    assert calls.read_text(encoding="utf-8").count("build") == 3  # it was cargo's last build, so cargo answers at once
    # Without a seed nothing is known of what it should be built from: the last lock is taken, as ever.
    assert build(None).cargo_lock == package("2.0.0")
    own = plan(Entry("Cargo.lock", "file", package("9.0.0")), own_lock=True)
    assert build(package("1.0.0"), own).cargo_lock == package("9.0.0")


def test_a_build_that_broke_off_is_not_taken(builder: LocalBuilder, tmp_path: Path) -> None:
    cargo = CargoBuild(builder, "sha256:0123456789abcdef")  # type: ignore[arg-type]
    built = Path(cargo.build(plan(), silent, rebuild=False, seed=package("1.0.0")).binary).parent
    built.rename(f"{built}.partial")
    again = cargo.build(plan(), silent, rebuild=False, seed=package("1.0.0") + package("2.0.0"))
    assert not again.binary.startswith(f"{built}.partial")
    assert (tmp_path / "calls").read_text(encoding="utf-8").count("build") == 2


def test_the_newest_release_that_fits_is_asked_of_cargo(builder: LocalBuilder) -> None:
    assert newest_fitting(builder, ">0.1.1, <0.1.40") == "0.1.32"  # type: ignore[arg-type]
    assert newest_fitting(builder, "<0.1.1") is None  # type: ignore[arg-type]
    with pytest.raises((BuildError, HostError)):
        newest_fitting(builder, "offline")  # type: ignore[arg-type]


def test_the_newest_release_is_asked_of_cargo(builder: LocalBuilder) -> None:
    assert newest_release(builder) == "0.1.32"  # type: ignore[arg-type]


def test_the_last_used_directories_stay(builder: LocalBuilder, tmp_path: Path) -> None:
    root = tmp_path / "some builds"
    prune(builder, str(root), 2)  # type: ignore[arg-type]
    assert not root.exists()
    now = time.time()
    for name, age in {"old": 90, "-new": 10, "middle one": 50, "partial-x": 3500, "partial-y": 3700}.items():
        (root / name / "deep").mkdir(parents=True)
        os.utime(root / name, (now - age, now - age))
    (root / "file").touch()
    prune(builder, str(root), 2)  # type: ignore[arg-type]
    assert {path.name for path in root.iterdir()} == {"-new", "middle one", "partial-x", "file"}
