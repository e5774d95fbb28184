"""Comparisons of two groups of runs, against an independent computation from their values."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from math import exp, log, nan, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.weightstats import ttost_ind, ttost_paired

from duronb.analysis.comparison.compare import ComparisonResult, compare_runs
from duronb.analysis.comparison.looks import look_level
from duronb.analysis.comparison.stage import StageComparison, outliers
from duronb.analysis.metrics import METRICS
from duronb.errors import RequestError
from duronb.model.run import RunRecord
from duronb.model.stage import StageResult
from tests.analysis.comparison.sides import STAGE, run_of, series_sides, side, stage_of_rate

BEFORE = [20.0, 21.5, 19.4, 22.0, 20.3]
AFTER = [17.9, 18.8, 17.1, 19.2, 17.6]
close = partial(pytest.approx, rel=1e-9, abs=1e-9)


def only(result: ComparisonResult) -> StageComparison:
    (stage,) = result.stages
    return stage


def two_stages(label: str, rates: list[tuple[float | None, float | None]], first: int = 0) -> list[Any]:
    return [
        run_of(label, first + index, [stage_of_rate(one, "One"), stage_of_rate(two, "Two")])
        for index, (one, two) in enumerate(rates)
    ]


def test_independent_runs_are_compared_by_welch() -> None:
    result = compare_runs(side("a", BEFORE), side("b", AFTER))
    stage = only(result)
    oracle = stats.ttest_ind(np.log(AFTER), np.log(BEFORE), equal_var=False)
    assert stage.effect is not None
    assert stage.metric is not None
    assert (result.paired, stage.effect.method, stage.metric.name) == (False, "welch", "window_rate")
    assert (stage.before, stage.after) == (tuple(BEFORE), tuple(AFTER))
    assert np.log(stage.effect.interval()) == close([*oracle.confidence_interval(0.95)])
    assert stage.decision.p == close(oracle.pvalue)
    expected = ttost_ind(np.log(AFTER), np.log(BEFORE), -log(1.05), log(1.05), usevar="unequal")[0]
    assert stage.decision.equivalence_p == close(expected)
    exact = stats.mannwhitneyu(BEFORE, AFTER, method="exact").pvalue
    assert stage.exact_test == "rank-sum"
    assert stage.exact_p == close(exact)
    assert (stage.decision.verdict, result.verdict) == ("regressed", "regressed")
    assert (result.level, result.look, result.notices, result.mismatches) == (0.05, 1, [], [])


def test_few_blocks_of_one_series_are_compared_as_independent_runs() -> None:
    result = compare_runs(*series_sides([BEFORE, AFTER]))
    stage = only(result)
    oracle = stats.ttest_ind(np.log(AFTER), np.log(BEFORE), equal_var=False)
    assert stage.effect is not None
    assert (result.paired, stage.effect.method) == (True, "welch")
    assert stage.decision.p == close(oracle.pvalue)
    assert stage.exact_test == "rank-sum"
    assert result.level == pytest.approx(0.04)  # it can be extended
    assert stage.decision.verdict == "regressed"


def test_many_blocks_of_one_series_are_compared_in_pairs() -> None:
    before, after = BEFORE * 5, AFTER * 4 + AFTER[::-1]
    result = compare_runs(*series_sides([before, after]))
    stage = only(result)
    oracle = stats.ttest_rel(np.log(after), np.log(before))
    assert stage.effect is not None
    assert (result.paired, stage.effect.method, stage.effect.df) == (True, "paired", 24)
    assert stage.decision.p == close(oracle.pvalue)
    assert np.log(stage.effect.interval()) == close([*oracle.confidence_interval(0.95)])
    expected = ttost_paired(np.log(after), np.log(before), -log(1.05), log(1.05))[0]
    assert stage.decision.equivalence_p == close(expected)
    assert stage.exact_test == "signed-rank"
    assert stage.exact_p == close(2 / 2**25)  # every block became slower


@given(st.lists(st.tuples(st.floats(5, 50), st.floats(5, 50)), min_size=3, max_size=8), st.booleans())
def test_verdicts_of_arbitrary_runs_are_those_of_the_oracle(
    blocks: list[tuple[float, float]],
    interleaved: bool,
) -> None:
    before, after = (list(rates) for rates in zip(*blocks, strict=True))
    logs = np.log(before), np.log(after)
    if min(np.ptp(side) for side in logs) < 1e-3:
        return
    sides = series_sides([before, after]) if interleaved else (side("a", before), side("b", after))
    decision = only(compare_runs(*sides)).decision
    level, bound = 0.04 if interleaved else 0.05, log(1.05)
    p = stats.ttest_ind(logs[1], logs[0], equal_var=False).pvalue
    tost = ttost_ind(logs[1], logs[0], -bound, bound, usevar="unequal")[0]
    faster = logs[1].mean() > logs[0].mean()
    changed = "improved" if faster else "regressed"
    expected = "equivalent" if tost <= level else changed if p <= level else "inconclusive"
    assert decision.verdict == expected
    assert decision.p == close(p)


def test_stages_are_tested_together() -> None:
    before = two_stages("a", [(rate, rate * 3) for rate in BEFORE])
    after = two_stages("b", [(rate * 0.93, other * 3) for rate, other in zip(BEFORE[::-1], AFTER, strict=True)])
    result = compare_runs(before, after)
    alone = [stats.ttest_ind(np.log(s.after), np.log(s.before), equal_var=False).pvalue for s in result.stages]
    assert [s.stage for s in result.stages] == ["One", "Two"]
    assert [s.decision.p for s in result.stages] == pytest.approx(multipletests(alone, method="holm")[1].tolist())


def test_incomplete_blocks_and_warm_ups_are_left_out_with_a_notice() -> None:
    before, after = series_sides([BEFORE, AFTER])
    warm = replace(before[0], id="w").with_parts(series=replace(before[0].series, warm_up=True, block=0))
    result = compare_runs([warm, *before], after[:-1])
    assert len(only(result).before) == len(only(result).after) == 4
    assert any("1 of 6 runs before were left out" in notice for notice in result.notices)
    assert any("1 runs belong to incomplete blocks" in notice for notice in result.notices)


def test_a_later_look_is_tested_more_strictly_with_a_notice() -> None:
    looks = [1, 1, 1, 1, 1, 2, 2, 2]
    rates = [[*BEFORE, 20.1, 20.5, 19.9], [*AFTER, 18.0, 18.1, 17.8]]
    result = compare_runs(*series_sides(rates, looks=looks))
    assert result.look == 2
    assert result.level == look_level([5, 8], rules=[None, None]) < 0.02
    assert any(notice.startswith("Look 2 at this series is tested at ") for notice in result.notices)


def test_runs_of_two_series_are_not_paired() -> None:
    before, _ = series_sides([BEFORE, AFTER])
    _, after = series_sides([BEFORE, AFTER], series="s2")
    result = compare_runs(before, after)
    assert (result.paired, result.level, result.look) == (False, 0.05, 1)


def test_a_block_whose_stage_is_missing_unpairs_that_stage() -> None:
    before, after = series_sides([BEFORE, [*AFTER[:4], None]])
    stage = only(compare_runs(before, after))
    assert stage.effect is not None
    assert stage.effect.method == "welch"
    assert (len(stage.before), len(stage.after)) == (5, 4)


def test_other_conditions_are_refused_with_their_list() -> None:
    after = [run.with_parts(environment=replace(run.environment, kernel="6.9")) for run in side("b", AFTER)]
    result = compare_runs(side("a", BEFORE), after)
    assert (result.verdict, result.stages, result.forced) == ("not comparable", [], False)
    assert [str(found) for found in result.mismatches] == ["kernel: 6.1 before, 6.9 after"]


def test_a_forced_comparison_keeps_the_mismatches() -> None:
    after = [run.with_parts(environment=replace(run.environment, kernel="6.9")) for run in side("b", AFTER)]
    result = compare_runs(side("a", BEFORE), after, force=True)
    assert (result.verdict, result.forced, len(result.mismatches)) == ("regressed", True, 1)
    assert not compare_runs(side("a", BEFORE), side("b", AFTER), force=True).forced


def test_a_run_with_other_conditions_than_most_is_left_out_with_a_notice() -> None:
    before = side("a", BEFORE)
    before[0] = before[0].with_parts(environment=replace(before[0].environment, kernel="6.9"))
    before[1] = replace(before[1], status="interrupted")
    result = compare_runs(before, side("b", AFTER))
    assert only(result).before == tuple(BEFORE[2:])
    assert any("2 of 5 runs before were left out" in notice for notice in result.notices)


def test_several_sources_on_a_side_are_reported() -> None:
    before = [*side("a", BEFORE[:2], subject="x"), *side("a", BEFORE[2:], first=5, subject="y")]
    notices = compare_runs(before, side("b", AFTER)).notices
    assert "The runs before have 2 different sources." in notices


def test_the_metric_can_be_chosen_and_lower_may_be_better() -> None:
    before = [run_of("a", i, [StageResult(name=STAGE, ms_per_orchestration=1000 / r)]) for i, r in enumerate(BEFORE)]
    after = [run_of("b", i, [StageResult(name=STAGE, ms_per_orchestration=1000 / r)]) for i, r in enumerate(AFTER)]
    stage = only(compare_runs(before, after, metric="ms_per_orchestration"))
    assert stage.effect is not None
    assert stage.effect.ratio > 1
    assert stage.decision.verdict == "regressed"
    assert only(compare_runs(after, before, metric="ms_per_orchestration")).decision.verdict == "improved"


def test_a_metric_that_may_be_zero_or_is_unknown_is_refused() -> None:
    with pytest.raises(RequestError, match="may be zero"):
        compare_runs(side("a", BEFORE), side("b", AFTER), metric="drain_seconds")
    with pytest.raises(RequestError, match="is not a metric"):
        compare_runs(side("a", BEFORE), side("b", AFTER), metric="speed")


def test_the_margin_decides_what_is_equivalent() -> None:
    near = [rate * 0.995 for rate in BEFORE]
    sides = side("a", BEFORE * 4), side("b", near * 4)
    assert only(compare_runs(*sides, margin=0.05)).decision.verdict == "equivalent"
    assert only(compare_runs(*sides, margin=0.005)).decision.verdict == "inconclusive"


SINGLE = side("a", [20.0]), side("b", [18.0])


def test_single_runs_report_the_undetectable_change() -> None:
    decision = only(compare_runs(*SINGLE)).decision
    assert (decision.verdict, decision.p) == ("inconclusive", None)
    assert "single run" in decision.reason
    low, high = (100 * (exp(stats.norm.ppf(0.975) * noise * sqrt(2)) - 1) for noise in (0.06, 0.20))
    assert f"One run each shows nothing smaller than {low:.0f} to {high:.0f} %" in decision.reason


def test_two_close_runs_on_each_side_never_differ_by_themselves() -> None:
    stage = only(compare_runs(side("a", [20.0, 20.01]), side("b", [18.0, 18.01])))
    assert (stage.effect, stage.decision.verdict) == (None, "inconclusive")
    assert stage.unseen.startswith("2 and 2 runs show nothing smaller than ")


def alike(series: int = 4, noise: float = 0.02) -> list[RunRecord]:
    """Return earlier A/Bs of six blocks, whose runs differ by 10 % between blocks and by ``noise`` within them."""
    rng = np.random.default_rng(5)
    found = []
    for number in range(series):
        blocks = rng.normal(log(20), 0.1, 6)
        rates = [np.exp(blocks + rng.normal(0, noise, 6)).tolist() for _ in range(2)]
        found += [run for runs in series_sides(rates, series=f"earlier {number}") for run in runs]
    return [replace(run, id=f"{run.id}_{number}") for number, run in enumerate(found)]


def test_blocks_whose_runs_were_alike_before_are_paired_with_the_noise_within_earlier_blocks() -> None:
    others = alike()
    stage = only(compare_runs(*series_sides([BEFORE, AFTER]), others=others))
    assert stage.effect is not None
    prior = stage.effect.prior
    assert (stage.effect.method, stage.effect.paired) == ("paired moderated", True)
    assert prior is not None
    assert prior.groups == 4
    # The standard deviation of a difference of two runs.
    assert prior.deviation == pytest.approx(0.02 * sqrt(2), rel=0.3)
    own = float(np.var(np.log(AFTER) - np.log(BEFORE), ddof=1))
    variance = (prior.df * prior.deviation**2 + 4 * own) / (prior.df + 4)
    assert stage.effect.standard_error == close(sqrt(variance / 5))
    assert stage.effect.df == close(prior.df + 4)
    # Runs of another pairing are independent, however alike the blocks were.
    apart = only(compare_runs(side("a", BEFORE), side("b", AFTER), others=others))
    assert apart.effect is not None
    assert apart.effect.method == "moderated"


def test_earlier_groups_moderate_the_variance_and_the_compared_runs_are_not_among_them() -> None:
    groups = [side(f"g{i}", np.exp(np.random.default_rng(i).normal(3, 0.07, 5)).tolist()) for i in range(6)]
    before, after = side("a", BEFORE), side("b", AFTER)
    stage = only(compare_runs(before, after, others=[*before, *after, *(run for group in groups for run in group)]))
    assert stage.effect is not None
    prior = stage.effect.prior
    assert prior is not None
    assert prior.groups == 6
    own = (np.log(BEFORE).var(ddof=1) + np.log(AFTER).var(ddof=1)) / 2
    variance = (prior.df * prior.deviation**2 + 8 * own) / (prior.df + 8)
    assert stage.effect.standard_error == close(sqrt(variance * 2 / 5))
    assert stage.effect.df == close(prior.df + 8)


def test_cpu_time_is_a_family_of_its_own() -> None:
    def sampled(label: str, rates: list[float], samples: int) -> list[Any]:
        stages = [stage_of_rate(rate, samples=samples + 10 * i, artefact_samples=1000) for i, rate in enumerate(rates)]
        runs = [run_of(label, i, [stage]) for i, stage in enumerate(stages)]
        return [run.with_parts(quality=replace(run.quality, samples=samples)) for run in runs]

    result = compare_runs(sampled("a", BEFORE, 5000), sampled("b", BEFORE[::-1], 9000))
    (cost,) = result.costs
    assert cost.metric is METRICS["cpu_ms_per_orchestration_without_artefacts"]
    assert cost.before == close(tuple(1000 * (4000 + 10 * i) / 999 / (10 * rate) for i, rate in enumerate(BEFORE)))
    oracle = stats.ttest_ind(np.log(cost.after), np.log(cost.before), equal_var=False)
    assert cost.decision.p == close(oracle.pvalue)
    assert (result.verdict, cost.decision.verdict, result.no_costs) == ("inconclusive", "regressed", "")
    bare = compare_runs(side("a", BEFORE), side("b", AFTER))
    assert (bare.costs, "have no samples" in bare.no_costs) == ([], True)


def test_single_runs_take_their_noise_from_comparable_others() -> None:
    others = [*side("c", [20.0, 21.0, 19.0, 20.5, 20.2, 18.9]), *side("d", [25.0, 26.0, 24.0, 25.5], first=9)]
    stage = only(compare_runs(*SINGLE, others=others))
    groups = [np.log([20.0, 21.0, 19.0, 20.5, 20.2, 18.9]), np.log([25.0, 26.0, 24.0, 25.5])]
    deviation = sqrt(sum(((group - group.mean()) ** 2).sum() for group in groups) / 8)
    assert stage.effect is not None
    assert (stage.effect.method, stage.effect.df) == ("pooled", 8)
    assert stage.effect.standard_error == pytest.approx(deviation * sqrt(2), rel=1e-9)
    expected = 2 * stats.t.sf(abs(log(0.9)) / (deviation * sqrt(2)), 8)
    assert stage.decision.p == close(expected)


def test_runs_of_another_host_are_not_used_for_the_noise() -> None:
    others = side("c", [20.0, 21.0, 19.0, 20.5, 20.2, 18.9, 21.2, 20.7, 19.8, 20.1], environment={"engine": "docker"})
    assert only(compare_runs(*SINGLE, others=others)).effect is None


def test_disagreeing_tests_are_reported() -> None:
    before = [20.0, 20.4, 19.8, 20.2, 20.1, 19.9, 20.3, 20.6]
    after = [14.0, 14.2, 13.9, 14.1, 14.05, 20.5, 20.7, 20.8]
    stage = only(compare_runs(side("a", before), side("b", after)))
    exact = stats.mannwhitneyu(before, after, method="exact").pvalue
    assert stage.decision.verdict == "regressed"
    assert exact > 0.05
    assert f"The exact rank-sum test disagrees (p = {exact:.2g}), so the verdict is uncertain." in stage.notices


def test_an_exact_test_of_six_blocks_can_speak() -> None:
    before = [*BEFORE, 20.7]
    after = [a * b for a, b in zip(before, [0.8, 0.81, 0.79, 0.805, 0.795, 0.802], strict=True)]
    stage = only(compare_runs(*series_sides([before, after]), others=alike()))
    assert stage.decision.verdict == "regressed"
    assert stage.exact_test == "signed-rank"
    assert stage.exact_p == close(stats.wilcoxon(np.log(after) - np.log(before), method="exact").pvalue)
    assert stage.exact_p == pytest.approx(2 / 2**6)
    assert stage.notices == ()
    # Five blocks can have no exact p-value below 0.0625, so it would say nothing.
    five = only(compare_runs(*series_sides([before[:5], after[:5]]), others=alike()))
    assert (five.exact_test, five.exact_p) == ("", None)


def test_outliers_are_kept_and_reported_with_the_median() -> None:
    before = [20.0, 20.1, 19.9, 20.05, 5.0, 20.15, 19.95, 20.0]
    stage = only(compare_runs(side("a", before), side("b", AFTER)))
    assert 5.0 in stage.before
    assert any("Outliers among the runs before, which were kept: 5 (median 20)." in notice for notice in stage.notices)


def test_outliers_are_those_of_the_modified_z_score() -> None:
    values = [20.0, 20.1, 19.9, 20.05, 5.0, 20.2, 19.95, 20.15]
    logs = np.log(values)
    z = 0.6745 * np.abs(logs - np.median(logs)) / stats.median_abs_deviation(logs)
    assert outliers(values) == np.flatnonzero(z > 3.5).tolist() == [4]
    assert outliers(values[:7]) == outliers([5.0] * 8) == outliers([0.0, *values]) == outliers([]) == []


DEGENERATE: list[tuple[list[float | None], list[float | None], str]] = [
    ([], [], ""),
    ([20.0, 21.0], [], ""),
    ([], [20.0], ""),
    ([20.0], [20.0], "single run"),
    ([20.0, 20.0], [20.0, 20.0], "do not vary"),
    ([0.0, 0.0], [0.0, 0.0], "completed nothing"),
    ([20.0, 21.0], [0.0, 20.0], "completed nothing"),
    ([20.0, 21.0], [None, None], "has a value of the metric"),
    ([None], [None], "has a value of the metric"),
    ([nan, 20.0], [20.0, nan], "single run"),
]


@pytest.mark.parametrize(("before", "after", "word"), DEGENERATE)
@pytest.mark.parametrize("interleaved", [False, True])
def test_degenerate_runs_are_inconclusive_and_raise_nothing(
    before: list[float | None], after: list[float | None], word: str, *, interleaved: bool
) -> None:
    sides = series_sides([before, after]) if interleaved else (side("a", before), side("b", after))
    for force in (False, True):
        result = compare_runs(*sides, force=force)
        assert result.verdict == "inconclusive"
        for stage in result.stages:
            assert stage.decision.verdict == "inconclusive"
            reason = stage.decision.reason
            assert word in reason or (interleaved and "One block" in reason)


def test_a_stage_of_one_side_only_is_inconclusive_with_a_reason() -> None:
    after = [run_of("b", i, [stage_of_rate(rate, "New")]) for i, rate in enumerate(AFTER)]
    result = compare_runs(side("a", BEFORE), after)
    assert [stage.stage for stage in result.stages] == [STAGE, "New"]
    assert [stage.decision.reason for stage in result.stages] == [
        "No run after has this stage.",
        "No run before has this stage.",
    ]


def test_more_failures_are_a_regression_at_any_rates() -> None:
    def failing(label: str, failed: int) -> list[Any]:
        return [
            run_of(label, i, [stage_of_rate(rate, failed=failed, launched=300)]) for i, rate in enumerate(BEFORE * 4)
        ]

    result = compare_runs(failing("a", 0), failing("b", 6))
    assert only(result).decision.verdict in {"equivalent", "inconclusive"}
    assert result.verdict == "regressed"
    assert only(result).failures is not None


def test_the_overall_verdict_is_the_worst_of_the_stages() -> None:
    before = two_stages("a", [(rate, rate) for rate in BEFORE])
    after = two_stages("b", [(rate * 0.5, rate * 2) for rate in AFTER])
    result = compare_runs(before, after)
    assert [stage.decision.verdict for stage in result.stages] == ["regressed", "improved"]
    assert result.verdict == "regressed"


def test_a_missing_value_names_the_rate_that_all_runs_have() -> None:
    sides = [side(label, [None, None]) for label in ("a", "b")]
    runs = [[run.with_parts(stages=[stage_of_rate(None, throughput=20.0)]) for run in each] for each in sides]
    reason = only(compare_runs(*runs, metric="window_rate")).decision.reason
    assert reason == (
        "No run before or after has a value of the metric window rate. All have throughput: compare that, or choose no"
        " metric."
    )
    assert only(compare_runs(*runs)).metric is METRICS["throughput"]
    other = [run.with_parts(stages=[stage_of_rate(20.0, "other")]) for run in sides[1]]
    reasons = {stage.stage: stage.decision.reason for stage in compare_runs(side("a", [20.0, 21.0]), other).stages}
    assert reasons == {STAGE: "No run after has this stage.", "other": "No run before has this stage."}
