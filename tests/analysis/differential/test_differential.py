"""Differentials of sampled programs: equal nodes stay grey, planted changes are found, moves are recognised."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from duronb.analysis.differential.differential import CHANGE_KINDS, Change, Differential, differential
from duronb.errors import RequestError
from duronb.model.run import RunRecord
from duronb.model.run_files import RunFiles
from tests.analysis.differential.programs import STAGE, groups, planted, program, recorded

BASE = program()
PARENT = "main;worker"
Side = Sequence[RunRecord]


def of_runs(before: Side, after: Side, **options: object) -> Differential:
    return differential(before, after, **options)  # type: ignore[arg-type]


def paths(changes: Sequence[Change]) -> set[str]:
    return {";".join(change.path) for change in changes}


def coloured(result: Differential) -> bool:
    return bool(result.total.kind.any() or result.own.kind.any())


@pytest.mark.long
def test_equal_programs_are_grey_although_runs_differ_by_a_quarter() -> None:
    pictures = sum(coloured(of_runs(*groups(BASE, BASE, 5, seed))) for seed in range(60))
    assert pictures <= 5


@pytest.mark.long
def test_a_planted_function_of_three_percent_is_the_outermost_coloured_node_and_nothing_else_is() -> None:
    alone = 0
    draws = 60
    for seed in range(draws):
        above = list(BASE)[seed % len(BASE)]
        hot = f"{above};hot"
        result = of_runs(*groups(BASE, planted(BASE, f"{hot};inner"), 5, 1000 + seed))
        total = [change for change in result.changes if change.of == "total"]
        assert hot in paths(total), seed
        alone += paths(total) == {hot} and [change.kind for change in total] == ["appeared"]
    assert alone >= 0.95 * draws


@pytest.mark.long
def test_a_function_that_grew_is_found_where_it_is_and_its_callers_stay_grey() -> None:
    path = max((path for path in BASE if path.count(";") > 2), key=BASE.__getitem__)
    found = alone = 0
    for seed in range(30):
        result = of_runs(*groups(BASE, planted(BASE, path, 0.1), 6, 2000 + seed, own=0.02))
        told = paths([change for change in result.changes if change.kind == "dearer"])
        found += path in told
        alone += told == {path}
    assert found >= 28
    assert alone >= 26


@pytest.mark.long
def test_the_size_is_reported_with_an_interval_that_covers_it() -> None:
    covered = 0
    draws = 60
    for seed in range(draws):
        # An increase of 3 ms by half, while the total cost of runs varies by a quarter.
        before = {**BASE, "main;hot": 3.0}
        result = of_runs(*groups(before, {**BASE, "main;hot": 4.5}, 6, 3000 + seed, own=0.02))
        (change,) = [change for change in result.changes if change.path == ("main", "hot") and change.of == "total"]
        # The size is relative to the unchanged cost of the runs before, which varies.
        cost = change.before / 3.0
        covered += change.low <= 1.5 * cost <= change.high
        assert change.low < change.delta < change.high
    assert covered >= 0.85 * draws


def test_units_agree_on_the_changes_and_differ_in_scale() -> None:
    result = of_runs(*groups(BASE, planted(BASE, "main;hot", 0.05), 5, 1))
    share = result.in_unit("share")
    assert share is not None
    assert result.unit == "cpu_ms_per_orchestration"
    assert result.in_unit("cpu_ms_per_orchestration") is result
    (hot,) = [change for change in result.changes if change.name == "hot"]
    (part,) = [change for change in share.changes if change.name == "hot"]
    assert part.before == 0
    assert part.after == pytest.approx(0.05, rel=0.1)
    assert hot.after == pytest.approx(hot.samples_after * result.scales[1])
    assert hot.delta / result.scales[0] == pytest.approx(part.delta / share.scales[0])
    np.testing.assert_array_equal(result.total.q, share.total.q)


def test_runs_that_complete_less_take_more_time_for_each_orchestration() -> None:
    rng = np.random.default_rng(1)
    runs = [recorded(BASE, rng, completed=count, shared=0.0) for count in (100, 200, 300, 100, 200, 300)]
    result = of_runs(runs[:3], runs[3:])
    assert result.before.sum() * result.scales[0] == pytest.approx(20, rel=0.05)
    assert not coloured(result)


def test_a_change_of_all_nodes_is_reported_for_the_remainder() -> None:
    slower = {path: 2 * cost for path, cost in BASE.items()}
    result = of_runs(*groups(BASE, slower, 8, 4, shared=0.02, own=0.01))
    (change,) = result.changes
    assert (change.node, change.name, change.kind) == (0, "all", "dearer")
    assert change.low < change.after - change.before < change.high
    share = result.in_unit("share")
    assert share is not None
    assert share.changes == ()


def test_a_renamed_function_moved_and_is_not_slower() -> None:
    before, after = {**BASE, "main;old;x": 1.0, "main;old;y": 2.0}, {**BASE, "main;new;x": 1.0, "main;new;y": 2.0}
    result = of_runs(*groups(before, after, 5, 5))
    told = {change.name: change for change in result.changes}
    assert set(told) == {"old", "new"}
    assert {change.kind for change in told.values()} == {"moved"}
    assert (told["old"].moved_with, told["new"].moved_with) == ((told["new"].node,), (told["old"].node,))


def test_a_function_that_is_called_from_elsewhere_moved() -> None:
    before, after = {**BASE, "main;a;hot": 3.0, "main;a": 0.5}, {**BASE, "main;b;hot": 3.0, "main;a": 0.5}
    kinds = {change.path: change.kind for change in of_runs(*groups(before, after, 5, 6)).changes}
    assert kinds == {("main", "a", "hot"): "moved", ("main", "b"): "moved"}


def test_two_unrelated_changes_are_not_a_move() -> None:
    before, after = {**BASE, "main;a;x": 3.0, "main;a": 1.0}, {**BASE, "main;b;y": 3.0, "main;a": 1.0, "main;b": 1.0}
    kinds = {change.kind for change in of_runs(*groups(before, after, 5, 7)).changes}
    assert "moved" not in kinds
    assert kinds <= {"appeared", "vanished", "cheaper", "dearer"}


def test_a_function_that_vanished_beside_one_that_got_twice_as_dear_did_not_only_move() -> None:
    before, after = {**BASE, "main;old": 2.0}, {**BASE, "main;new": 4.0}
    result = of_runs(*groups(before, after, 5, 9))
    assert {change.name: change.kind for change in result.changes} == {"old": "vanished", "new": "appeared"}


def test_names_of_two_toolchains_are_one() -> None:
    rng = np.random.default_rng(10)
    old = {f"{path};step::h0123456789abcdef;Vec<u8>::push::{{closure#1}}": cost for path, cost in BASE.items()}
    new = {f"{path};step::hfedcba9876543210;Vec<u16>::push::{{closure#7}}": cost for path, cost in BASE.items()}
    before = [recorded(old, rng, source_hash="a") for _ in range(4)]
    after = [recorded(new, rng, source_hash="b") for _ in range(4)]
    result = of_runs(before, after)
    assert "Vec::push::{closure}" in result.tree.frames.names
    assert not coloured(result)


def test_one_run_each_colours_only_what_appeared_or_vanished() -> None:
    before = {**BASE, "main;hot": 0.5, "main;gone": 1.5}
    after = {**BASE, "main;hot": 2.5, "main;new;inner": 3.0}
    result = of_runs(*groups(before, after, 1, 10))
    assert result.method == "presence"
    assert result.notices[0] == (
        "One run each: only functions that appeared or vanished are coloured. `duronb ab BEFORE AFTER` shows the rest."
    )
    assert {change.name: change.kind for change in result.changes if change.of == "total"} == {
        "gone": "vanished",
        "new": "appeared",
    }
    assert of_runs(*groups(BASE, BASE, 3, 10)).method == "runs"


def test_a_few_samples_on_one_side_did_not_appear() -> None:
    assert not coloured(of_runs(*groups({**BASE, "main;few": 0.1}, BASE, 1, 11)))


@pytest.mark.long
@pytest.mark.parametrize("others", [0, 5])
def test_one_equal_run_each_is_grey(others: int) -> None:
    found = 0
    for seed in range(40):
        rng = np.random.default_rng(5000 + seed)
        runs = [recorded(BASE, rng, number=at, source_hash=str(at // 2 % 2)) for at in range(2 + 4 * others)]
        result = of_runs(runs[:1], runs[1:2], others=runs)
        assert result.method == ("other runs" if others else "presence")
        found += coloured(result)
    assert found <= 4


def test_the_noise_of_other_runs_finds_what_one_run_each_cannot() -> None:
    rng = np.random.default_rng(12)
    others = [recorded(BASE, rng, number=at + 9, own=0.02) for at in range(12)]
    before, after = groups({**BASE, "main;hot": 1.0}, {**BASE, "main;hot": 3.0}, 1, 12, own=0.02)
    assert not coloured(of_runs(before, after))
    result = of_runs(before, after, others=others)
    assert result.method == "other runs"
    assert ("hot", "dearer") in {(change.name, change.kind) for change in result.changes}
    assert "12 other stored runs" in result.notices[0]
    elsewhere = [run.with_parts(environment=replace(run.environment, engine="docker")) for run in others]
    assert of_runs(before, after, others=elsewhere).method == "presence"


def test_all_code_together_has_its_own_test() -> None:
    slower = {path: 1.2 * cost for path, cost in BASE.items()}
    result = of_runs(*groups(BASE, slower, 8, 4, shared=0.05, own=0.01))
    whole = result.whole
    assert whole is not None
    before, after = (
        counts.sum() * scale for counts, scale in zip((result.before, result.after), result.scales, strict=True)
    )
    assert (whole.before, whole.after, whole.delta) == pytest.approx((before, after, after - before))
    assert whole.verdict == "dearer"
    assert result.sentences[0] == whole.sentence
    one = of_runs(*groups(BASE, slower, 1, 4)).whole
    assert one is not None
    assert (one.verdict, one.p, one.low) == ("not tested", None, None)
    share = result.in_unit("share")
    assert share is not None
    assert share.whole is None


@pytest.mark.parametrize("cost", [0.2, 3.0, 14.0])
def test_an_inner_function_of_any_size_that_is_renamed_moved(cost: float) -> None:
    def made(name: str) -> dict[str, float]:
        return {**BASE, f"main;{name}": 0.1 * cost, f"main;{name};x": 0.6 * cost, f"main;{name};x;y": 0.3 * cost}

    result = of_runs(*groups(made("old"), made("new"), 5, 21))
    assert {(change.name, change.kind) for change in result.changes} == {("old", "moved"), ("new", "moved")}
    nodes = {change.name: change for change in result.changes}
    assert (nodes["old"].moved_with, nodes["new"].moved_with) == ((nodes["new"].node,), (nodes["old"].node,))


@pytest.mark.parametrize("into", [True, False])
def test_an_inlined_function_is_one_change_and_its_caller_is_grey(into: bool) -> None:
    apart = {**BASE, "main;caller": 0.3, "main;caller;f": 1.0, "main;caller;f;x": 2.0}
    within = {**BASE, "main;caller": 1.3, "main;caller;x": 2.0}
    before, after = (apart, within) if into else (within, apart)
    (change,) = of_runs(*groups(before, after, 5, 22)).changes
    assert (change.name, change.kind) == ("f", "inlined")
    assert change.low < 0 < change.high
    assert change.after == pytest.approx(change.before, rel=0.5)


def test_a_callee_that_doubles_in_a_renamed_function_is_the_only_change_of_cost() -> None:
    before = {**BASE, "main;old": 0.5, "main;old;x": 2.0, "main;old;y": 2.0}
    after = {**BASE, "main;new": 0.5, "main;new;x": 4.0, "main;new;y": 2.0}
    told = {(change.path, change.kind) for change in of_runs(*groups(before, after, 6, 23, own=0.02)).changes}
    assert told == {(("main", "new", "x"), "dearer"), (("main", "old"), "moved"), (("main", "new"), "moved")}


def test_a_function_that_is_really_gone_is_not_inlined() -> None:
    before = {**BASE, "main;caller": 2.0, "main;caller;f": 1.5, "main;caller;f;x": 1.5}
    result = of_runs(*groups(before, {**BASE, "main;caller": 2.0}, 5, 24))
    assert {(change.name, change.kind) for change in result.changes if change.of == "total"} == {("f", "vanished")}


def test_nodes_that_are_too_small_are_not_tested() -> None:
    result = of_runs(*groups(BASE, BASE, 5, 11))
    totals = result.tree.totals(result.before + result.after)
    enough = (totals >= 0.0025 * totals[0]) & (totals >= 20)
    enough[0] = False
    tested = ~np.isnan(result.total.q)
    assert not (tested & ~enough).any()
    # Of what is all there is, no part can be tested.
    assert set(np.flatnonzero(enough & ~tested)) <= set(np.flatnonzero(totals == totals[0]))


@pytest.mark.long
def test_what_is_planted_as_large_as_the_smallest_that_is_seen_is_found_four_times_out_of_five() -> None:
    path = "main;hot"
    before = {**BASE, path: 2.0}
    base = of_runs(*groups(before, before, 6, 12, own=0.0))
    node = next(at for at in range(len(base.tree)) if base.tree.name(at) == "hot")
    smallest = float(base.total.detectable[node])
    found = 0
    for seed in range(40):
        result = of_runs(*groups(before, {**before, path: 2.0 + smallest}, 6, 4000 + seed, own=0.0))
        found += path in paths(result.changes)
    assert 24 <= found <= 40
    assert smallest < 1.5


def test_the_result_is_plain_json() -> None:
    result = of_runs(*groups(BASE, planted(BASE, "main;hot"), 5, 13))
    told = json.loads(json.dumps(result.to_json(), allow_nan=False))
    assert (told["method"], told["runs"], told["unit"]) == ("runs", {"before": 5, "after": 5}, result.unit)
    assert told["changes"][0]["path"] == ["main", "hot"]
    assert told["changes"][0]["kind"] in CHANGE_KINDS
    change = told["changes"][0]
    assert change["total_change"] == change["after"] - change["before"]
    assert change["own_change"] == change["delta"]
    assert told["whole"]["verdict"] in ("dearer", "not significant")
    assert told["methods"][0].startswith("5 + 5 runs")
    assert any("cannot be detected" in sentence for sentence in told["sentences"])


def test_without_completions_shares_are_compared() -> None:
    rng = np.random.default_rng(14)
    runs = [recorded(BASE, rng, completed=None) for _ in range(6)]
    result = of_runs(runs[:3], runs[3:])
    assert result.unit == "share"
    assert result.in_unit("cpu_ms_per_orchestration") is None
    with pytest.raises(RequestError, match="Choose the unit share"):
        of_runs(runs[:3], runs[3:], unit="cpu_ms_per_orchestration")


def test_runs_without_samples_are_left_out_with_a_notice() -> None:
    before, after = groups(BASE, BASE, 4, 15)
    result = of_runs([*before, replace(before[0], files=RunFiles())], after)
    assert result.runs == (4, 4)
    assert result.notices[0].startswith("1 of 5 runs before have no samples")
    with pytest.raises(RequestError, match="No run after has samples"):
        of_runs(before, [replace(after[0], files=RunFiles())])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"stage": "no such"}, "no samples in the stage 'no such'"),
        ({"unit": "joules"}, "Choose share"),
        ({"level": 0.0}, "between 0 and 1"),
    ],
)
def test_wrong_requests_are_named(options: dict[str, object], message: str) -> None:
    before, after = groups(BASE, BASE, 3, 16)
    with pytest.raises(RequestError, match=message):
        of_runs(before, after, **options)
    with pytest.raises(RequestError, match="No run before"):
        of_runs([], after)


def test_a_stage_alone_has_its_own_samples_and_completions() -> None:
    before, after = groups(BASE, BASE, 3, 17)
    whole, one = of_runs(before, after), of_runs(before, after, stage=STAGE)
    np.testing.assert_array_equal(whole.before, one.before)
    assert (whole.stage, one.stage) == (None, STAGE)
    assert whole.scales == one.scales
