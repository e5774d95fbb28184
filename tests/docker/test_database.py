"""What the database of a workload is on, in a real engine: recorded, used, removed, and visible in the samples."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from duronb.engine.docker.clean import docker_pieces
from duronb.engine.docker.client import connect
from duronb.engine.docker.engine import DockerEngine, remove_orphans
from duronb.engine.docker.ownership import CACHE, owner_labels
from duronb.engine.protocol import RecordPlan
from duronb.engine.recording import Recording
from duronb.errors import HostError
from duronb.events import silent
from tests.docker.conftest import containers_of, interrupt_after, nothing, run_plan, shell, tiny_plan, volumes_of
from tests.docker.test_recover import record_and_be_killed

SYNCED = """//! Writes and synchronises a file in the temporary directory for a second.
use std::io::{Seek, Write};
use std::time::{Duration, Instant};

fn main() {
    let path = std::env::temp_dir().join("database");
    let mut file = std::fs::File::create(path).unwrap();
    let until = Instant::now() + Duration::from_secs(1);
    while Instant::now() < until {
        file.rewind().unwrap();
        for _ in 0..16 {
            file.write_all(&[1u8; 4096]).unwrap();
        }
        file.sync_all().unwrap();
    }
}
"""


def all_volumes() -> set[str]:
    """Return the volumes of recordings and probes of this test's cache. Other programs may use the engine, too."""
    client, _ = connect()
    with closing(client):
        found = client.volumes(filters={"label": f"{CACHE}={owner_labels()[CACHE]}"})["Volumes"] or ()
        return {str(volume["Name"]) for volume in found}


@pytest.fixture
def place(tmp_path: Path, engine: DockerEngine) -> Iterator[Path]:
    """Return a directory of the engine's machine with a hostile name; skip if that is another machine."""
    place = tmp_path / 'a,source=/etc:ro "$(touch x)\n é'
    place.mkdir(parents=True)
    try:
        engine.database(str(place))
    except HostError as error:
        pytest.skip(f"The engine does not see this machine's directories: {error}")
    yield place
    assert list(place.iterdir()) == []


# An independent reading: coreutils' own table of file systems, in the container of the workload.
NAMES = {"ext2/ext3": "ext4", "overlayfs": "overlay", "tmpfs": "tmpfs", "xfs": "xfs", "btrfs": "btrfs"}


@pytest.mark.parametrize("on", [None, "overlay", "tmpfs"])
def test_the_file_system_that_is_stated_is_the_one_that_the_workload_sees(
    engine: DockerEngine, recording: Recording, on: str | None
) -> None:
    before = all_volumes()
    facts = engine.database(on)
    assert all_volumes() == before
    lines: list[bytes] = []
    script = 'echo x >"$TMPDIR/new"; stat -f -c %T "$TMPDIR"; stat -f -c %T /tmp; stat -c %a /tmp'
    engine.record(recording, shell(script, database_on=on), lines.append, nothing)
    assert lines[2] == b"1777"
    assert {NAMES[line.decode()] for line in lines[:2]} == {facts.tmp_filesystem}
    assert facts.database_on == (on or "volume")
    # What the databases were on is gone; the samples are not.
    assert volumes_of(recording) == [f"duronb-recording-{recording.id}"]
    assert (facts.tmp_filesystem == "tmpfs") == (on == "tmpfs")


def test_a_directory_of_the_machine_is_used_and_left_empty(
    engine: DockerEngine, recording: Recording, place: Path
) -> None:
    (place / "mine").write_text("kept", encoding="ascii")
    seen: list[list[str]] = []

    def look(line: bytes) -> None:
        if line == b"written":
            seen.append([path.relative_to(place).as_posix() for path in sorted(place.rglob("*"))])

    plan = shell('echo x >"$TMPDIR/database"; echo written; sleep 1', database_on=str(place))
    assert engine.record(recording, plan, look, nothing).exit_code == 0
    directory = f"duronb-{recording.id}"
    assert seen == [[directory, f"{directory}/database", "mine"]]
    assert [path.name for path in place.iterdir()] == ["mine"]
    (place / "mine").unlink()


@pytest.mark.parametrize("on", ["/nowhere/at/all", "/etc/passwd", "/proc", "/nowhere,source=/etc:rw\n\x1b[2J"])
def test_a_directory_that_cannot_be_used_is_one_line(engine: DockerEngine, on: str) -> None:
    before = all_volumes()
    with pytest.raises(HostError, match="No database can be made in '/") as failure:
        engine.database(on)
    assert str(failure.value).isprintable()
    assert len(str(failure.value)) < 600
    assert all_volumes() == before


