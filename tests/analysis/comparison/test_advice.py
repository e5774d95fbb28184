"""Advice on further blocks, against a simulation that draws the blocks themselves."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
import pytest
from scipy import stats

from duronb.analysis.comparison.advice import FIRST, MOST_BLOCKS, PRIOR, advise, block_seconds, blocks_needed
from duronb.analysis.comparison.effect import Effect
from duronb.analysis.comparison.looks import Looks
from duronb.model.record.series_member import BY_BLOCKS
from duronb.options.interleaving import BLOCKS
from tests.analysis.comparison.sides import side

SIX = Looks((6,), (BY_BLOCKS,))


def paired(difference: float, deviation: float, blocks: int = 6) -> Effect:
    error = deviation / sqrt(blocks)
    return Effect(
        difference=difference, standard_error=error, df=blocks - 1, method="paired", before=blocks, after=blocks
    )


def drawn(effect: Effect, ahead: list[tuple[int, float]], draws: int) -> np.ndarray:
    """Draw whole further series one by one, and test each with scipy; return the further blocks until a decision."""
    generator = np.random.default_rng(9)
    n, deviation = effect.before, effect.standard_error * sqrt(effect.before)
    found: list[float] = []
    counts = np.array([number for number, _ in ahead])
    levels = np.array([level for _, level in ahead])
    two, one = stats.t.isf(levels / 2, counts - 1), stats.t.isf(levels, counts - 1)
    for _ in range(draws):
        true_deviation = deviation * sqrt(effect.df / generator.chisquare(effect.df))
        error = true_deviation / sqrt(n)
        kept = 1 / (1 + error**2 / PRIOR**2)
        true = generator.normal(kept * effect.difference, sqrt(kept) * error)
        # Blocks with exactly the mean and the deviation that were seen.
        noise = generator.normal(size=n)
        seen = (noise - noise.mean()) / noise.std(ddof=1) * deviation + effect.difference
        blocks = np.concatenate([seen, generator.normal(true, true_deviation, ahead[-1][0] - n)])
        means = np.array([blocks[:count].mean() for count in counts])
        errors = np.array([blocks[:count].std(ddof=1) for count in counts]) / np.sqrt(counts)
        decided = (np.abs(means) / errors > two) | ((log(1.05) - np.abs(means)) / errors > one)
        found.append(float(counts[decided.argmax()] - n) if decided.any() else np.inf)
    return np.array(found)


@pytest.mark.long
@pytest.mark.parametrize(("difference", "deviation"), [(0.08, 0.1), (0.0, 0.06), (-0.05, 0.05)])
def test_blocks_until_a_decision_are_distributed_as_in_whole_series(difference: float, deviation: float) -> None:
    effect = paired(difference, deviation)
    ahead = SIX.ahead(7, 40)
    ours, theirs = blocks_needed(effect, 0.05, 6, ahead), drawn(effect, ahead, 1500)
    for limit in (1, 3, 8, 16, 34):
        share = float((theirs <= limit).mean())
        assert float((ours <= limit).mean()) == pytest.approx(share, abs=4 * sqrt(0.25 / 1500))


def test_advice_is_a_range_with_even_odds_and_rises_with_the_noise() -> None:
    ranges = [advise(paired(0.08, deviation), 0.05, SIX) for deviation in (0.08, 0.12, 0.2)]
    for advice in ranges:
        assert 1 <= advice.low < advice.high
        assert not advice.new
    assert ranges[0].odds >= 0.5
    assert ranges[0].high < ranges[1].high < ranges[2].high <= MOST_BLOCKS


def test_much_noise_and_a_change_at_the_margin_have_less_than_even_odds() -> None:
    advice = advise(paired(0.0, 1.5), 0.05, SIX)
    assert advice.odds < 0.5
    assert advice.high == MOST_BLOCKS


def test_runs_without_a_series_get_a_new_one_with_its_first_look_at_six_blocks() -> None:
    large = Effect(difference=0.6, standard_error=0.1, df=8, method="pooled", before=1, after=1)
    advice = advise(large, 0.05, Looks())
    assert (advice.low, advice.new) == (6, True)
    assert advice.odds > 0.8


def test_several_stages_take_longer_than_one() -> None:
    effect = paired(0.08, 0.12)
    one, four = (blocks_needed(effect, 0.05, 6, SIX.ahead(7, 40), tests=tests) for tests in (1, 4))
    assert np.isfinite(four).sum() < np.isfinite(one).sum()


def test_the_seconds_of_a_block_are_those_of_both_runs_and_their_overhead() -> None:
    # A stage of 10 s takes 10.5 s with its drain.
    assert block_seconds(side("a", [20.0, 21.0]), side("b", [18.0])) == pytest.approx(2 * (10.5 + 4))
    assert block_seconds([], side("b", [18.0])) is None


def test_a_new_series_is_first_looked_at_after_the_blocks_of_the_default() -> None:
    assert FIRST == BLOCKS
