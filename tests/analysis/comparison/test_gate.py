from __future__ import annotations

from dataclasses import replace
from math import exp, log
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from duronb.analysis.comparison.compare import ComparisonResult, compare_runs
from duronb.analysis.comparison.gate import Gate, gate
from duronb.cli import exit_codes
from duronb.model.stage import StageResult
from tests.analysis.comparison.sides import STAGE, run_of, series_sides, side, stage_of_rate

BEFORE = [20.0, 21.5, 19.4, 22.0, 20.3]


def compared(after: list[float], before: list[float] = BEFORE, **options: Any) -> ComparisonResult:
    return compare_runs(side("a", before), side("b", after), **options)


def outcome(result: ComparisonResult) -> tuple[str, int, str]:
    found = gate(result)
    return found.outcome, exit_codes.OF_GATE[found.outcome], found.stages[0].reason if found.stages else ""


def scaled(factor: float, spread: float, runs: int = 5) -> tuple[list[float], list[float]]:
    """Return sides whose means differ by a factor, and whose logarithms spread about them."""
    steps = np.linspace(-1, 1, runs) * spread
    return [20 * exp(step) for step in steps], [20 * factor * exp(step) for step in steps]


# Factor of the rate, spread, runs, verdict, outcome of the gate.
TABLE = [
    (0.80, 0.02, 5, "regressed", "failed"),  # shown, beyond the margin
    (0.97, 0.02, 5, "regressed", "undecided"),  # shown; whether beyond the margin is not
    (0.97, 0.010, 5, "equivalent", "passed"),
    (1.20, 0.02, 5, "improved", "passed"),
    (1.00, 0.01, 5, "equivalent", "passed"),
    (1.00, 0.10, 5, "inconclusive", "undecided"),
    (1.05, 0.05, 5, "inconclusive", "passed"),  # a loss beyond the margin is excluded
    (0.80, 0.40, 3, "inconclusive", "undecided"),
]


@pytest.mark.parametrize(("factor", "spread", "runs", "verdict", "expected"), TABLE)
def test_the_table_of_outcomes(factor: float, spread: float, runs: int, verdict: str, expected: str) -> None:
    before, after = scaled(factor, spread, runs)
    result = compared(after, before)
    assert result.stages[0].decision.verdict == verdict
    found, code, reason = outcome(result)
    assert (found, code) == (expected, {"passed": 0, "failed": 1, "undecided": 3}[expected])
    assert reason.endswith(".")


@given(st.floats(0.7, 1.3), st.floats(0.002, 0.3), st.integers(3, 9), st.sampled_from([0.02, 0.05, 0.1]))
def test_outcomes_follow_from_the_interval(factor: float, spread: float, runs: int, margin: float) -> None:
    before, after = scaled(factor, spread, runs)
    (stage,) = gate(compared(after, before, margin=margin)).stages
    oracle = stats.ttest_ind(np.log(after), np.log(before), equal_var=False)
    low = oracle.confidence_interval(0.95)[0]
    bound = -log(1 + margin)
    if min(abs(low - bound), abs(log(factor) - bound), abs(oracle.pvalue - 0.05)) < 1e-6:
        return
    if stage.outcome == "failed":
        assert oracle.pvalue < 0.05
        assert log(factor) < bound
    if stage.outcome == "undecided":
        assert low < bound
    if low > bound:
        assert stage.outcome == "passed"


def test_a_longer_time_is_a_loss_and_a_shorter_one_is_not() -> None:
    def timed(label: str, rates: list[float]) -> list[Any]:
        stages = [[StageResult(name=STAGE, ms_per_orchestration=1000 / rate)] for rate in rates]
        return [run_of(label, index, found) for index, found in enumerate(stages)]

    before, after = scaled(0.8, 0.02)
    slower = compare_runs(timed("a", before), timed("b", after), metric="ms_per_orchestration")
    faster = compare_runs(timed("a", after), timed("b", before), metric="ms_per_orchestration")
    assert (gate(slower).outcome, gate(faster).outcome) == ("failed", "passed")
    before, after = scaled(1.05, 0.05)
    open_ = compare_runs(timed("a", before), timed("b", after), metric="ms_per_orchestration")
    assert (open_.stages[0].decision.verdict, gate(open_).outcome) == ("inconclusive", "passed")