def test_the_disk_is_in_the_samples_on_a_volume_and_not_on_a_tmpfs(engine: DockerEngine, recording: Recording) -> None:
    environment = engine.environment()
    if "kernel" not in (environment.rungs or {}).get(environment.rung or "", ""):
        pytest.skip("perf records no kernel frames in this engine")
    binary = engine.builder.build(tiny_plan(main=SYNCED), silent, rebuild=False).binary

    def stacks(on: str | None) -> str:
        assert engine.record(recording, run_plan(binary, database_on=on), nothing, nothing).exit_code == 0
        text = b"".join(engine.samples(recording)).decode()
        engine.discard(recording)
        return text

    kinds = {None: rf"{engine.database(None).tmp_filesystem}_\w+", "overlay": r"ovl_\w+", "tmpfs": r"shmem_\w+"}
    found = {on: stacks(on) for on in kinds}
    for on, text in found.items():
        seen = {other for other, kind in kinds.items() if re.search(rf"\b(?:{kind})\+?", text)}
        # The layers of a container are on the engine's disk, so its file system is below theirs.
        assert seen == ({None, "overlay"} if on == "overlay" else {on})
    assert re.search(r"\b(?:vfs_|do_)fsync", found[None])


STOPS: list[Callable[[list[bytes]], Callable[[], None]]] = [
    lambda lines: interrupt_after(lines, b"started"),
    lambda lines: interrupt_after(lines, b"started", times=2),
]


@pytest.mark.parametrize("stop", STOPS)
@pytest.mark.parametrize("on", ["volume", "path"])
def test_an_interrupt_leaves_no_database(
    engine: DockerEngine, recording: Recording, place: Path, on: str, stop: Callable[[list[bytes]], Callable[[], None]]
) -> None:
    lines: list[bytes] = []
    script = 'trap "" TERM; echo x >"$TMPDIR/database"; echo started; while :; do sleep 1; done'
    plan = shell(script, database_on=str(place) if on == "path" else on)
    assert engine.record(recording, plan, lines.append, stop(lines)).interrupted
    assert volumes_of(recording) == [f"duronb-recording-{recording.id}"]
    assert list(place.iterdir()) == []


def test_the_database_of_a_killed_owner_is_removed_with_its_recording(
    engine: DockerEngine, recording: Recording
) -> None:
    record_and_be_killed(recording, "sh", "-c", 'echo x >"$TMPDIR/x"; echo started; sleep 60')
    volumes = {f"duronb-recording-{recording.id}", f"duronb-database-{recording.id}"}
    assert set(volumes_of(recording)) == volumes
    remove_orphans(set())
    assert set(volumes_of(recording)) == volumes  # the recording can be recovered
    with closing(DockerEngine()) as fresh:
        assert fresh.recover(recording).interrupted
        fresh.discard(recording)
    assert containers_of(recording) == volumes_of(recording) == []


def test_the_directory_of_a_killed_owner_is_removed_with_its_recording(
    engine: DockerEngine, recording: Recording, place: Path
) -> None:
    record_and_be_killed(recording, "sh", "-c", 'echo x >"$TMPDIR/x"; echo started; sleep 60', database_on=str(place))
    assert [path.name for path in place.rglob("*")] == [f"duronb-{recording.id}", "x"]
    with closing(DockerEngine()) as fresh:
        fresh.recover(recording)
        fresh.discard(recording)
    assert containers_of(recording) == volumes_of(recording) == []


def test_orphaned_databases_are_removed_with_their_containers(engine: DockerEngine, recording: Recording) -> None:
    record_and_be_killed(recording, "sh", "-c", "echo started; sleep 60")
    name = f"duronb-database-{recording.id}"
    client, _ = connect()
    with closing(client):
        (piece,) = [piece for piece in docker_pieces(client) if piece.name == name]
        assert "the next profile stores it" in piece.stays
        recording.remove()
        (piece,) = [piece for piece in docker_pieces(client) if piece.name == name]
        assert (piece.kind, piece.stays) == ("volume", "")
    removed = remove_orphans(set())
    assert f"volume duronb-database-{recording.id}" in removed
    assert containers_of(recording) == volumes_of(recording) == []


KILLED_WHILE_PROBING = """
import os, signal
from duronb.engine.docker.engine import DockerEngine
from duronb.engine.docker.recording import database
from duronb.events import silent

engine = DockerEngine()
engine.prepare(silent, rebuild=False, frequency_hz=499, call_graph="fp")
database.wait_for_exit = lambda *arguments: os.kill(os.getpid(), signal.SIGKILL)
engine.database(None)
"""


def test_a_kill_while_the_file_system_is_looked_up_leaves_only_what_the_next_start_removes(
    engine: DockerEngine,
) -> None:
    before = all_volumes()
    subprocess.run([sys.executable, "-c", KILLED_WHILE_PROBING], check=False)
    assert len(all_volumes() - before) == 1
    remove_orphans(set())
    assert all_volumes() == before


def test_a_workload_on_a_full_tmpfs_fails_by_itself(engine: DockerEngine, recording: Recording) -> None:
    size = engine._tmp_mb
    plan: RecordPlan = shell(f'fallocate -l {size + 8}M "$TMPDIR/big" || exit 9', database_on="tmpfs")
    started = time.monotonic()
    assert engine.record(recording, plan, nothing, nothing).exit_code == 9
    assert time.monotonic() - started < 60
    assert volumes_of(recording) == [f"duronb-recording-{recording.id}"]
