from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from duronb.engine.machine.database import database_facts
from duronb.engine.machine.embedded import EmbeddedEngine
from duronb.engine.machine.engine import MachineEngine
from duronb.engine.machine.native import NativeEngine
from duronb.engine.protocol import RecordPlan
from duronb.engine.recording import Recording
from duronb.errors import HostError, RequestError

SCRIPT = 'echo "$TMPDIR"; echo x >"$TMPDIR/database"; ls "$1"; exit 3'


@pytest.fixture
def recording() -> Recording:
    return Recording.create("native_test")


def record(engine: MachineEngine, recording: Recording, on: str | None, script: str = SCRIPT) -> list[str]:
    """Run a script under no sampler, and return what it prints."""
    lines: list[bytes] = []
    plan = RecordPlan(command=("sh", "-c", script, "sh", on or ""), frequency_hz=99, call_graph="fp", database_on=on)
    assert engine.record(recording, plan, lines.append, lambda: None).exit_code == 3
    return [line.decode() for line in lines]


@pytest.mark.parametrize("on", ["volume", "overlay", "tmpfs"])
@pytest.mark.parametrize("engine", [NativeEngine(), EmbeddedEngine()])
def test_what_only_containers_have_is_refused_in_one_line(engine: MachineEngine, on: str) -> None:
    with pytest.raises(RequestError, match=f"The {engine.name} engine cannot put the database on '{on}'") as failure:
        engine.database(on)
    assert ("/dev/shm" in str(failure.value)) == (on == "tmpfs")


def test_the_default_is_the_temporary_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    facts = database_facts("native", None)
    # An independent reading: coreutils' table of file systems.
    stat = subprocess.run(["stat", "-f", "-c", "%T", str(tmp_path)], capture_output=True, check=True, text=True)
    names = {"ext2/ext3": "ext4", "overlayfs": "overlay"}
    assert facts.to_json() == {"tmp_filesystem": names.get(stat.stdout.strip(), stat.stdout.strip())}


def test_a_directory_is_used_and_left_as_it_was(recording: Recording, tmp_path: Path) -> None:
    place = tmp_path / '"$(touch x)\n é'
    place.mkdir()
    (place / "mine").write_text("kept", encoding="ascii")
    engine = EmbeddedEngine()
    facts = engine.database(str(place))
    assert (facts.database_on, facts.tmp_filesystem) == (str(place), database_facts("native", None).tmp_filesystem)
    lines = record(engine, recording, str(place))
    assert "\n".join(lines) == f"{place}/duronb-native_test\nduronb-native_test\nmine"
    assert [path.name for path in place.iterdir()] == ["mine"]


def test_without_a_directory_the_workload_has_the_users_environment(
    recording: Recording, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert record(EmbeddedEngine(), recording, None)[0] == str(tmp_path)
    assert (tmp_path / "database").exists()


def test_the_directory_of_a_killed_owner_is_removed_with_its_recording(recording: Recording, tmp_path: Path) -> None:
    left = tmp_path / "duronb-native_test"
    left.mkdir()
    (left / "database").write_text("x", encoding="ascii")
    (recording.path / "database.json").write_text(json.dumps({"directory": str(left)}), encoding="ascii")
    NativeEngine().discard(recording)
    NativeEngine().discard(recording)
    assert not left.exists()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"directory": 7}', "HOME"])
def test_a_damaged_note_removes_nothing(recording: Recording, tmp_path: Path, content: str) -> None:
    precious = tmp_path / "home"
    precious.mkdir()
    text = content.replace("HOME", json.dumps({"directory": str(precious)}))
    (recording.path / "database.json").write_text(text, encoding="ascii")
    NativeEngine().discard(recording)
    assert precious.exists()


@pytest.mark.parametrize("on", ["/nowhere/\x1b[2J", "/proc", "/etc/passwd"])
def test_a_directory_that_cannot_be_used_is_one_line(on: str) -> None:
    with pytest.raises(HostError, match="No database can be made in '/") as failure:
        NativeEngine().database(on)
    assert str(failure.value).isprintable()
