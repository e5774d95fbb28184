"""Notices of runs: derived from stages, and gathered over several runs."""

from __future__ import annotations

from duronb.analysis.run_notices import gathered_notices, notices_of
from duronb.model.record.quality import Quality
from duronb.model.run import RunRecord
from duronb.model.stage import StageResult
from tests.analysis.comparison.sides import run_of


def _with(index: int, *notices: str, **stage: float) -> RunRecord:
    fields = {"seconds": 3.0, "total_seconds": 3.5, "completed": 30, "active_at_stop": 5} | stage
    run = run_of("a", index, [StageResult(name="File SQLite 2/2", **fields)])  # type: ignore[arg-type]
    return run.with_parts(quality=Quality(notices=notices))


def test_a_window_rate_that_cannot_be_known_is_not_shown_and_the_run_says_so() -> None:
    # The large-payload workload: 5 completed in 3 s, and 5 were in flight at the stop.
    slow = _with(0, completed=5, active_at_stop=5, total_seconds=30.5)
    assert slow.stages[0].window_rate is None
    unknown, drained = notices_of(slow)
    assert unknown.startswith("File SQLite 2/2: the window rate is unknown, because 5 completed and 5 of them may")
    assert drained.startswith("File SQLite 2/2: it drained for 27.5 s after 3 s of load.")
    assert notices_of(_with(0, completed=6, active_at_stop=5)) == []
    assert _with(0, completed=6, active_at_stop=5).stages[0].window_rate == 1 / 3
    assert _with(0, completed=0, active_at_stop=0).stages[0].window_rate == 0.0


def test_notices_of_one_kind_are_one_sentence_with_the_range_of_their_numbers() -> None:
    before = [_with(0, "perf lost 1,200 samples."), _with(1), _with(2, "perf lost 3 samples.")]
    after = [_with(5, "perf lost 70 samples.")]
    (sentence,) = gathered_notices({"before": before, "after": after})
    ids = ", ".join(run.id for run in (before[0], before[2], after[0]))
    assert sentence == f"2 of 3 runs before and the run after ({ids}): perf lost 3 to 1,200 samples."


def test_versions_dates_and_stages_are_not_ranges() -> None:
    runs = [_with(0, "Version 0.1.9 of 2026-01-02, 5 lost."), _with(1, "Version 0.1.10 of 2026-01-02, 5 lost.")]
    assert len(gathered_notices({"": runs})) == 2


def test_many_kinds_are_counted() -> None:
    runs = [_with(0, *(f"Kind {chr(97 + index)} of notice." for index in range(11)))]
    found = gathered_notices({"": runs})
    assert len(found) == 9
    assert found[-1] == "The runs have 3 further kinds of notices. Each run shows its own."
