from __future__ import annotations

from dataclasses import replace

import pytest

from duronb.analysis.bottlenecks.time_budget import time_budget
from duronb.model.record.environment import Environment
from duronb.model.record.quality import Quality
from duronb.model.run import RunRecord
from duronb.model.run_files import RunFiles
from duronb.model.stage import StageResult
from tests.views.profiles import STAGES, make_run, small_cells

FIRST, SECOND = "File SQLite 1/1", "File SQLite 2/2"


def run_of(*stages: StageResult, cores: int | None = 2, known: bool = True) -> RunRecord:
    return make_run(small_cells()).with_parts(
        stages=list(stages), environment=Environment(cores=cores), quality=Quality(frequency_known=known)
    )


STAGE = StageResult(
    name=SECOND, orchestration_dispatchers=2, worker_dispatchers=2, started=100.0, ended=110.0, total_seconds=9.0,
    backoff_seconds=20.0,
)  # fmt: skip


def test_a_budget_divides_wall_time_by_processors_and_dispatchers() -> None:
    (budget,) = time_budget(run_of(STAGE))
    samples = 7 + 11 + 13 + 2
    assert budget.wall_seconds == 10
    assert (budget.core_seconds, budget.dispatcher_seconds) == (20, 40)
    assert budget.on_cpu_seconds == pytest.approx(samples / 999.0)
    assert budget.on_cpu_cores == pytest.approx(samples / 9990.0)
    assert (budget.backoff_share, budget.other_seconds) == (0.5, 20)
    assert budget.sentence == (
        "on-CPU 0.00 of 2 cores; 50 % of dispatcher time in lock back-off: a CPU flamegraph explains only part."
    )


def test_an_imputed_back_off_is_an_upper_limit() -> None:
    (budget,) = time_budget(run_of(replace(STAGE, backoff_imputed_seconds=1.0), known=False))
    assert budget.backoff_imputed
    assert budget.sentence.startswith("at most 50 % of dispatcher time in lock back-off")
    bare = replace(STAGE, backoff_imputed_seconds=1.0, worker_dispatchers=None)
    assert time_budget(run_of(bare, known=False))[0].sentence.startswith("at most 20.0 s of lock back-off")
    assert not time_budget(run_of(replace(STAGE, backoff_imputed_seconds=0.0)))[0].backoff_imputed


def test_busy_processors_without_back_off_are_explained_by_the_samples() -> None:
    busy = replace(STAGE, backoff_seconds=0.0, started=100.0, ended=100.02)
    (budget,) = time_budget(run_of(busy))
    assert budget.sentence == "on-CPU 1.65 of 2 cores; 0 % of dispatcher time in lock back-off."


@pytest.mark.parametrize("cores", [None, 0, -1])
def test_what_is_not_known_is_not_made_up(cores: int | None) -> None:
    bare = StageResult(name=FIRST, backoff_seconds=None)
    (budget,) = time_budget(run_of(bare, cores=cores))
    assert budget.on_cpu_seconds == pytest.approx(8 / 999.0)
    assert [
        budget.cores, budget.wall_seconds, budget.core_seconds, budget.on_cpu_cores, budget.dispatcher_seconds,
        budget.backoff_share, budget.other_seconds,
    ] == [None] * 7  # fmt: skip
    assert budget.sentence == ""
    (unknown,) = time_budget(run_of(STAGE, cores=cores, known=False))
    assert unknown.on_cpu_seconds is None
    assert unknown.sentence == "50 % of dispatcher time in lock back-off: a CPU flamegraph explains only part."


def test_runs_without_samples_or_stages_have_budgets_too() -> None:
    (budget,) = time_budget(replace(run_of(STAGE), files=RunFiles()))
    assert (budget.on_cpu_seconds, budget.backoff_share) == (None, 0.5)
    assert time_budget(run_of()) == []
    assert len(time_budget(make_run(small_cells()))) == len(STAGES)


def test_a_budget_is_plain_json() -> None:
    (budget,) = time_budget(run_of(STAGE))
    assert budget.to_json()["sentence"] == budget.sentence
    assert budget.to_json()["stage"] == SECOND
