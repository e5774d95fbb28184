"""Histories for the tests of all displays."""

from __future__ import annotations

import numpy as np

from duronb.analysis.history.trend import trend
from duronb.model.run import RunRecord
from duronb.results.history import History
from tests.analysis.history.timeline import runs_of


def dropped(size: int = 30, at: int = 15, seed: int = 3) -> list[RunRecord]:
    """Return runs that become 30 % slower, and another version with it."""
    draw = np.random.default_rng(seed)
    rates = 20 * np.exp(draw.normal(0, 0.04, size))
    rates[at:] *= 0.7
    return runs_of([float(rate) for rate in rates], ["0.1.1"] * at + ["0.1.2"] * (size - at))


def history(runs: list[RunRecord], tags: dict[str, str] | None = None, **options: str) -> History:
    return History(trend(runs, **options), tags)  # type: ignore[arg-type]
