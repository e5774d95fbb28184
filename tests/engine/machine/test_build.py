from __future__ import annotations

import dataclasses
import hashlib
import io
import os
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import IO

import pytest

from duronb.cache import cache_directory
from duronb.engine.machine.build import MachineBuilder, _unpacked
from duronb.errors import BuildError, HostError, RequestError
from duronb.events import Event, silent
from duronb.subject.snapshot import Entry, source_of
from duronb.subject.source import BuildPlan, Source
from tests.engine.cargo.fake import DESCRIBES, NAMES

CARGO = f"""#!/bin/sh
{DESCRIBES}echo "$@" >> "$FAKE_CALLS"
echo "   Compiling x" >&2
[ -e fail ] && {{ echo "error: broken" >&2; exit 101; }}
[ -e Cargo.lock ] || echo '[[package]]
name = "duroxide"
version = "0.1.32"' > Cargo.lock
[ "$1" = build ] || exit 0
{NAMES}mkdir -p "$folder"
cat marker > "$folder/app"
"""
RUSTC = "#!/bin/sh\nprintf 'rustc 1.80.0 (x)\\nhost: x86_64-unknown-linux-gnu\\nrelease: 1.80.0\\n'\n"


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Create fake cargo and rustc programs; return the file that lists the calls of cargo."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name, text in (("cargo", CARGO), ("rustc", RUSTC)):
        (tools / name).write_text(text, encoding="utf-8")
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    calls = tmp_path / "calls"
    calls.touch()
    monkeypatch.setenv("FAKE_CALLS", str(calls))
    return calls


def plan(marker: str = "one", *more: Entry) -> BuildPlan:
    source = source_of([Entry("marker", "file", marker.encode()), *more])
    return BuildPlan(source=source, cargo_arguments=("--release",), binary="app")


def ready() -> MachineBuilder:
    local = MachineBuilder()
    local.prepare(rebuild=False)
    return local


def count(calls: Path) -> int:
    return len(calls.read_text(encoding="utf-8").splitlines())


@pytest.mark.usefixtures("calls")
def test_a_build_is_kept_where_no_later_one_replaces_it() -> None:
    local = ready()
    first = local.build(plan("one"), silent, rebuild=False)
    second = local.build(plan("two"), silent, rebuild=False)
    assert Path(first.binary).read_text(encoding="utf-8") == "one"
    assert Path(second.binary).read_text(encoding="utf-8") == "two"
    assert first.toolchain == "rustc 1.80.0 (x)"
    assert b"0.1.32" in first.cargo_lock
    assert "force-frame-pointers" in first.flags["RUSTFLAGS"]


def test_cargo_is_asked_again_unless_it_would_have_to_compile(calls: Path) -> None:
    local = ready()
    local.build(plan(), silent, rebuild=False)
    local.build(plan(), silent, rebuild=False)
    local.build(plan("other"), silent, rebuild=False)
    assert count(calls) == 3
    # cargo would compile this again, since it compiled another source last. Nothing changed, so the kept one is used.
    assert Path(local.build(plan(), silent, rebuild=False).binary).read_text(encoding="utf-8") == "one"
    assert count(calls) == 3
    local.build(plan(), silent, rebuild=True)
    assert count(calls) == 4


@pytest.mark.parametrize("target", ["", "x86_64-unknown-linux-gnu"])
def test_the_binary_is_the_one_that_cargo_names(calls: Path, monkeypatch: pytest.MonkeyPatch, target: str) -> None:
    for triple in ("", "x86_64-unknown-linux-gnu"):
        old = cache_directory() / "target" / triple / "release" / "app"
        old.parent.mkdir(parents=True)
        old.write_text("an older build", encoding="utf-8")
    monkeypatch.setenv("FAKE_TARGET", target)
    built = ready().build(plan("new"), silent, rebuild=False)
    assert Path(built.binary).read_text(encoding="utf-8") == "new"
    assert built.identity.sha256 == hashlib.sha256(b"new").hexdigest()


@pytest.mark.usefixtures("calls")
def test_what_decides_a_build_is_in_its_key_and_in_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    local = ready()
    plain = local.build(plan(), silent, rebuild=False)
    monkeypatch.setenv("CARGO_PROFILE_RELEASE_LTO", "fat")
    variable = local.build(plan(), silent, rebuild=False)
    monkeypatch.setenv("FAKE_CONFIGURATION", '{"profile": {"release": {"opt-level": 1}}, "env": {"A": "secret"}}')
    configured = local.build(plan(), silent, rebuild=False)
    monkeypatch.setenv("FAKE_FLAGS", "--cfg tokio_unstable")
    flags = local.build(plan(), silent, rebuild=False)
    assert len({build.binary for build in (plain, variable, configured, flags)}) == 4
    assert plain.settings == {}
    assert variable.settings == {"CARGO_PROFILE_RELEASE_LTO": "fat"}
    hashed = hashlib.sha256(b'"secret"').hexdigest()[:16]
    assert configured.settings == dict(variable.settings) | {
        "profile.release.opt-level": "1",
        "env.A": f"sha256 {hashed}",
    }
    assert flags.flags["RUSTFLAGS"] == "--cfg tokio_unstable -C force-frame-pointers=yes"


