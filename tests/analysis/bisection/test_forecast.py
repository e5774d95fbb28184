"""The information of a block, against numerical integration."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats

from duronb.analysis.bisection.forecast import information


@pytest.mark.parametrize("ratio", [0.3, 1.0, 2.5])
def test_the_information_of_a_block_is_that_of_the_integral(ratio: float) -> None:
    def mixture(x: float) -> float:
        return float(stats.norm.pdf(x) + stats.norm.pdf(x, ratio)) / 2

    entropy, _ = integrate.quad(lambda x: -mixture(x) * np.log2(mixture(x)), -12, 15)
    noise = 0.5 * np.log2(2 * np.pi * np.e)
    assert information(ratio) == pytest.approx(entropy - noise, abs=2e-3)
