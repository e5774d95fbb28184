from __future__ import annotations

from pathlib import Path

import pytest

from duronb.api.interleaved import ab_requests, record_series
from duronb.capture.ab.sides import SameBinaryError
from duronb.cli.exit_codes import USAGE, of_error
from duronb.store import Store
from tests.capture.pretended import PretendedEngine


def test_two_sources_with_one_binary_are_refused_before_a_run(engine: PretendedEngine, tmp_path: Path) -> None:
    engine.program_of = lambda _plan: "one program"
    with pytest.raises(SameBinaryError) as caught:
        record_series(Store(str(tmp_path)), ab_requests("0.1.1", "0.1.2", seconds=2, stages=("file:2/2",)), 1)
    assert "duroxide 0.1.1 and duroxide 0.1.2 have different sources, but compile to the same binary" in str(
        caught.value
    )
    assert "cannot differ in speed" in str(caught.value)
    assert of_error(caught.value) == USAGE
    assert engine.recorded == []


def test_one_source_with_one_binary_measures_the_noise(engine: PretendedEngine, tmp_path: Path) -> None:
    engine.program_of = lambda _plan: "one program"
    series = record_series(Store(str(tmp_path)), ab_requests("0.1.1", "0.1.1", seconds=2, stages=("file:2/2",)), 1)
    assert len(series.runs) == 4
    assert {run.environment.binary_sha256 for run in series.runs} == {
        "e682db6e738738235f98a4d19d1be5188c93f71f1cbc26375c1ce63a072bbec4"
    }
