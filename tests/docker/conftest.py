"""A real engine, prepared once, and a workload of our own that builds in a second."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import shutil
import tarfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pytest

from duronb.engine.docker.client import connect, engine_answers
from duronb.engine.docker.engine import DockerEngine
from duronb.engine.protocol import Build, BuildPlan, RecordPlan, Source
from duronb.engine.recording import Recording
from duronb.events import silent

MANIFEST = """[package]
name = "tiny"
version = "0.1.0"
edition = "2021"
"""

MAIN = """//! Spins for a while; what else it does depends on its first argument.
use std::io::Write;
use std::time::{Duration, Instant};

const VERSION: &str = "{version}";

#[inline(never)]
fn busy_loop(until: Instant) -> u64 {
    let mut sum = 0u64;
    while Instant::now() < until {
        for number in 0..1000u64 {
            sum = std::hint::black_box(sum.wrapping_mul(31).wrapping_add(number));
        }
    }
    sum
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let seconds: f64 = arguments.get(2).and_then(|text| text.parse().ok()).unwrap_or(0.5);
    println!("version {VERSION}");
    println!("started");
    std::io::stdout().flush().unwrap();
    busy_loop(Instant::now() + Duration::from_secs_f64(seconds));
    // Kernel time, for many samples also on a busy machine.
    std::fs::write("/tmp/written", vec![0u8; 1 << 26]).unwrap();
    match arguments.get(1).map(String::as_str) {
        Some("abort") => std::process::abort(),
        Some("fail") => std::process::exit(7),
        _ => println!("done"),
    }
}
"""


_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this directory."""
    for item in items:
        if item.path.parent == _HERE:
            item.add_marker(pytest.mark.docker)


@pytest.fixture(scope="session")
def engine_is_there() -> None:
    """Skip with a reason if no engine answers; fail in CI."""
    answers, why = engine_answers()
    if not answers:
        (pytest.fail if os.environ.get("DURONB_REQUIRE_DOCKER") == "1" else pytest.skip)(why)


@pytest.fixture
def engine(engine_is_there: None) -> Iterator[DockerEngine]:
    """Return a prepared engine."""
    engine = DockerEngine()
    with contextlib.closing(engine):
        engine.prepare(silent, rebuild=False, frequency_hz=499, call_graph="fp")
        yield engine


@pytest.fixture(scope="session")
def session_cache(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a cache directory, so that all tests share the remembered rung."""
    return str(tmp_path_factory.mktemp("docker-cache"))


@pytest.fixture(autouse=True)
def shared_places(session_cache: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Try the rungs once a session, not once a test."""
    monkeypatch.setenv("DURONB_CACHE", session_cache)
    yield
    shutil.rmtree(f"{session_cache}/recordings", ignore_errors=True)


@pytest.fixture
def recording() -> Iterator[Recording]:
    """Return a recording, and remove it after the test."""
    recording = Recording.create(f"docker_test_{uuid.uuid4().hex[:12]}")
    yield recording
    engine = DockerEngine()
    with contextlib.closing(engine):
        engine.discard(recording)
    recording.remove()


@pytest.fixture
def built(engine: DockerEngine) -> Build:
    """Return the tiny workload, built."""
    return engine.builder.build(tiny_plan(), silent, rebuild=False)


def tiny_plan(version: str = "one", main: str = MAIN) -> BuildPlan:
    """Return how the tiny workload is built."""
    content = {"Cargo.toml": MANIFEST, "src/main.rs": main.replace("{version}", version)}

    def write_tar(stream: IO[bytes]) -> None:
        with tarfile.open(fileobj=stream, mode="w|") as archive:
            for name, text in content.items():
                member = tarfile.TarInfo(name)
                member.size = len(text.encode())
                member.mtime = 1_700_000_000
                archive.addfile(member, io.BytesIO(text.encode()))

    source_hash = hashlib.sha256(repr(content).encode()).hexdigest()
    source = Source(source_hash=source_hash, write_tar=write_tar)
    return BuildPlan(source=source, cargo_arguments=("--release", "--bin", "tiny"), binary="tiny")


def run_plan(*command: str, repeat_seconds: int | None = None, database_on: str | None = None) -> RecordPlan:
    """Return how a command is recorded."""
    return RecordPlan(
        command=command,
        frequency_hz=499,
        call_graph="fp",
        repeat_seconds=repeat_seconds,
        database_on=database_on,
    )


def shell(script: str, *arguments: str, database_on: str | None = None) -> RecordPlan:
    """Return how a shell script is recorded."""
    return run_plan("sh", "-c", script, "sh", *arguments, database_on=database_on)


def nothing(_line: bytes = b"") -> None:
    """Ignore a line or a tick."""


def interrupt_after(lines: list[bytes], mark: bytes, times: int = 1) -> Callable[[], None]:
    """Return an ``on_tick`` that raises KeyboardInterrupt once ``mark`` was printed."""
    left = times

    def tick() -> None:
        nonlocal left
        if left and mark in lines:
            left -= 1
            raise KeyboardInterrupt

    return tick


def containers_of(recording: Recording) -> list[str]:
    """Return the containers that a recording has."""
    client, _ = connect()
    with contextlib.closing(client):
        found = client.containers(all=True, filters={"label": f"duronb.run={recording.id}"})
    return [str(container["Id"]) for container in found]


def volumes_of(recording: Recording) -> list[str]:
    """Return the volumes that a recording has."""
    client, _ = connect()
    with contextlib.closing(client):
        found = client.volumes(filters={"label": f"duronb.run={recording.id}"})["Volumes"] or []
    return [str(volume["Name"]) for volume in found]
