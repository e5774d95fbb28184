from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import closing

import pytest

from duronb.engine.docker.client import connect
from duronb.engine.docker.container import create_container
from duronb.engine.docker.engine import DockerEngine, remove_orphans
from duronb.engine.docker.ownership import BUILDER, OWNER
from duronb.engine.protocol import Build
from duronb.engine.recording import Recording
from tests.docker.conftest import containers_of, nothing, shell, volumes_of

RECORDER = """
import sys
from pathlib import Path
from duronb.engine.docker.engine import DockerEngine
from duronb.engine.protocol import RecordPlan
from duronb.engine.recording import Recording
from duronb.events import silent

engine = DockerEngine()
engine.prepare(silent, rebuild=False, frequency_hz=499, call_graph="fp")
plan = RecordPlan(
    command=tuple(sys.argv[3:]), frequency_hz=499, call_graph="fp", database_on=sys.argv[2] or None
)
engine.record(Recording(Path(sys.argv[1])), plan, lambda line: None, lambda: None)
"""


def record_and_be_killed(recording: Recording, *command: str, database_on: str = "") -> None:
    """Record in another process, and kill that as soon as the workload has printed something."""
    process = subprocess.Popen([sys.executable, "-c", RECORDER, str(recording.path), database_on, *command])
    try:
        deadline = time.monotonic() + 120
        while not recording.log.exists() or b"started" not in recording.log.read_bytes():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        time.sleep(0.7)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def test_a_killed_owners_recording_is_completed(engine: DockerEngine, built: Build, recording: Recording) -> None:
    record_and_be_killed(recording, built.binary, "", "60")
    assert len(containers_of(recording)) == 1
    recording.log.write_bytes(b"version one\nsta")  # as a crash may leave it
    with closing(DockerEngine()) as fresh:
        ended = fresh.recover(recording)
        assert ended.interrupted
        assert recording.log.read_bytes() == b"version one\nstarted\n"
        assert "tiny::busy_loop" in b"".join(fresh.samples(recording)).decode()
        fresh.discard(recording)
    assert containers_of(recording) == volumes_of(recording) == []


def test_progress_lines_are_not_in_a_recovered_log(engine: DockerEngine, recording: Recording) -> None:
    record_and_be_killed(recording, "sh", "-c", r"printf 'started\n\036{}\nmore\n'; exec sleep 60")
    with closing(DockerEngine()) as fresh:
        fresh.recover(recording)
    assert recording.log.read_bytes() == b"started\nmore\n"


def test_a_recording_that_ended_by_itself_meanwhile_is_kept_too(engine: DockerEngine, recording: Recording) -> None:
    record_and_be_killed(recording, "sh", "-c", "echo started; sleep 2; echo end")
    time.sleep(3)
    with closing(DockerEngine()) as fresh:
        assert fresh.recover(recording).exit_code == 0
    assert recording.log.read_bytes() == b"started\nend\n"


def test_orphans_are_removed_unless_they_are_alive_or_to_be_recovered(
    engine: DockerEngine, recording: Recording
) -> None:
    record_and_be_killed(recording, "sh", "-c", "echo started; sleep 60")
    remove_orphans(set())
    assert len(containers_of(recording)) == 1
    recording.remove()
    remove_orphans({recording.id})
    assert len(containers_of(recording)) == 1
    removed = remove_orphans(set())
    assert f"volume duronb-recording-{recording.id}" in removed
    assert containers_of(recording) == volumes_of(recording) == []


def test_a_live_process_keeps_its_builder(engine: DockerEngine) -> None:
    client, _ = connect()
    with closing(client):
        mine = {container["Id"] for container in client.containers(filters={"label": BUILDER})}
        remove_orphans(set(), client)
        assert mine <= {container["Id"] for container in client.containers(filters={"label": BUILDER})}


def test_a_dead_processs_builder_is_removed(engine: DockerEngine) -> None:
    client, _ = connect()
    with closing(client):
        process = subprocess.Popen([sys.executable, "-c", "pass"])
        process.wait()
        boot = engine_owner_boot(engine)
        container = create_container(
            client,
            engine._image_id,
            ["sleep", "60"],
            labels={BUILDER: "x", OWNER: f"{boot}:{process.pid}:1"},
            volumes={},
        )
        remove_orphans(set(), client)
        assert container not in {found["Id"] for found in client.containers(all=True)}


def engine_owner_boot(engine: DockerEngine) -> str:
    """Return the boot that this process's labels name."""
    builder = engine._client.inspect_container(engine.builder.container._container)
    return str(builder["Config"]["Labels"][OWNER]).partition(":")[0]


def test_a_builder_ends_with_its_process(engine: DockerEngine) -> None:
    code = """
from duronb.engine.docker.engine import DockerEngine
from duronb.events import silent
engine = DockerEngine()
engine.prepare(silent, rebuild=False, frequency_hz=499, call_graph="fp")
print(engine.builder.container._container, flush=True)
engine.builder.container.run(["sleep", "600"])
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        builder = process.stdout.readline().strip()
        assert builder in running(engine)
        process.kill()
    deadline = time.monotonic() + 30
    while builder in running(engine):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def running(engine: DockerEngine) -> set[str]:
    """Return the ids of the containers that run."""
    return {str(container["Id"]) for container in engine._client.containers()}


def test_reading_samples_twice_gives_the_same(engine: DockerEngine, recording: Recording) -> None:
    engine.record(recording, shell("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done"), nothing, nothing)
    assert b"".join(engine.samples(recording)) == b"".join(engine.samples(recording))


def test_a_reader_that_stops_early_leaves_no_container(engine: DockerEngine, recording: Recording) -> None:
    engine.record(recording, shell("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done"), nothing, nothing)
    chunks = engine.samples(recording)
    next(chunks)
    chunks.close()  # type: ignore[attr-defined]
    assert containers_of(recording) == []


@pytest.fixture(autouse=True)
def same_cache() -> None:
    """Let the other process find the same cache."""
    assert "DURONB_CACHE" in os.environ
