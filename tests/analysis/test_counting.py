"""Lock back-off is imputed where no line of the log states it, and no verdict rests on it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from duronb.analysis.comparison.compare import compare_runs
from duronb.analysis.counting import IMPUTED, STATED, counting_of, has_imputed_backoff
from duronb.errors import RequestError
from duronb.model.run import RunRecord
from duronb.model.stage import StageResult
from tests.analysis.history.timeline import run_at
from tests.given_files import GivenFiles

WARNED = StageResult(name="a", lock_warnings=3, lock_warnings_fetch=2, backoff_seconds=0.3)


def run_of(version: str | None, log: bytes = b"") -> RunRecord:
    return replace(run_at(0, 10.0, version=version), files=GivenFiles(log=log))


@pytest.mark.parametrize(
    ("stage", "version", "log", "imputed"),
    [
        (replace(WARNED, backoff_imputed_seconds=0.1), "0.1.32", b"", True),
        (replace(WARNED, backoff_imputed_seconds=0.0), "0.1.1", b"", False),
        (WARNED, "0.1.9", b"", True),
        (WARNED, "0.1.11-rc", b"", True),
        (WARNED, "0.1.12", b"", False),
        (WARNED, None, b"WARN Error fetching work item: locked", True),
        (WARNED, None, b"WARN Error fetching work item (retryable, attempt 1): locked", False),
        (WARNED, None, b"", False),
        (replace(WARNED, lock_warnings_fetch=0), "0.1.1", b"", False),
        (replace(WARNED, backoff_seconds=0.0), "0.1.1", b"", False),
    ],
)
def test_what_no_line_states_is_imputed(stage: StageResult, version: str | None, log: bytes, *, imputed: bool) -> None:
    run = run_of(version, log)
    assert has_imputed_backoff(run, stage) == imputed
    assert counting_of("backoff_seconds", run, stage) == (IMPUTED if imputed else STATED)
    assert counting_of("window_rate", run, stage) == ""


def test_a_comparison_of_the_back_off_is_refused() -> None:
    sides = [[run_at(hour, 10.0, version=version) for hour in range(5)] for version in ("0.1.9", "0.1.18")]
    with pytest.raises(RequestError, match="lock back-off may be zero"):
        compare_runs(sides[0], sides[1], metric="backoff_seconds")
