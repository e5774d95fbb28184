"""Verdicts on recorded noise: as often wrong as they may be, and as often right as the power calculation promises."""

from __future__ import annotations

import json
from math import log, sqrt

import numpy as np
import pytest

from duronb.analysis.comparison.effect import paired_effect, welch_effect
from duronb.analysis.comparison.looks import look_level
from duronb.analysis.comparison.power import power
from duronb.analysis.comparison.verdict import decide
from tests import ROOT

pytestmark = pytest.mark.long

DRAWS = 1000
POOL = np.log(json.loads((ROOT / "tests" / "data" / "same_release.json").read_text())["window_rate"])
# The bootstrap takes the pool for the whole world, whose deviation is that of all its values.
DEVIATION = float(POOL.std())


def verdicts(slower: float, runs: int, *, paired: bool, seed: int) -> list[str]:
    """Return the verdicts on draws from the recorded runs, of which one side is slowed down."""
    draws = np.random.default_rng(seed).choice(POOL, size=(DRAWS, 2, runs))
    draws[:, 1] += log(1 - slower)
    effect = paired_effect if paired else welch_effect
    return [decide(effect(*np.exp(draw)), "higher").verdict for draw in draws]


def four_errors(rate: float) -> float:
    return 4 * sqrt(rate * (1 - rate) / DRAWS)


@pytest.mark.parametrize("paired", [True, False])
@pytest.mark.parametrize("runs", [5, 10])
def test_equal_releases_rarely_differ(runs: int, paired: bool) -> None:
    found = verdicts(0.0, runs, paired=paired, seed=runs)
    changed = sum(verdict in ("improved", "regressed") for verdict in found) / DRAWS
    assert changed <= 0.05 + four_errors(0.05)


@pytest.mark.parametrize("paired", [True, False])
@pytest.mark.parametrize("runs", [5, 10, 40])
@pytest.mark.parametrize("slower", [0.05, 0.10, 0.20])
def test_a_planted_slow_down_is_found_as_often_as_promised(slower: float, runs: int, paired: bool) -> None:
    found = verdicts(slower, runs, paired=paired, seed=round(1000 * slower) + runs)
    promised = power(log(1 - slower), DEVIATION * (sqrt(2) if paired else 1), runs, paired=paired)
    regressed = found.count("regressed") / DRAWS
    # The power calculation assumes a normal distribution, which the recorded noise is not: allow two more points.
    assert abs(regressed - promised) <= four_errors(promised) + 0.02
    assert found.count("improved") / DRAWS <= 0.05 + four_errors(0.05)


def test_two_looks_together_have_the_error_of_one() -> None:
    draws = np.random.default_rng(5).choice(POOL, size=(DRAWS * 4, 2, 10))
    wrong = 0
    for draw in np.exp(draws):
        first = decide(paired_effect(draw[0, :5], draw[1, :5]), "higher", level=look_level((5,)))
        if first.verdict == "inconclusive":
            first = decide(paired_effect(draw[0], draw[1]), "higher", level=look_level((5, 10)))
        wrong += first.verdict in ("improved", "regressed")
    assert wrong / len(draws) <= 0.05 + 4 * sqrt(0.05 * 0.95 / len(draws))
