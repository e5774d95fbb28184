"""Histories: which runs belong together, in which order, with which intervals."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from scipy import stats

from duronb.analysis.comparison.compare import compare_runs
from duronb.analysis.history.subjects import are_interleaved, subject_of
from duronb.analysis.history.trend import trend
from duronb.errors import RequestError, StoreError
from duronb.model.profile import Profile
from duronb.model.record.series_member import SeriesMember
from tests.analysis.history.timeline import STAGE, run_at, runs_of
from tests.given_files import GivenFiles

RATES = [10.0, 11.0, 10.5, 9.8, 10.2]


def test_an_empty_history_has_no_series() -> None:
    found = trend([])
    assert (found.stage, found.series, found.left_out) == ("", [], {})


@pytest.mark.parametrize("count", [1, 2])
def test_one_or_two_runs_are_shown_without_statistics(count: int) -> None:
    (series,) = trend(runs_of(RATES[:count])).series
    assert series.values == pytest.approx(RATES[:count])
    assert (series.changes, series.newest) == ([], None)


def test_runs_come_in_order_of_time_whatever_the_order_given() -> None:
    runs = runs_of(RATES)
    random.Random(1).shuffle(runs)
    (series,) = trend(runs).series
    assert series.values == pytest.approx(RATES)


def test_the_stage_that_most_runs_have_is_the_default() -> None:
    runs = [*runs_of(RATES), *(run_at(20 + hour, 1.0, stage="other") for hour in range(4))]
    assert trend(runs).stage == STAGE
    assert trend(runs, "other").left_out == {"without the stage": 5}
    with pytest.raises(RequestError, match=r"No run has a stage 'File'.*Choose 'File SQLite 2/2', 'other'"):
        trend(runs, "File")


@pytest.mark.parametrize(
    "changed",
    [
        {"cpu": "other"},
        {"cores": 4},
        {"kernel": "7.1"},
        {"tmp_filesystem": "tmpfs"},
        {"database_on": "/mnt/slow"},
        {"engine": "docker"},
        {"subject": {"workload": "other"}},
        {"seconds": 30.0},
        {"engine": "import"},
    ],
)
def test_runs_of_another_host_workload_or_length_are_another_series(changed: dict[str, Any]) -> None:
    runs = [*runs_of(RATES), run_at(50, 20.0, **changed)]
    first, second = trend(runs).series
    assert (len(first.runs), len(second.runs)) == (5, 1)
    assert first.host != second.host


def test_a_minor_kernel_is_the_same_host() -> None:
    assert len(trend([run_at(0, 10.0, kernel="6.1.0-1"), run_at(1, 10.0, kernel="6.8.2")]).series) == 1


def test_imported_results_of_one_kind_are_one_series() -> None:
    runs = [run_at(hour, 10.0, engine="import", cpu=None, kernel=None) for hour in range(3)]
    (series,) = trend(runs).series
    assert series.host.text == "imported results"


def test_runs_that_do_not_count_are_left_out_and_counted() -> None:
    runs = [
        *runs_of(RATES),
        run_at(10, 10.0, status="interrupted"),
        run_at(11, 10.0, status="failed"),
        run_at(12, 10.0, series=SeriesMember(id="s", warm_up=True)),
        run_at(13, None),
    ]
    found = trend(runs)
    assert len(found.series[0].runs) == 5
    assert found.left_out == {"interrupted": 1, "failed": 1, "warm-up": 1, "without the metric": 1}


def test_repeats_of_one_subject_have_the_t_interval_of_their_logarithms() -> None:
    (series,) = trend(runs_of([*RATES, 20.0, 21.0], ["0.1.1"] * 5 + ["0.1.2"] * 2)).series
    first, second = series.repeats
    for repeat, values in ((first, RATES), (second, [20.0, 21.0])):
        logs = np.log(values)
        low, high = stats.t.interval(0.95, len(logs) - 1, loc=logs.mean(), scale=stats.sem(logs))
        assert repeat.interval == "own"
        assert (repeat.mean, repeat.low, repeat.high) == pytest.approx(
            (stats.gmean(values), np.exp(low), np.exp(high)), rel=1e-9
        )


def test_a_single_run_borrows_the_spread_within_other_subjects_where_that_is_known() -> None:
    rates = [10.0, 11.0, 10.5, 9.8, 20.0, 21.0, 19.0, 18.0, 22.0, 21.5, 30.0]
    names = ["0.1.1"] * 4 + ["0.1.2"] * 6 + ["0.1.3"]
    (series,) = trend(runs_of(rates, names)).series
    logs = np.log(rates)
    squares = logs[:4].var(ddof=0) * 4 + logs[4:10].var(ddof=0) * 6
    deviation, df = np.sqrt(squares / 8), 8
    half = stats.t.ppf(0.975, df) * deviation
    last = series.repeats[-1]
    assert last.interval == "pooled"
    assert (last.low, last.high) == pytest.approx((30.0 * np.exp(-half), 30.0 * np.exp(half)), rel=1e-9)
    (fewer,) = trend(runs_of(rates[1:], names[1:])).series
    assert (fewer.repeats[-1].low, fewer.repeats[-1].interval) == (None, "")


def test_the_newest_of_few_is_held_against_the_prediction_interval_of_the_others() -> None:
    (series,) = trend(runs_of([*RATES, 14.0])).series
    logs = np.log(RATES)
    half = stats.t.ppf(0.975, 4) * logs.std(ddof=1) * np.sqrt(1 + 1 / 5)
    assert series.newest is not None
    assert (series.newest.low, series.newest.high) == pytest.approx(
        (np.exp(logs.mean() - half), np.exp(logs.mean() + half)), rel=1e-9
    )
    assert (series.newest.others, series.newest.usual) == (5, False)
    assert series.newest.value == pytest.approx(14.0)
    usual = trend(runs_of([*RATES, 10.4])).series[0].newest
    assert usual is not None
    assert usual.usual


def test_by_subject_the_mean_of_the_last_subject_is_held_against_the_others() -> None:
    (series,) = trend(runs_of([*RATES, 14.0, 13.0], ["0.1.1"] * 5 + ["0.1.2"] * 2), by="subject").series
    logs = np.log(RATES)
    half = stats.t.ppf(0.975, 4) * logs.std(ddof=1) * np.sqrt(1 / 2 + 1 / 5)
    assert series.newest is not None
    assert series.newest.value == pytest.approx(np.sqrt(14.0 * 13.0), rel=1e-6)
    assert series.newest.high == pytest.approx(np.exp(logs.mean() + half), rel=1e-9)


def test_interleaved_subjects_are_ordered_by_version_and_changes_lie_between_them() -> None:
    draw = np.random.default_rng(4)
    versions = ["0.1.10", "0.1.9", "0.1.2"]
    level = {"0.1.2": 20.0, "0.1.9": 20.0, "0.1.10": 15.0}
    names = [name for _ in range(6) for name in draw.permutation(versions).tolist()]
    rates = [level[name] * float(np.exp(draw.normal(0, 0.04))) for name in names]
    found = trend(runs_of(rates, names))
    (series,) = found.series
    assert (found.by, found.chosen) == ("subject", True)
    assert [subject.label for subject in series.subjects] == ["0.1.2"] * 6 + ["0.1.9"] * 6 + ["0.1.10"] * 6
    (change,) = series.changes
    assert change.index == 12
    assert change.effect == pytest.approx(-0.25, abs=0.05)
    assert trend(runs_of(rates, names), by="time").by == "time"


def test_subjects_that_follow_each_other_stay_in_order_of_time() -> None:
    found = trend(runs_of([10.0] * 9, ["0.1.1"] * 3 + ["0.1.2"] * 3 + ["0.1.1"] * 3))
    assert (found.by, [len(repeat.points) for repeat in found.series[0].repeats]) == ("time", [6, 3])


def test_without_versions_subjects_come_by_commit_date_and_then_as_they_came() -> None:
    def commit(sha: str, when: str | None) -> dict[str, Any]:
        return {"git_sha": sha * 40, "committed": when}

    subjects = [
        commit("c", "2026-01-03T00:00:00Z"),
        commit("a", "2026-01-01T00:00:00+00:00"),
        commit("d", None),
        commit("b", "2026-01-02"),
    ]
    runs = [run_at(hour, 10.0, version=None, subject=subjects[hour % 4]) for hour in range(16)]
    (series,) = trend(runs).series
    assert [repeat.subject.label[0] for repeat in series.repeats] == ["a", "b", "c", "d"]


def test_one_release_with_changes_is_another_subject() -> None:
    clean = run_at(0, 1.0, subject={"git_sha": "a" * 40})
    dirty = run_at(1, 1.0, subject={"git_sha": "a" * 40, "dirty": True, "dirty_hash": "x"})
    assert subject_of(clean) != subject_of(dirty)
    assert (subject_of(clean).label, subject_of(dirty).label) == ("aaaaaaa", "aaaaaaa+")


def test_interleaving_is_coming_back_again_and_again() -> None:
    a, b = subject_of(run_at(0, 1.0)), subject_of(run_at(0, 1.0, version="0.1.2"))
    assert not are_interleaved([[a, a, b, b, a, a]])
    assert are_interleaved([[a, b, b, a, a, b]])
    assert not are_interleaved([[a, a], [b]])
    assert not are_interleaved([])


def test_a_change_is_where_it_was_planted_although_some_runs_have_no_logarithm() -> None:
    draw = np.random.default_rng(5)
    rates = [float(rate) for rate in 20 * np.exp(draw.normal(0, 0.04, 30))]
    rates[15:] = [rate * 0.7 for rate in rates[15:]]
    rates[4] = rates[20] = 0.0
    (series,) = trend(runs_of(rates)).series
    assert [change.index for change in series.changes] == [15]
    assert (series.unusable, series.changes[0].before, series.changes[0].after) == (2, 14, 14)


def test_all_runs_completed_nothing() -> None:
    (series,) = trend(runs_of([0.0] * 20)).series
    assert (series.unusable, list(series.repeats), list(series.changes), series.newest) == (20, [], [], None)


def test_a_figure_that_may_be_zero_is_compared_by_differences() -> None:
    runs = runs_of([10.0] * 24)
    found = trend(runs, metric="lock_warnings")
    assert not found.metric.positive
    assert found.series[0].changes == []


def test_a_figure_that_was_not_measured_is_not_a_zero() -> None:
    runs = runs_of([10.0] * 3)
    for run in runs[:2]:
        (stage,) = run.stages
        vars(stage).update(lock_warnings=None)
    (series,) = trend(runs, metric="lock_warnings").series
    assert [run.id for run in series.runs] == [runs[2].id]


def test_unknown_names_are_refused_with_the_valid_ones() -> None:
    with pytest.raises(RequestError, match=r"'speed' is not a metric\. Choose window_rate"):
        trend(runs_of(RATES), metric="speed")
    with pytest.raises(RequestError, match=r"'nonsense' is not a bucket\. Choose"):
        trend(runs_of(RATES), metric="bucket:nonsense")
    with pytest.raises(RequestError, match="by cannot be 'size'"):
        trend(runs_of(RATES), by="size")  # type: ignore[arg-type]


def test_runs_without_samples_have_no_bucket() -> None:
    from duronb.analysis.bottlenecks.catalogue import load_catalogue

    bucket = load_catalogue().buckets[0]
    found = trend(runs_of(RATES), metric=f"bucket:{bucket.id}")
    assert found.left_out == {"without the metric": 5}
    assert found.metric.unit == "ms"


def test_a_run_with_damaged_samples_is_left_out_of_a_buckets_history() -> None:
    class Damaged(GivenFiles):
        has_profile = True

        def read_profile(self) -> Profile:
            raise StoreError("The samples cannot be read.")

    runs = [replace(run_at(hour, 10.0), files=Damaged()) for hour in range(3)]
    assert trend(runs, metric="bucket:fsync").left_out == {"without the metric": 3}


def test_runs_of_the_same_second_keep_one_order() -> None:
    runs = [run_at(0, 10.0 + number, label=f"l{number}") for number in range(5)]
    orders = {tuple(run.id for run in trend(random.Random(seed).sample(runs, 5)).series[0].runs) for seed in range(5)}
    assert len(orders) == 1
    assert runs[0].created == datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize("changed", [{"architecture": "aarch64"}, {"flags": {"RUSTFLAGS": "-O"}}, {"host": "other"}])
def test_every_condition_of_a_comparison_begins_another_series(changed: dict[str, Any]) -> None:
    assert len(trend([*runs_of(RATES), run_at(50, 20.0, **changed)]).series) == 2


@pytest.mark.parametrize("changed", [{"kernel": "6.8"}, {"toolchain": "rustc 2"}, {"image_id": "sha256:b"}])
def test_a_loose_condition_is_marked_and_not_silently_joined(changed: dict[str, Any]) -> None:
    (series,) = trend([*runs_of(RATES), run_at(50, 20.0, **changed)]).series
    (switch,) = series.switches
    assert (switch.index, len(switch.differences)) == (5, 1)
    (text,) = switch.differences
    assert text.endswith(str(next(iter(changed.values()))))


@pytest.mark.parametrize(
    ("stated", "differences"),
    [
        (["tokio 1.45.0", "tokio 1.45.1"], ["Cargo.lock tokio 1.45.0 \u2192 tokio 1.45.1"]),
        (["tokio 1.45.0", "tokio 1.45.0"], []),
        (["tokio 1.45.0, base64 0.21.7", "tokio 1.45.0"], []),
    ],
)
def test_packages_of_one_source_are_marked_by_what_was_compiled(stated: list[str], differences: list[str]) -> None:
    runs = [
        run_at(hour, rate, subject={"cargo_lock": packages}, compiled_packages=packages)
        for hour, (rate, packages) in enumerate(zip(RATES, [stated[0]] * 3 + [stated[1]] * 2, strict=True))
    ]
    (series,) = trend(runs).series
    assert [list(switch.differences) for switch in series.switches] == ([differences] if differences else [])
    # Another release has packages of its own.
    other = [run_at(50, 20.0, version="0.1.2", subject={"cargo_lock": "x"}, compiled_packages="tokio 1.46.0")]
    assert len(trend([*runs, *other]).series[0].switches) == len(series.switches)


def test_loose_conditions_are_marked_between_subjects_too() -> None:
    """Runs of three releases in blocks: the kernel changes for the last release only."""
    names = ["0.1.1", "0.1.2", "0.1.3"] * 3
    kernels = {"0.1.3": "6.1.9"}
    runs = [run_at(hour, 10.0, version=name, kernel=kernels.get(name, "6.1.1")) for hour, name in enumerate(names)]
    found = trend(runs)
    assert found.by == "subject"
    (switch,) = found.series[0].switches
    assert (switch.index, switch.differences) == (6, ("kernel 6.1.1 → 6.1.9",))


def test_subjects_that_were_all_recorded_before_and_after_an_update_have_no_mark() -> None:
    names = ["0.1.1", "0.1.2", "0.1.3"] * 4
    kernels = ["6.1.1"] * 6 + ["6.1.9"] * 6
    runs = [run_at(hour, 10.0, version=name, kernel=kernels[hour]) for hour, name in enumerate(names)]
    assert trend(runs, by="subject").series[0].switches == []


@pytest.mark.parametrize("changed", [{"kernel": "6.8.1"}, {"toolchain": "rustc 2"}, {"image_id": "sha256:b"}])
def test_where_a_history_sees_another_condition_a_comparison_refuses(changed: dict[str, Any]) -> None:
    before, after = runs_of(RATES), [run_at(hour, 20.0, **changed) for hour in range(50, 55)]
    series = [each for each in trend([*before, *after]).series if len(each.runs) > len(after)]
    said = [text for each in series for switch in each.switches for text in switch.differences]
    refused = compare_runs(before, after)
    assert refused.verdict == "not comparable"
    if said:
        assert said == [f"{each.condition} {each.before} → {each.after}" for each in refused.mismatches]
    else:
        assert len(trend([*before, *after]).series) == 2
