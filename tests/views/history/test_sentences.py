"""Sentences and figures of a history."""

from __future__ import annotations

from dataclasses import replace

import pytest

from duronb.analysis.history.trend import trend
from duronb.results.history import History
from duronb.views.history.marks import marks
from duronb.views.history.sentences import signed, sparkline, value_text
from tests.analysis.history.timeline import run_at
from tests.views.history.histories import dropped, history


def test_a_level_change_within_one_subject_points_at_the_machine() -> None:
    runs = [run_at(hour, float(run.stages[0].window_rate or 0)) for hour, run in enumerate(dropped())]
    assert (
        history(runs).sentences[0].endswith("The code is the same on both sides, so look for a change of the machine.")
    )


def test_a_suspected_change_says_how_many_runs_follow() -> None:
    (sentence,) = history(dropped(20, 19)).sentences
    assert sentence.startswith("Suspected, with only 1 run after it: −")


def test_a_lower_value_may_be_better() -> None:
    found = trend(dropped())
    lower = replace(found, metric=replace(found.metric, better="lower"))
    assert "], better, between" in History(lower).sentences[0]
    assert [band.kind for band in marks(lower, {}).bands] == ["better"]


def test_runs_without_the_figure_are_counted() -> None:
    assert history(dropped(), metric="throughput").sentences == ["Left out: 30 without the metric."]


@pytest.mark.parametrize(
    ("values", "width", "bars"),
    [
        ([], 10, ""),
        ([1.0], 10, "▄"),
        ([1.0, 8.0], 10, "▁█"),
        (list(range(8)), 8, "▁▂▃▄▅▆▇█"),
        ([0.0] * 50 + [1.0] * 50, 4, "▁▁██"),
    ],
)
def test_a_sparkline_has_a_bar_per_cell(values: list[float], width: int, bars: str) -> None:
    assert sparkline(values, width) == bars


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (0.0, "0.00"),
        (12.345, "12.35"),
        (123.45, "123.5"),
        (1234.5, "1,234"),
        (0.01234, "0.0123"),
        (1e-9, "1e-09"),
        (-2.0, "-2.00"),
    ],
)
def test_small_values_have_more_decimal_places(value: float | None, text: str) -> None:
    assert value_text(value) == text


def test_relative_changes_are_signed_percentages() -> None:
    assert (signed(0.051), signed(-0.2)) == ("+5.1\N{NO-BREAK SPACE}%", "−20.0\N{NO-BREAK SPACE}%")
