"""An A/B through a real engine, over a checkout that builds in a second."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from duronb.api.interleaved import ab_requests, record_series
from duronb.cache import cache_directory
from duronb.capture.ab.series import stored_series
from duronb.capture.recover import recover_recordings
from duronb.request import EngineName
from duronb.store import Store
from tests.end_to_end.test_profile import assert_nothing_left, wait_for_stage

pytestmark = pytest.mark.slow


def slow_down(checkout: Path) -> None:
    """Make the working tree sleep twenty times as long between its rounds."""
    source = checkout / "sqlite-stress" / "src" / "main.rs"
    text = source.read_text()
    assert text.count("from_millis(5)") == 1
    source.write_text(text.replace("from_millis(5)", "from_millis(100)"))


def test_the_working_tree_against_head_runs_both_builds_in_turn(
    engine: EngineName, make_checkout: Callable[..., Path], tmp_path: Path
) -> None:
    checkout, store = make_checkout(), Store(str(tmp_path / "store"))
    slow_down(checkout)

    series = record_series(store, ab_requests("HEAD", ".", repo=checkout, seconds=1, engine=engine), 2)

    before, after = series.pairs
    assert len(before) == len(after) == 2
    for first, second in zip(before, after, strict=True):
        for fast, slow in zip(first.stages, second.stages, strict=True):
            assert fast.completed is not None
            assert slow.completed is not None
            assert fast.completed > 2 * slow.completed
    assert len({run.cargo_lock for run in series.runs}) == 1
    assert len({run.environment.build_source for run in series.runs}) == 2
    assert_nothing_left(engine)


def test_a_killed_ab_leaves_its_series_complete(
    engine: EngineName, make_checkout: Callable[..., Path], tmp_path: Path
) -> None:
    checkout, store = make_checkout(), Store(str(tmp_path / "store"))
    script = (
        "import sys; from duronb.api.interleaved import ab_requests, record_series; from duronb.store import Store\n"
        "requests = ab_requests('HEAD', 'HEAD', repo=sys.argv[1], seconds=30, engine=sys.argv[2])\n"
        "record_series(Store(sys.argv[3]), requests, 1, seed=1)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(checkout), engine, store.root],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    wait_for_stage(process)
    process.kill()
    process.communicate(timeout=60)
    (recording,) = (cache_directory() / "recordings").iterdir()
    kept = json.loads((recording / "recording.json").read_text())["series"]
    assert re.fullmatch(r"\d{8}T\d{6}Z-[0-9a-f]{6}", kept["id"])

    (run,) = recover_recordings()

    assert (run.status, run.series.to_json()) == ("interrupted", kept)
    series = stored_series(store, kept["id"])
    assert [member.id for member in series.runs] == [run.id]
    assert series.pairs == ([], [])
    assert_nothing_left(engine)
