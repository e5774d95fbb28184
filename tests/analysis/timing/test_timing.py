"""The order of runs in time, sessions, and the verdicts that they permit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest

from duronb.analysis.comparison.compare import compare_runs
from duronb.analysis.comparison.gate import gate
from duronb.analysis.timing.order import order_of
from duronb.analysis.timing.sessions import imbalance, sessions_of
from duronb.analysis.timing.timing import timing_of
from duronb.analysis.timing.variance import session_noise
from duronb.model.record.clocks import Clocks
from duronb.model.run import RunRecord
from tests.analysis.comparison.sides import series_sides, side

SLOW, FAST = [10.0, 10.1, 9.9, 10.05, 9.95], [13.0, 13.1, 12.9, 13.05, 12.95]
WEEK = 7 * 24 * 60


def moved(run: RunRecord, minutes: float) -> RunRecord:
    return replace(run, created=run.created + timedelta(minutes=minutes))


def imprecise(run: RunRecord, precision: str) -> RunRecord:
    return run.with_parts(quality=replace(run.quality, created_precision=precision))


def test_sides_one_after_the_other_differ_at_most() -> None:
    result = compare_runs(side("a", FAST), side("b", SLOW, first=5))
    assert result.verdict == "differs"
    assert result.stages[0].confounded
    assert result.timing.sentence == (
        "All runs before are older than all runs after, so drift of the machine would look the same"
    )
    assert gate(result).outcome == "undecided"
    same = compare_runs(side("a", FAST * 2), side("b", FAST * 2, first=WEEK))
    assert (same.verdict, gate(same).outcome) == ("inconclusive", "undecided")


def test_runs_in_alternation_and_equal_times_have_the_usual_verdict() -> None:
    before = [moved(run, 3 * index) for index, run in enumerate(side("a", FAST))]
    after = [moved(run, 3 * index + 1) for index, run in enumerate(side("b", SLOW))]
    assert order_of(before, after).separation == pytest.approx((15 - 10) / 25)
    assert compare_runs(before, after).verdict == "regressed"
    assert compare_runs(side("a", FAST), side("b", SLOW)).verdict == "regressed"
    assert order_of(side("a", [1.0]), side("b", [1.0])).separation == 0


def test_blocks_of_an_ab_are_interleaved_whatever_the_clock_says() -> None:
    before, after = series_sides([FAST, SLOW])
    late = [moved(run, WEEK) for run in after]
    assert compare_runs(before, late).verdict == "regressed"
    alone = timing_of(before[:1], after[:1], blocks=1)
    assert alone.limits


def test_a_clock_that_goes_backwards_makes_the_order_unknown() -> None:
    before, after = series_sides([FAST, SLOW])
    before[3] = moved(before[3], -WEEK)
    order = order_of([*before, *side("x", FAST)], after)
    assert order.unknown == 1
    assert order.apart
    assert "no reliable time" in order.sentence


def test_one_run_against_many() -> None:
    many = side("b", SLOW)
    assert order_of(side("a", [1.0], first=-1), many).sentence == "The run before is older than all runs after"
    assert order_of(side("a", [1.0], first=9), many).sentence == "The run before is newer than all runs after"
    assert order_of(side("a", [1.0], first=2), many).separation == 0


def test_the_time_zone_does_not_matter() -> None:
    tokyo = timezone(timedelta(hours=9))
    before = [replace(run, created=run.created.astimezone(tokyo)) for run in side("a", FAST)]
    assert order_of(before, side("b", SLOW, first=10)) == order_of(side("a", FAST), side("b", SLOW, first=10))


@pytest.mark.parametrize(("days", "known"), [(0, False), (2, False), (4, True)])
def test_dates_without_a_time_are_known_only_days_apart(days: int, known: bool) -> None:
    midnight = datetime(2026, 3, 14, tzinfo=UTC)
    sides = [
        [imprecise(replace(run, created=midnight + timedelta(days=shift)), "day") for run in side(name, FAST)]
        for name, shift in (("a", 0), ("b", days))
    ]
    order = order_of(sides[0], sides[1])
    assert (order.separation, order.unknown) == ((1, 0) if known else (0, 1))
    assert order.apart


def test_the_time_of_a_file_is_no_time() -> None:
    sides = [[imprecise(run, "file") for run in side(name, FAST)] for name in ("a", "b")]
    assert order_of(*sides).unknown == 1
    assert len(set(sessions_of(sides[0]))) == len(FAST)


def test_sessions_end_with_a_gap_a_boot_or_another_machine() -> None:
    runs = side("a", FAST)
    assert len(set(sessions_of(runs))) == 1
    assert len(set(sessions_of([*runs[:2], moved(runs[2], 70)]))) == 2
    booted = [
        run.with_parts(clocks=Clocks(sampler="monotonic", sampler_to_unix_seconds=boot))
        for run, boot in zip(runs, (0.0, 0.1, 400.0, 400.0, 400.0), strict=True)
    ]
    assert len(set(sessions_of(booted))) == 2
    other = runs[0].with_parts(environment=replace(runs[0].environment, host="b"))
    assert len(set(sessions_of([other, *runs[1:]]))) == 2
    assert len(set(sessions_of([other, *runs[1:]], by_machine=False))) == 1


def test_sides_in_alternating_sessions_are_not_independent_runs() -> None:
    before = [*side("a", FAST), *[moved(run, 2 * WEEK) for run in side("a", FAST, first=5)]]
    after = [moved(run, shift * WEEK) for shift in (1, 3) for run in side("b", SLOW, first=5 * shift)]
    timing = timing_of(before, after)
    assert not timing.order.apart
    assert timing.imbalance == pytest.approx(1.0)
    assert timing.limits
    assert imbalance("ab", "ab") == 0
    assert imbalance("aa", "bb") == 2


def test_known_sessions_widen_the_error() -> None:
    rng = np.random.default_rng(4)

    def sessions(label: str, first: int, rate: float) -> list[RunRecord]:
        return [
            run
            for number in range(first, first + 4)
            for run in side(label, list(rate * np.exp(rng.normal(0, 0.01, 5))), first=number * WEEK)
        ]

    result = compare_runs(sessions("a", 0, 13), sessions("b", 4, 10))
    (stage,) = result.stages
    assert result.verdict == "regressed"
    assert "variance between sessions" in stage.decision.reason
    # One source in five sessions is enough for two sides of one session each.
    others = [*sessions("x", 10, 10), *side("x", FAST, first=20 * WEEK)]
    alone = compare_runs(side("a", FAST), side("b", SLOW, first=WEEK), others=others)
    assert not alone.stages[0].confounded
    assert alone.stages[0].effect is not None
    assert alone.stages[0].effect.standard_error > 0.05


def test_the_noise_is_that_of_an_analysis_of_variance() -> None:
    rng = np.random.default_rng(2)
    logs = rng.normal(0, 0.05, (6, 1)) + rng.normal(0, 0.02, (6, 5))
    noise = session_noise([("x", number, float(np.exp(value))) for number in range(6) for value in logs[number]])
    assert noise is not None
    assert noise.between == pytest.approx(5 * logs.mean(axis=1).var(ddof=1))
    assert noise.within == pytest.approx(logs.var(axis=1, ddof=1).mean())
    assert (noise.df_between, noise.df_within, noise.size, noise.sessions) == (5, 24, 5, 6)
    error, df = noise.error(2.0, 2 / 5)
    assert error == pytest.approx((2 * noise.between / 5) ** 0.5)
    assert df == pytest.approx(5)
    assert session_noise([("x", 0, 1.0), ("x", 1, 2.0), ("y", 0, 1.0), ("y", 1, 2.0)]) is None
