from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from duronb.cache import cache_directory
from duronb.capture.exclusive import load, sole_run
from duronb.errors import HostError


def test_one_run_at_a_time_names_the_other() -> None:
    with sole_run():
        for _ in range(2):
            with pytest.raises(HostError, match=rf"\(process {os.getpid()}\)\.") as failure, sole_run():
                pass
            assert str(failure.value).count("\n") == 0

    with sole_run():
        pass


@pytest.mark.parametrize("text", ["", "12 34", "\x1b[2J", "\n"])
def test_a_damaged_note_of_the_owner_is_not_shown(text: str) -> None:
    with sole_run():
        (cache_directory() / "host.owner").write_text(text, encoding="utf-8")
        with pytest.raises(HostError, match=r"\(process unknown\)"), sole_run():
            pass


@pytest.mark.long
def test_a_killed_owner_does_not_stop_the_next_run() -> None:
    root = Path(__file__).parents[2]
    code = "from duronb.capture.exclusive import sole_run\nwith sole_run():\n    print('held', flush=True)\n    input()"
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    ) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "held\n"
        with pytest.raises(HostError, match=rf"\(process {owner.pid}\)"), sole_run():
            pass
        owner.kill()
        owner.wait()
        with sole_run():
            pass


def test_a_cache_that_cannot_be_created_is_reported_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.write_text("")
    monkeypatch.setenv("DURONB_CACHE", str(file / "cache"))

    with pytest.raises(HostError, match="DURONB_CACHE"), sole_run():
        pass


def test_load_is_plain_numbers() -> None:
    assert all(isinstance(value, float) and value >= 0 for value in load().to_json().values())