def test_more_failures_fail_whatever_the_rate() -> None:
    def failing(label: str, failed: int, **fields: Any) -> list[Any]:
        return [
            run_of(label, i, [stage_of_rate(rate, failed=failed, launched=300, **fields)])
            for i, rate in enumerate(BEFORE * 4)
        ]

    found = gate(compare_runs(failing("a", 0), failing("b", 6)))
    assert (found.outcome, found.stages[0].reason) == (
        "failed",
        "More orchestrations failed: 120 of 6,000, before 0 of 6,000.",
    )
    assert gate(compare_runs(failing("a", 6), failing("b", 0))).outcome == "passed"
    one = gate(compare_runs(failing("a", 0), failing("b", 0, failed_configuration=1)))
    assert one.outcome == "failed"
    assert "because of their configuration" in one.stages[0].reason


def test_runs_that_are_not_comparable_are_undecided_unless_forced() -> None:
    after = [run.with_parts(environment=replace(run.environment, kernel="6.9")) for run in side("b", BEFORE)]
    found = gate(compare_runs(side("a", BEFORE), after))
    assert found == Gate(
        "undecided", [], costs=[], reasons=["The runs are not comparable, because these conditions differ: kernel."]
    )
    assert gate(compare_runs(side("a", BEFORE), after, force=True)).reasons == []


def test_nothing_to_compare_is_undecided() -> None:
    assert gate(compare_runs([], [])).outcome == "undecided"
    assert gate(compare_runs(side("a", BEFORE), [])).outcome == "undecided"
    assert outcome(compared([20.0], [20.0]))[1] == 3


def test_a_stage_that_only_the_candidate_has_passes() -> None:
    _, after = scaled(1.0, 0.01)
    before = side("a", scaled(1.0, 0.01)[0])
    new = [run_of("b", i, [stage_of_rate(rate), stage_of_rate(5.0, "New")]) for i, rate in enumerate(after)]
    found = gate(compare_runs(before, new))
    assert [stage.outcome for stage in found.stages] == ["passed", "passed"]
    assert found.stages[1].reason.startswith("Only the candidate has this stage")
    assert gate(compare_runs(new, before)).outcome == "undecided"  # it is gone


def test_a_candidate_run_that_failed_leaves_it_undecided() -> None:
    before, after = scaled(1.0, 0.01)
    candidates = side("b", after)
    crashed = replace(candidates[0], id="x", status="failed").with_parts(stages=[])
    result = compare_runs(side("a", before), [*candidates, crashed])
    assert gate(result).outcome == "passed"
    found = gate(result, [*candidates, crashed])
    assert (found.outcome, found.reasons) == (
        "undecided",
        ["1 of 6 candidate runs failed and could not be compared."],
    )


@pytest.mark.long
def test_a_later_look_needs_a_wider_interval() -> None:
    before, after = scaled(1.0, 0.05, 8)
    once = compare_runs(*series_sides([before, after[::-1]]))
    again = compare_runs(*series_sides([before, after[::-1]], looks=[1, 1, 2, 2, 3, 3, 4, 5]))
    assert again.level < 0.01 < once.level
    for result in (once, again):
        effect = result.stages[0].effect
        assert effect is not None
        confidence = 1 - 2 * min(0.025, result.level)
        excluded = effect.interval(confidence)[0] > 1 / 1.05
        assert (gate(result).outcome == "passed") == (
            excluded or result.stages[0].decision.verdict in {"equivalent", "improved"}
        )


def test_the_worst_stage_decides() -> None:
    good, bad = scaled(1.0, 0.01), scaled(0.7, 0.01)
    noisy = scaled(1.0, 0.2)
    stages = [(good, "One"), (bad, "Two"), (noisy, "Three")]

    def runs(label: str, which: int) -> list[Any]:
        return [run_of(label, i, [stage_of_rate(both[which][i], name) for both, name in stages]) for i in range(5)]

    found = gate(compare_runs(runs("a", 0), runs("b", 1)))
    assert [stage.outcome for stage in found.stages] == ["passed", "failed", "undecided"]
    assert found.outcome == "failed"
    del stages[1]
    assert gate(compare_runs(runs("a", 0), runs("b", 1))).outcome == "undecided"
