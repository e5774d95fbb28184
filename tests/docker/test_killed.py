"""A session that is killed at any moment leaves nothing in the engine once the next session has started."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from duronb.capture.recover import recover_recordings
from duronb.engine.docker.client import connect
from duronb.engine.docker.engine import DockerEngine
from duronb.engine.docker.ownership import CACHE, owner_labels
from duronb.events import Event
from duronb.store import Store

SESSION = """
import os
import signal
import sys
from dataclasses import replace

from duronb.capture.session import Session
from duronb.engine.docker.engine import DockerEngine
from duronb.engine.docker.recording import container_run, database, record
from duronb.request import ProfileRequest
from duronb.store import Store
from tests.docker.conftest import tiny_plan


def die(*arguments, **keywords):
    os.kill(os.getpid(), signal.SIGKILL)


store, moment = Store(sys.argv[1]), sys.argv[2]
places = {
    "before anything is in the engine": (DockerEngine, "record"),
    "before the database is created": (database.Database, "create"),
    "before the container is created": (record, "create_container"),
    "before the log is created": (record.ContainerRun, "run"),
    "before the container is started": (container_run, "Output"),
    "before the volume is removed": (database.Database, "remove"),
}
with Session(store) as session:
    request = ProfileRequest(release="0.1.32", stages=("file:2/2",), engine="docker", seconds=60)
    (planned,) = session.prepare(request)
    plan = replace(planned.plan, build=tiny_plan(), arguments=("", "60"))
    short = replace(plan, arguments=("", "0.2"))
    warm_up = {"in the warm-up": plan, "in the recording after a warm-up": short}.get(moment)
    request = replace(request, warmup_seconds=0 if warm_up is None else 60)
    plan = short if moment == "before the volume is removed" else plan
    built = session.build(replace(planned, request=request, plan=plan, warm_up=warm_up))
    if moment == "after the build":
        die()
    if moment in places:
        setattr(*places[moment], die)
    session.record(built)
"""


def left_in_engine() -> list[str]:
    """Return the containers, running or not, and the volumes that sessions with this test's cache have left."""
    client, _ = connect()
    with closing(client):
        mine = {"label": f"{CACHE}={owner_labels()[CACHE]}"}
        containers = [f"{each['State']} {each['Command']}" for each in client.containers(all=True, filters=mine)]
        return [*containers, *(str(each["Name"]) for each in client.volumes(filters=mine)["Volumes"] or ())]


@pytest.mark.parametrize(
    ("moment", "kept"),
    [
        ("after the build", 0),
        ("in the warm-up", 0),
        ("in the recording after a warm-up", 1),
        ("before anything is in the engine", 0),
        ("before the database is created", 0),
        ("before the container is created", 0),
        ("before the log is created", 0),
        ("before the container is started", 0),
        ("before the volume is removed", 1),
    ],
)
def test_the_next_start_stops_and_removes_what_a_killed_session_left(
    engine_is_there: None, session_cache: str, tmp_path: Path, moment: str, kept: int
) -> None:
    store = Store(str(tmp_path / "store"))
    with subprocess.Popen([sys.executable, "-c", SESSION, store.root, moment]) as process:
        if moment.startswith("in "):
            pattern = "*-warm-up/stress.log" if moment == "in the warm-up" else "*Z/stress.log"
            deadline = time.monotonic() + 120
            while not any(b"started" in log.read_bytes() for log in Path(session_cache, "recordings").glob(pattern)):
                assert process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.05)
            time.sleep(0.5)
            assert any(left.startswith("running") for left in left_in_engine())
            process.kill()
        process.wait(180)
    # The build container ends with its session, everything else with the next start on any engine.
    events: list[Event] = []
    runs = recover_recordings(events.append)
    deadline = time.monotonic() + 30
    while left_in_engine() and time.monotonic() < deadline:
        time.sleep(0.2)
    assert left_in_engine() == []
    assert list(Path(session_cache).glob("recordings/*")) == []
    assert [run.status for run in runs] == ["interrupted"] * kept
    assert [run.id for run in store.runs()] == [run.id for run in runs]
    assert [event.text for event in events if "could not be finished" in event.text] == []


def test_the_next_start_on_this_engine_removes_it_too(engine_is_there: None, tmp_path: Path) -> None:
    store = str(tmp_path / "store")
    subprocess.run([sys.executable, "-c", SESSION, store, "before the container is created"], check=False)
    assert len(left_in_engine()) == 2
    with closing(DockerEngine()) as engine:
        recover_recordings()
        engine.prepare(lambda _event: None, rebuild=False, frequency_hz=499, call_graph="fp")
    assert left_in_engine() == []