@pytest.mark.usefixtures("calls")
def test_a_build_states_the_packages_that_cargo_compiled_also_if_it_was_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    local = ready()
    assert local.build(plan("one"), silent, rebuild=False).packages == "serde 1.0.219, tokio 1.45.0"
    monkeypatch.setenv("FAKE_PACKAGES", "serde@1.0.220")
    other = local.build(plan("two"), silent, rebuild=False)
    assert other.packages == "serde 1.0.220"
    kept = local.build(plan("one"), silent, rebuild=False)
    assert kept.packages == "serde 1.0.219, tokio 1.45.0"
    (Path(kept.binary).parent / "packages").unlink()  # as in a build of an earlier version
    local.build(plan("two"), silent, rebuild=False)
    assert local.build(plan("one"), silent, rebuild=False).packages is None


def test_other_flags_make_another_build(calls: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    local = ready()
    first = local.build(plan(), silent, rebuild=False)
    monkeypatch.setenv("FAKE_FLAGS", "-C target-cpu=native")
    assert local.build(plan(), silent, rebuild=False).binary != first.binary
    assert count(calls) == 2


@pytest.mark.usefixtures("calls")
def test_a_source_without_a_lock_file_takes_the_last_one() -> None:
    local = ready()
    mine = Entry("Cargo.lock", "file", b"# mine\n")
    local.build(plan("one", mine), silent, rebuild=False)
    assert local.build(plan("two"), silent, rebuild=False).cargo_lock == b"# mine\n"
    assert b"0.1.32" in local.build(plan("three"), silent, rebuild=True).cargo_lock


def package(version: str) -> bytes:
    """Return a lock file with one package from the registry."""
    return f'[[package]]\nname = "tokio"\nversion = "{version}"\nsource = "registry"\n'.encode()


@pytest.mark.usefixtures("calls")
def test_a_build_begins_with_the_lock_that_is_given_whatever_was_built_in_between() -> None:
    local = ready()
    local.build(plan("other", Entry("Cargo.lock", "file", package("9.0.0"))), silent, rebuild=False)
    assert local.build(plan("one"), silent, rebuild=False, seed=package("1.0.0")).cargo_lock == package("1.0.0")
    # The unpacked source still has the lock of its first build.
    assert local.build(plan("one"), silent, rebuild=False, seed=package("2.0.0")).cargo_lock == package("2.0.0")


def test_a_binary_of_other_versions_is_not_taken_and_one_of_the_same_is(calls: Path) -> None:
    local = ready()
    first = local.build(plan(), silent, rebuild=False, seed=package("1.0.0"))
    second = local.build(plan(), silent, rebuild=False, seed=package("2.0.0"))
    assert (first.binary != second.binary, count(calls)) == (True, 2)
    assert local.build(plan(), silent, rebuild=False, seed=package("1.0.0")).binary == first.binary
    more = package("1.0.0") + package("3.0.0")
    assert local.build(plan(), silent, rebuild=False, seed=more).binary == first.binary
    assert count(calls) == 2
    assert local.build(plan(), silent, rebuild=False, seed=package("3.0.0")).cargo_lock == package("3.0.0")
    assert count(calls) == 3


def test_a_seed_takes_what_an_ordinary_build_made_of_the_same_versions(calls: Path) -> None:
    local = ready()
    local.build(plan("seeding", Entry("Cargo.lock", "file", package("1.0.0"))), silent, rebuild=False)
    ordinary = local.build(plan(), silent, rebuild=False)
    assert local.build(plan(), silent, rebuild=False, seed=package("1.0.0")).binary == ordinary.binary
    assert count(calls) == 3  # cargo answers at once, since this was its last build


@pytest.mark.usefixtures("calls")
def test_a_source_keeps_its_own_lock_file_whatever_the_seed() -> None:
    own = plan("one", Entry("Cargo.lock", "file", package("1.0.0")))
    own = dataclasses.replace(own, own_lock=True)
    assert ready().build(own, silent, rebuild=False, seed=package("2.0.0")).cargo_lock == package("1.0.0")


@pytest.mark.usefixtures("calls")
def test_cargos_output_is_emitted_and_its_error_is_in_the_exception() -> None:
    events: list[Event] = []
    with pytest.raises(BuildError) as caught:
        ready().build(plan("x", Entry("fail", "file", b"")), events.append, rebuild=False)
    assert caught.value.output == "error: broken"
    assert [event.text for event in events] == ["   Compiling x", "error: broken"]


@pytest.mark.usefixtures("calls")
def test_the_newest_release_is_what_cargo_locks() -> None:
    assert ready().resolve_release("latest") == "0.1.32"
    assert MachineBuilder().resolve_release("0.1.1") == "0.1.1"


def test_a_requirement_that_nothing_fits_has_no_release(calls: Path, tmp_path: Path) -> None:
    assert ready().newest_release("<0.1.30") == "0.1.32"  # whatever cargo locks
    said = """error: failed to select a version for the requirement `duroxide = "<0.1.0"`"""
    script = f"#!/bin/sh\necho '{said}' >&2\nexit 101\n"
    (tmp_path / "tools" / "cargo").write_text(script, encoding="utf-8")
    assert ready().newest_release("<0.1.0") is None


@pytest.mark.usefixtures("calls")
def test_an_interrupted_build_leaves_nothing_half_done() -> None:
    def interrupt(_event: Event) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ready().build(plan(), interrupt, rebuild=False)
    assert list((cache_directory() / "built").iterdir()) == []


@pytest.mark.usefixtures("calls")
def test_only_the_newest_sources_are_kept() -> None:
    (cache_directory() / "source").mkdir(parents=True)
    for number in range(10):
        directory = _unpacked(plan(str(number)).source, rebuild=False)
        os.utime(directory, (number + 1, number + 1))
    newest = _unpacked(plan("9").source, rebuild=False)
    kept = list((cache_directory() / "source").iterdir())
    assert len(kept) == 8
    assert newest in kept


@pytest.mark.usefixtures("calls")
def test_a_source_that_breaks_off_leaves_nothing() -> None:
    def write_tar(stream: IO[bytes]) -> None:
        stream.write(b"x" * 600)
        raise OSError(28, "No space left on device")

    broken = BuildPlan(source=Source(source_hash="a" * 64, write_tar=write_tar), cargo_arguments=(), binary="app")
    with pytest.raises(HostError, match="cache is full"):
        ready().build(broken, silent, rebuild=False)
    assert list((cache_directory() / "source").iterdir()) == []


@pytest.mark.usefixtures("calls")
def test_a_tar_that_leads_outside_is_refused() -> None:
    def write_tar(stream: IO[bytes]) -> None:
        with tarfile.open(fileobj=stream, mode="w|") as tar:
            tar.addfile(tarfile.TarInfo("../outside"), io.BytesIO())

    source = Source(source_hash="b" * 64, write_tar=write_tar)
    (cache_directory() / "source").mkdir(parents=True)
    with pytest.raises(RequestError, match="outside"):
        _unpacked(source, rebuild=False)
    assert not (cache_directory() / "source" / "outside").exists()


def test_without_rust_the_remedy_is_rustup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CARGO_HOME", str(tmp_path))
    with pytest.raises(HostError, match="rustup"):
        ready()


@pytest.mark.usefixtures("calls")
def test_a_cache_that_cannot_be_written_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("DURONB_CACHE", str(tmp_path / "file" / "below"))
    with pytest.raises(HostError, match="DURONB_CACHE"):
        ready()


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("cargo") is None, reason="cargo is not installed")
def test_a_source_with_older_files_is_compiled_all_the_same() -> None:
    manifest = Entry("Cargo.toml", "file", b'[package]\nname = "app"\nversion = "0.1.0"\nedition = "2021"\n')

    def printed(word: str, seconds: float) -> str:
        main = Entry("src/main.rs", "file", f'fn main() {{ println!("{word}"); }}'.encode())
        source = source_of([manifest, main])

        def write_old(file: IO[bytes]) -> None:
            tar = io.BytesIO()
            source.write_tar(tar)
            tar.seek(0)
            with tarfile.open(fileobj=tar) as there, tarfile.open(fileobj=file, mode="w") as here:
                for member in there:
                    member.mtime = seconds
                    here.addfile(member, there.extractfile(member) if member.isfile() else None)

        old = Source(source_hash=source.source_hash, write_tar=write_old)
        built = ready().build(
            BuildPlan(source=old, cargo_arguments=("--release",), binary="app"), silent, rebuild=False
        )
        return subprocess.run([built.binary], capture_output=True, text=True, check=True).stdout.strip()

    assert printed("first", 1_700_000_000) == "first"
    assert printed("second", 1_600_000_000) == "second"
    assert printed("first", 1_700_000_000) == "first"
