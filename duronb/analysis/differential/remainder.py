"""The remainder of a differential: all code without a reported change, in CPU time per orchestration."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from duronb.analysis.differential.changes import CONFIDENCE, POWER, Change, sums_of
from duronb.analysis.differential.counts import RunCounts
from duronb.analysis.differential.node_tests import Values, quantile, quasi_poisson
from duronb.analysis.differential.regions import Regions, region_counts
from duronb.model.profile import Counts


def remainder_of(counts: RunCounts, totals: Counts, regions: Regions, level: float) -> tuple[str, Change | None]:
    """Test the CPU time per orchestration of the remainder across runs.

    Parameters
    ----------
    counts, totals
        The runs, with known exposures.
    regions
        The changed regions of their totals.
    level
        False discovery rate.

    Returns
    -------
    A sentence about the remainder, and its change as node 0; ``None`` if it is not significant.
    """
    if counts.exposure is None:
        raise ValueError("the exposures are not known")
    inner = {node for region in regions.found for node in region.inside}
    outermost = tuple(region.node for region in regions.found if region.node not in inner)
    remainder = region_counts(totals, 0, outermost)
    known = np.isfinite(counts.exposure)
    tested = quasi_poisson(remainder[None, known], counts.exposure[known], counts.side[known])
    before, after = tested.parts[0].tolist()
    half = float(quantile(0.5 + CONFIDENCE / 2, tested.df[0]) * np.sqrt(tested.variances[0].sum()))
    low, high, p = after - before - half, after - before + half, float(tested.p[0])
    found = p <= regions.cutoff
    if found:
        verdict = "a significant change"
    elif low <= 0 <= high:
        verdict = "not a significant change"
    else:
        verdict = f"which may be noise given {regions.tests} tests, p = {p:.2g}"
    sentence = (
        f"{'The remainder' if outermost else 'All code together'} costs {before:.3g} ms per orchestration before and"
        f" {after:.3g} ms after, {verdict} ({after - before:+.2g} ms, 95 % interval {low:+.2g} to {high:+.2g})."
    )
    if not found:
        return sentence, None
    samples = sums_of(remainder, counts.side)
    error = float(np.sqrt(tested.dispersion[0] * before * sum(worth_of(counts.exposure, counts.side))))
    away = float(quantile(1 - regions.cutoff / 2, tested.df[0]) + quantile(POWER, tested.df[0]))
    return sentence, Change(
        node=0,
        name="all",
        path=(),
        kind="dearer" if after > before else "cheaper",
        of="total",
        before=before,
        after=after,
        samples_before=samples[0],
        samples_after=samples[1],
        delta=after - before,
        low=low,
        high=high,
        q=level * p / regions.cutoff,
        detectable=away * error,
        without=outermost,
    )


def worth_of(exposure: Values, side: NDArray[np.int64]) -> tuple[float, float]:
    """Return the value of one sample on each side in CPU milliseconds per orchestration: 1 / exposure of the side."""
    return 1 / float(exposure[side == 0].sum()), 1 / float(exposure[side == 1].sum())
