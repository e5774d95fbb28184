from __future__ import annotations

from pathlib import Path

import pytest

from duronb.capture.exclusive import load, sole_run
from duronb.errors import HostError


def test_one_run_at_a_time_names_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    with sole_run():
        with pytest.raises(HostError, match="Another run is being recorded") as failure, sole_run():
            pass
        assert str(failure.value).count("\n") == 0

    with sole_run():
        pass


def test_a_cache_that_cannot_be_made_is_said_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    file.write_text("")
    monkeypatch.setenv("DURONB_CACHE", str(file / "cache"))

    with pytest.raises(HostError, match="DURONB_CACHE"), sole_run():
        pass


def test_load_is_plain_numbers() -> None:
    assert all(isinstance(value, float) and value >= 0 for value in load().values())
