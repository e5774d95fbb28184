from __future__ import annotations

from math import inf, isinf, log, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

from duronb.analysis.comparison.effect import Effect, Method, paired_effect, welch_effect
from duronb.analysis.comparison.power import detectable
from duronb.analysis.comparison.verdict import decide, deviation_of, holm


def effect(change: float, error: float, *, df: float = 8, method: Method = "welch", runs: int = 5) -> Effect:
    return Effect(difference=log(1 + change), standard_error=error, df=df, method=method, before=runs, after=runs)


# Change, standard error, verdict where higher is better: 2.306 errors are the limit at eight degrees of freedom.
TABLE = [
    (-0.20, 0.03, "regressed"),
    (0.20, 0.03, "improved"),
    (-0.20, 0.12, "inconclusive"),
    (0.20, 0.12, "inconclusive"),
    (0.0, 0.01, "equivalent"),
    (-0.02, 0.005, "equivalent"),  # a change, and none that matters
    (-0.04, 0.01, "regressed"),  # a change that may matter
    (0.0, 0.05, "inconclusive"),
    (-0.07, 0.02, "regressed"),
]


@pytest.mark.parametrize(("change", "error", "verdict"), TABLE)
def test_the_table_of_verdicts(change: float, error: float, verdict: str) -> None:
    assert decide(effect(change, error), "higher").verdict == verdict
    mirrored = {"improved": "regressed", "regressed": "improved"}.get(verdict, verdict)
    assert decide(effect(change, error), "lower").verdict == mirrored


@given(st.floats(-0.5, 1.0), st.floats(0.001, 0.5), st.floats(1, 40), st.sampled_from([0.014, 0.04, 0.05]))
def test_verdicts_follow_from_interval_and_equivalence(change: float, error: float, df: float, level: float) -> None:
    found = effect(change, error, df=df)
    decision = decide(found, "higher", level=level)
    p = 2 * stats.t.sf(abs(log(1 + change)) / error, df)
    low, high = (log(1 + change) + sign * stats.t.isf(level, df) * error for sign in (-1, 1))
    within = -log(1.05) < low and high < log(1.05)
    expected = "equivalent" if within else "inconclusive" if p > level else "improved" if change > 0 else "regressed"
    near = min(abs(p - level), abs(low + log(1.05)), abs(high - log(1.05))) < 1e-9
    assert near or decision.verdict == expected
    assert decision.p == pytest.approx(p, abs=1e-9)


def test_the_reason_mentions_a_change_within_the_margin() -> None:
    assert "smaller than the margin of 5%" in decide(effect(-0.02, 0.005), "higher").reason
    assert decide(effect(0.0, 0.005), "higher").reason == ""


def test_the_corrected_p_value_decides_and_the_reason_mentions_it() -> None:
    found = effect(-0.11, 0.045)
    assert found.p < 0.05
    decision = decide(found, "higher", p=0.12)
    assert (decision.verdict, decision.p) == ("inconclusive", 0.12)
    assert "other stages" in decision.reason
    assert decide(found, "higher", level=0.014).verdict == "inconclusive"


def test_the_reason_names_the_level_of_a_stricter_look() -> None:
    close = effect(0.2, log(1.2) / 2.4)  # beyond 2.306, the limit at 5 %, and not beyond 2.449, that at 4 %
    assert decide(close, "higher").verdict == "improved"
    strict = decide(close, "higher", level=0.04)
    assert strict.verdict == "inconclusive"
    assert "only 4.0%" in strict.reason
    assert close.interval()[0] > 1


def test_no_effect_is_inconclusive_for_its_reason() -> None:
    decision = decide("One side has no run with this metric.", "higher")
    assert (decision.verdict, decision.p, decision.more) == ("inconclusive", None, None)
    assert isinf(decision.detectable)
    assert decision.reason == "One side has no run with this metric."


def test_the_smallest_detectable_change_is_that_of_the_deviation_seen() -> None:
    welch = welch_effect([20, 21.5, 19.4, 22, 20.3], [20.1, 19, 21.1, 20.9, 22.4])
    paired = paired_effect([20, 21.5, 19.4, 22, 20.3], [20.1, 19, 21.1, 20.9, 22.4])
    assert isinstance(welch, Effect)
    assert isinstance(paired, Effect)
    sides = np.log([20, 21.5, 19.4, 22, 20.3]), np.log([20.1, 19, 21.1, 20.9, 22.4])
    pooled = sqrt((sides[0].var(ddof=1) + sides[1].var(ddof=1)) / 2)
    assert deviation_of(welch) == pytest.approx(pooled)
    assert deviation_of(paired) == pytest.approx((sides[1] - sides[0]).std(ddof=1))
    assert decide(welch, "higher").detectable == pytest.approx(detectable(pooled, 5, paired=False), rel=0.01)


def test_a_pooled_deviation_detects_with_the_freedom_of_its_pool() -> None:
    decision = decide(effect(0.0, 0.065 * sqrt(2), df=30, method="pooled", runs=1), "higher")
    # What the table of measured noise promises for one run a side.
    assert log(1 + decision.detectable) == pytest.approx(0.266, abs=0.005)
    assert decide(effect(0.0, 400.0, df=3, method="pooled", runs=1), "higher").detectable == inf


@pytest.mark.long
@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holms_correction_is_statsmodels(values: list[float]) -> None:
    assert holm(values) == pytest.approx(multipletests(values, method="holm")[1].tolist(), abs=1e-12)


def test_holm_of_nothing_is_nothing() -> None:
    assert holm([]) == []
