"""The posterior of a bisection, against the same model computed place by place with SciPy's t-distribution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp, log1p

import numpy as np
import pytest
from scipy import stats

from duronb.analysis.bisection.noise import Noise, NoisePrior
from duronb.analysis.bisection.posterior import Pair, posterior, sizes_of

CANDIDATES = 7
BLOCKS: dict[Pair, list[float]] = {(0, 6): [0.12, 0.2], (0, 3): [0.02, -0.05], (3, 4): [0.15]}


def by_hand(blocks: Mapping[Pair, Sequence[float]], prior: Sequence[float]) -> tuple[list[float], float]:
    """Return the probability of each place and of no change, summed place by place over all sizes and noises."""
    deviations = np.geomspace(0.002, 0.8, 34) * 2**0.5
    variance = 2 * 0.1**2
    sizes = np.geomspace(0.02, 2.3, 32)
    weights = {}
    for scale in deviations:
        for df in (3, 8, 60):
            # Scaled inverse chi-squared with 2 degrees of freedom, as a density of the logarithm of the scale.
            weights[scale, df] = stats.chi2.pdf(2 * variance / scale**2, 2) * variance / scale**2
    total = sum(weights.values())

    def likelihoods(inside: Mapping[Pair, bool], of: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
        found = 0.0
        for (scale, df), weight in weights.items():
            density = np.full(len(of), weight / total)
            for pair, losses in blocks.items():
                away = np.array(losses)[:, None] - of[None, :] * inside[pair]
                density *= stats.t.pdf(away, df, scale=scale).prod(axis=0)
            found += density.mean()
        return found

    none = 0.5 * likelihoods(dict.fromkeys(blocks, False), np.zeros(1))
    places = [0.0]
    for place in range(1, CANDIDATES):
        inside = {pair: pair[0] < place <= pair[1] for pair in blocks}
        places.append(0.5 * prior[place] / sum(prior) * likelihoods(inside, sizes))
    total = none + sum(places)
    return [place / total for place in places], none / total


@pytest.mark.long
@pytest.mark.parametrize("prior", [[0, 1, 1, 1, 1, 1, 1], [0, 1, 0, 1, 1, 1, 0]])
def test_it_is_the_one_that_is_summed_by_hand(prior: list[float]) -> None:
    found = posterior(np.array(prior, float), {"a stage": BLOCKS}, Noise(NoisePrior(0.1, 2.0)), sizes_of(0.05))
    places, none = by_hand(BLOCKS, prior)
    assert found.places == pytest.approx(places, rel=1e-6, abs=1e-12)
    assert found.no_change == pytest.approx(none, rel=1e-6)


def test_without_blocks_it_is_the_prior() -> None:
    found = posterior(np.array([0.0, 1, 1]), {}, Noise(NoisePrior()), sizes_of(0.05))
    assert found.places == pytest.approx([0, 0.25, 0.25])
    assert found.negligible(0.05) == pytest.approx(0.5 + 0.5 * np.mean(np.geomspace(0.02, 2.3, 32) < -log1p(-0.05)))


def test_blocks_in_parts_and_in_another_order_are_the_same_evidence() -> None:
    prior, noise, sizes = np.array([0.0, *[1] * 6]), Noise(NoisePrior()), sizes_of(0.05)
    one = posterior(prior, {"s": BLOCKS}, noise, sizes)
    other = posterior(prior, {"s": dict(reversed([(pair, of[::-1]) for pair, of in BLOCKS.items()]))}, noise, sizes)
    assert one.places == pytest.approx(other.places)


def test_an_outlier_is_weak_evidence() -> None:
    quiet = [0.01, -0.01, 0.02, -0.02, 0.0, 0.01, -0.01, 0.015]
    prior, noise, sizes = np.array([0.0, 1]), Noise(NoisePrior()), sizes_of(0.05)
    found = posterior(prior, {"s": {(0, 1): [*quiet, 1.2]}}, noise, sizes)
    assert found.no_change > 0.7


def test_of_two_stages_the_one_with_the_change_counts_and_no_block_counts_twice() -> None:
    prior, noise, sizes = np.array([0.0, 1]), Noise(NoisePrior()), sizes_of(0.05)
    slow, equal = [0.2, 0.22, 0.18, 0.21], [0.01, -0.01, 0.02, 0.0]
    both = posterior(prior, {"slow": {(0, 1): slow}, "equal": {(0, 1): equal}}, noise, sizes)
    alone = posterior(prior, {"slow": {(0, 1): slow}}, noise, sizes)
    twice = posterior(prior, {"slow": {(0, 1): slow}, "again": {(0, 1): slow}}, noise, sizes)
    assert max(both.signals, key=lambda name: both.signals[name]) == "slow"
    assert twice.places == pytest.approx(alone.places)
    assert alone.places[1] > both.places[1] > 0.8
    assert exp(both.size_interval()[0]) < 1.22 < exp(both.size_interval()[1])
