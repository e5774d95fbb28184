"""A comparison as sentences."""

from __future__ import annotations

from dataclasses import replace
from math import exp

import numpy as np
from scipy import stats

from duronb.api.comparison import compared
from duronb.model.record.environment import Load
from duronb.views.comparison.advice import advice_text
from duronb.views.comparison.sentences import remarks, sentences, side_names, summary
from tests.analysis.comparison.sides import STAGE, series_sides, side
from tests.views.comparison.comparisons import AFTER, BEFORE, differs, not_comparable, regressed, sides_of


def test_a_sentence_has_values_change_interval_verdict_and_p_value() -> None:
    before, after = BEFORE * 5, AFTER * 4 + AFTER[::-1]
    comparison = compared(*series_sides([before, after]))
    oracle = stats.ttest_rel(np.log(after), np.log(before))
    low, high = (100 * (exp(end) - 1) for end in oracle.confidence_interval(0.95))
    size = 100 * (stats.gmean(AFTER) / stats.gmean(BEFORE) - 1)
    expected = (
        f"{STAGE}: {stats.gmean(BEFORE):.1f} → {stats.gmean(AFTER):.1f} orch/s, −{-size:.1f} % "
        f"(95 % CI −{-low:.1f} to −{-high:.1f}), regressed; paired on 25 blocks, p "
    )
    assert comparison.sentences[0].startswith(expected)
    assert oracle.pvalue < 0.0001
    assert comparison.sentences[0].endswith("p < 0.0001.")


def test_the_summary_is_one_sentence_that_names_what_changed() -> None:
    assert regressed().sentence == "optimized regressed against baseline: One −12.2 %; inconclusive: Two."
    better = compared(*sides_of({"One": (AFTER, BEFORE)}))
    assert better.sentence == "optimized improved on baseline: One +13.9 %."
    same = compared(*sides_of({"One": (BEFORE * 8, BEFORE * 8), "Two": (BEFORE * 8, BEFORE * 8)}))
    assert same.sentence == "optimized is equivalent to baseline, within ±5 %."
    open_ = compared(*sides_of({"One": (BEFORE, BEFORE[::-1]), "Two": (BEFORE, BEFORE)}))
    assert open_.sentence == "It is undecided whether optimized differs from baseline."


def test_sides_that_were_recorded_apart_differ_and_the_remark_says_why_and_what_to_do() -> None:
    comparison = differs()
    assert comparison.sentence == (
        "optimized differs from baseline, but not necessarily because of the code: One −12.2 %; inconclusive: Two."
    )
    assert "), differs; 5 and 5 runs" in comparison.sentences[0]
    assert remarks(comparison.result)[0] == (
        "All runs before are older than all runs after, so drift of the machine would look the same. Record both in"
        " alternation, or each side in at least three sessions."
    )
    costs = replace(comparison.result, costs=comparison.stages)
    assert summary(costs, comparison.names).endswith("CPU per orchestration differs: One −12.2 %; inconclusive: Two.")


def test_an_inconclusive_sentence_has_the_advice_in_blocks_odds_and_minutes() -> None:
    noisy = compared(*series_sides([BEFORE, [20.9, 18.8, 20.1, 18.2, 20.6]]))
    more = noisy.stages[0].decision.more
    assert more is not None
    assert not more.new
    expected = f"inconclusive: {advice_text(more, noisy.result.block_seconds)}; 5 and 5 runs in alternation, p = "
    assert expected in noisy.sentences[0]
    assert f"{more.low} to {more.high} more blocks, about " in noisy.sentences[0]
    apart = compared(*sides_of({"One": (BEFORE, BEFORE[::-1])}))
    advice = apart.stages[0].decision.more
    assert advice is not None
    assert advice.new
    assert f"within {advice.low} to {advice.high} blocks of an A/B" in apart.sentences[0]


def test_single_runs_say_what_they_can_show() -> None:
    (sentence,) = compared(*sides_of({"One": ([20.0], [18.0])})).sentences
    assert sentence.startswith(
        "One: 20.0 → 18.0 orch/s, −10.0 % (untested), inconclusive: odds of 8 in 10 within 6 to "
    )
    assert sentence.endswith("nothing smaller than 18 to 74 %; this change is within that.")
    (larger,) = compared(*sides_of({"One": ([7.33], [13.7])})).sentences
    assert larger.endswith("this change is outside that.")


def test_single_runs_of_a_busy_machine_do_not_pass_for_quiet_ones() -> None:
    before, after = sides_of({"One": ([7.33], [13.7])})
    busy = replace(after[0].environment, load_before=Load(load_1=7.0))
    (sentence,) = compared(before, [after[0].with_parts(environment=busy)]).sentences
    assert sentence.endswith("this change is outside that. This machine was busy, so equal runs differ by more.")


def test_the_noise_of_other_runs_is_named_as_such() -> None:
    others = side("c", [20.0, 21.0, 19.0, 20.5, 20.2, 18.9, 20.3, 21.2, 19.7, 20.8])
    comparison = compared(side("a", [20.0]), side("b", [18.0]), others=others)
    assert "1 and 1 runs, with the noise of other runs, p = " in comparison.sentences[0]


def test_sides_are_named_by_labels_or_else_by_subjects() -> None:
    assert side_names(regressed().result) == ("baseline", "optimized")
    before, after = side("x", BEFORE), side("x", AFTER, first=10)
    assert side_names(compared(before, after).result) == (before[0].id + ", " + before[1].id + ", " + before[2].id
        + " and 2 more", f"{after[0].id}, {after[1].id}, {after[2].id} and 2 more")  # fmt: skip
    after = [run.with_parts(subject=replace(run.subject, name="duroxide y")) for run in after]
    assert side_names(compared(before, after).result) == ("duroxide x", "duroxide y")
    assert side_names(compared([], []).result) == ("before", "after")


def test_conditions_that_differ_are_listed_and_say_what_to_do() -> None:
    comparison = not_comparable()
    text = str(comparison)
    assert comparison.sentence == "baseline and optimized are not comparable: cores and kernel differ."
    assert "! Not compared: kernel: 6.1 before, 6.9 after." in text
    assert "compare anyway: duronb compare baseline optimized --force." in " ".join(text.split())
    forced = not_comparable(force=True)
    assert "! Compared anyway: kernel: 6.1 before, 6.9 after." in str(forced)
    assert forced.verdict == "regressed"


def test_a_summary_and_sentences_exist_for_every_verdict() -> None:
    for comparison in (regressed(), not_comparable(), compared([], [])):
        assert summary(comparison.result, comparison.names).endswith(".")
        assert all(sentence.endswith(".") for sentence in sentences(comparison.result))
