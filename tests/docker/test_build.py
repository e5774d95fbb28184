from __future__ import annotations

from dataclasses import replace

import pytest

from duronb.engine.docker.engine import DockerEngine
from duronb.engine.recording import Recording
from duronb.errors import BuildError
from duronb.events import Event, silent
from tests.docker.conftest import MAIN, nothing, run_plan, tiny_plan


def test_an_unchanged_source_is_not_built_again(engine: DockerEngine) -> None:
    first = engine.builder.build(tiny_plan(), silent, rebuild=False)
    events: list[Event] = []
    again = engine.builder.build(tiny_plan(), events.append, rebuild=False)
    assert again.binary == first.binary
    assert again.cargo_lock == first.cargo_lock
    assert b'name = "tiny"' in again.cargo_lock
    assert not [event.text for event in events if "Compiling" in event.text]


def test_two_built_versions_lie_side_by_side(engine: DockerEngine, recording: Recording) -> None:
    one = engine.builder.build(tiny_plan("one"), silent, rebuild=False)
    two = engine.builder.build(tiny_plan("two"), silent, rebuild=False)
    assert one.binary != two.binary
    lines: list[bytes] = []
    engine.record(recording, run_plan(one.binary, "", "0.1"), lines.append, nothing)
    assert b"version one" in lines


def test_an_older_source_is_built_although_its_files_are_older(engine: DockerEngine, recording: Recording) -> None:
    # Another package of the same name with the same times: cargo alone takes it for the one it has built.
    unique = f"{recording.id}-a", f"{recording.id}-b"
    for version in unique:
        built = engine.builder.build(tiny_plan(version), silent, rebuild=False)
        lines: list[bytes] = []
        engine.record(recording, run_plan(built.binary, "", "0"), lines.append, nothing)
        engine.discard(recording)
        assert f"version {version}".encode() in lines


def test_a_binary_that_cargo_does_not_build_is_an_error(engine: DockerEngine) -> None:
    with pytest.raises(BuildError, match="cargo did not build one other"):
        engine.builder.build(replace(tiny_plan(), binary="other"), silent, rebuild=False)


def test_a_build_states_flags_and_compiler(engine: DockerEngine) -> None:
    built = engine.builder.build(tiny_plan(), silent, rebuild=False)
    assert built.toolchain.startswith("rustc 1.")
    assert "force-frame-pointers=yes" in built.flags["RUSTFLAGS"]
    assert "-fno-omit-frame-pointer" in built.flags["CFLAGS"]


def test_the_compilers_words_are_in_the_error(engine: DockerEngine) -> None:
    broken = tiny_plan("broken", MAIN.replace("busy_loop(Instant", "no_such_function(Instant"))
    with pytest.raises(BuildError, match="does not compile") as caught:
        engine.builder.build(broken, silent, rebuild=False)
    assert "cannot find function `no_such_function`" in caught.value.output


def test_an_interrupt_stops_cargo_and_removes_the_builder(engine: DockerEngine) -> None:
    slow = tiny_plan("slow", f"// {id(engine)}\n{MAIN}")
    client = engine._client
    before = {container["Id"] for container in client.containers(filters={"label": "duronb.builder"})}

    def interrupt(event: Event) -> None:
        if "Compiling" in event.text:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        engine.builder.build(slow, interrupt, rebuild=False)
    after = {container["Id"] for container in client.containers(filters={"label": "duronb.builder"})}
    assert len(before - after) == 1
    assert engine.builder.build(slow, silent, rebuild=False).binary.endswith("/tiny")
