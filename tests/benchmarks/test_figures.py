from __future__ import annotations

import pytest

from tests.benchmarks.figures import Goal, Row, Summary, number, summary, times


def test_a_summary_has_the_median_and_both_ends() -> None:
    assert summary([5.0, 1.0, 3.0]) == Summary(3.0, 1.0, 5.0, 3)
    assert summary([4.0, 1.0]) == Summary(2.5, 1.0, 4.0, 2)


def test_no_values_have_no_summary() -> None:
    assert summary([]) is None


def row(ours: float, theirs: float | str) -> Row:
    found = summary([ours])
    assert found is not None
    return Row("1m", "load", "ms", {"duronb": found, "peer": theirs if isinstance(theirs, str) else one(theirs)})


def one(value: float) -> Summary:
    return Summary(value, value, value, 1)


def test_a_ratio_is_the_peer_by_duronb() -> None:
    assert row(50, 600).ratio("peer") == 12
    assert row(50, "did not finish").ratio("peer") is None
    assert row(0, 600).ratio("peer") is None


@pytest.mark.parametrize(
    ("goal", "ours", "theirs", "reached"),
    [
        (Goal(10, "peer"), 50, 500, True),
        (Goal(10, "peer"), 50, 499, False),
        (Goal(10, "peer"), 50, "did not finish", None),
        (Goal(10, "stranger"), 50, 500, None),
        (Goal(1.2, "peer", at_most=True), 1.2, 1.01, True),
        (Goal(1.2, "peer", at_most=True), 1.3, 1.0, False),
        (Goal(16, at_most=True), 16, 1, True),
        (Goal(16, at_most=True), 16.1, 1, False),
    ],
)
def test_a_goal_is_reached_at_its_limit(goal: Goal, ours: float, theirs: float | str, reached: bool | None) -> None:
    assert row(ours, theirs).reached(goal) is reached


def test_a_goal_is_missed_where_duronb_did_not_finish_and_open_where_it_was_not_run() -> None:
    goal = Goal(16, at_most=True)
    assert Row("1m", "load", "ms", {"duronb": "did not finish"}).reached(goal) is False
    assert Row("1m", "load", "ms").reached(goal) is None


@pytest.mark.parametrize(
    ("value", "text"), [(0.1234, "0.12"), (9.949, "9.95"), (12.34, "12.3"), (99.6, "100"), (12265.7, "12,266")]
)
def test_figures_have_three_digits(value: float, text: str) -> None:
    assert number(value) == text


def test_ratios_have_a_cross() -> None:
    assert (times(1.234), times(12.34), times(150.2)) == ("×1.23", "×12.3", "×150")
