"""The directory of recordings, and their owners."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from duronb.cache import cache_directory
from duronb.engine.recording import Recording

OWNER = """
import sys
from duronb.engine.recording import Recording
recording = Recording.create("one")
recording.write({"facts": 1})
print("made", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Create an empty home directory, and unset all variables that name another one."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("DURONB_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.mark.skipif(sys.platform != "linux", reason="the place on Linux")
def test_the_cache_is_where_the_system_keeps_caches(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cache_directory() == home / ".cache/duronb"
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "elsewhere"))
    assert cache_directory() == home / "elsewhere/duronb"
    monkeypatch.setenv("DURONB_CACHE", "~/own")
    assert cache_directory() == home / "own"
    assert list(home.iterdir()) == []


def test_a_cache_of_an_earlier_version_stays_in_use(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: home / "Library/Caches/duronb")
    assert cache_directory() == home / "Library/Caches/duronb"
    (home / ".cache/duronb").mkdir(parents=True)
    assert cache_directory() == home / ".cache/duronb"


def test_a_recording_is_abandoned_when_its_owner_is_killed_and_not_before() -> None:
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", OWNER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    ) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "made\n"
        assert list(Recording.abandoned()) == []
        owner.send_signal(signal.SIGKILL)
        owner.wait()
        (recording,) = Recording.abandoned()
    assert recording.read() == {"facts": 1}
    assert list(Recording.abandoned()) == []  # It has an owner again.
    recording.release()
    (again,) = Recording.abandoned()
    again.remove()
    assert not again.path.exists()
    assert list(Recording.abandoned()) == []


def test_a_recording_that_is_removed_meanwhile_cannot_be_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    recording = Recording.create("one")
    recording.release()

    def gone(path: Path) -> None:
        shutil.rmtree(path.parent)
        raise FileNotFoundError(2, "No such file or directory", str(path))

    monkeypatch.setattr("duronb.engine.recording.try_lock", gone)
    assert list(Recording.abandoned()) == []
