"""Sentences and figures of a history."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from duronb.analysis.history.trend import trend
from duronb.model.record.quality import Quality
from duronb.model.run import RunRecord
from duronb.model.stage import StageResult
from duronb.results.history import History
from duronb.views.history.marks import marks
from duronb.views.history.picture import history_svg
from duronb.views.history.sentences import signed, sparkline, value_text
from tests.analysis.history.timeline import STAGE, run_at
from tests.views.history.histories import dropped, history


def test_a_level_change_within_one_subject_points_at_the_machine() -> None:
    runs = [run_at(hour, float(run.stages[0].window_rate or 0)) for hour, run in enumerate(dropped())]
    assert (
        history(runs).sentences[0].endswith("The code is the same on both sides, so look for a change of the machine.")
    )


def test_a_level_change_where_conditions_change_has_no_verdict() -> None:
    runs = [
        run_at(hour, float(run.stages[0].window_rate or 0), kernel="6.1.1" if hour < 15 else "6.1.9")
        for hour, run in enumerate(dropped())
    ]
    found = history(runs)
    (change,) = found.to_json()["series"][0]["changes"]
    assert (change["verdict"], change["changed_too"]) == ("differs", ["kernel 6.1.1 → 6.1.9"])
    assert "], differs, between" in change["sentence"]
    assert "There, this changed too, and compare would refuse: kernel 6.1.1 → 6.1.9." in change["sentence"]
    assert [band.kind for band in marks(found.trend, {}).bands] == ["differs"]
    assert 'class="band differs"' in history_svg(marks(found.trend, {}), "t").decode()


def test_a_suspected_change_says_how_many_runs_follow() -> None:
    (sentence,) = history(dropped(28, 26)).sentences
    assert sentence.startswith("Suspected, with only 2 runs after it: −")


def test_a_lower_value_may_be_better() -> None:
    found = trend(dropped())
    lower = replace(found, metric=replace(found.metric, better="lower"))
    assert "], better, between" in History(lower).sentences[0]
    assert [band.kind for band in marks(lower, {}).bands] == ["better"]


def test_runs_without_the_figure_are_counted() -> None:
    runs = dropped()
    assert history(runs, metric="throughput").sentences == [
        (
            "All 30 runs have no throughput. The runs without it have window_rate, completed_rate. Show them with"
            " duronb history --metric window_rate."
        )
    ]


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


def _without_window(hour: int, rate: float, **options: Any) -> RunRecord:
    run = run_at(hour, None, **options)
    return run.with_parts(stages=[StageResult(name=STAGE, seconds=10.0, throughput=rate)])


def test_results_without_a_window_rate_are_shown_by_the_rate_that_all_runs_have() -> None:
    runs = [_without_window(hour, 10.0 + hour, engine="import", cpu=None) for hour in range(3)]
    found = history(runs)
    assert (len(found), found.trend.metric.name) == (3, "throughput")
    assert "no runs" not in str(found)


def test_one_run_without_the_better_rate_decides_the_metric_and_the_history_says_it() -> None:
    runs = dropped()[:3]
    measured = [run.with_parts(stages=[replace(run.stages[0], throughput=9.0)]) for run in runs]
    found = history([*measured, _without_window(9, 9.5)])
    assert (len(found), found.trend.metric.name) == (4, "throughput")
    assert found.sentences[-1] == (
        "Shown by throughput, which all runs have: only 3 of 4 have a window rate. Show these with duronb history"
        " --metric window_rate."
    )


def test_runs_that_have_no_rate_in_common_are_shown_by_that_of_most() -> None:
    found = history([*dropped()[:3], _without_window(9, 9.5)])
    assert (len(found), found.trend.metric.name) == (3, "window_rate")
    assert found.sentences[-1] == (
        "Left out: 1 without window rate. The runs without it have throughput. Show them with duronb history --metric"
        " throughput."
    )


def test_no_empty_history_names_another_reason_than_the_true_one() -> None:
    interrupted = [run_at(hour, 10.0, status="interrupted") for hour in range(2)]
    assert history(interrupted).sentences == [
        "Of 2 runs, none can be shown: 2 interrupted. A history needs complete runs with the stage."
    ]
    assert history([run_at(0, None)]).sentences == [
        "The run has no window rate. There is no other rate or time of this stage."
    ]
    assert history([]).sentences == ["There are no runs to show. Record one with duronb profile."]
    assert history(interrupted).sentences[0] in history(interrupted)._repr_mimebundle_()["text/html"]


def test_notices_of_the_runs_appear_once_for_each_kind() -> None:
    busy = [
        run.with_parts(quality=Quality(notices=(f"The machine was busy before the start: load {load} on 2 cores.",)))
        for run, load in zip(dropped()[:4], ("1.5", "10.25", "3", "2"), strict=True)
    ]
    assert history([*busy, *dropped()[4:6]]).sentences[-1] == (
        "4 of 6 runs: The machine was busy before the start: load 1.5 to 10.25 on 2 cores."
    )
