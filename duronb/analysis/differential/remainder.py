"""The remainder of a differential, and the sentences about its method and the smallest detectable change."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from duronb.analysis.differential.changes import CONFIDENCE, POWER, Change, detectable_of, sums_of
from duronb.analysis.differential.counts import RunCounts
from duronb.analysis.differential.node_tests import Tested, Values, quantile, quasi_poisson
from duronb.analysis.differential.regions import Regions, region_counts
from duronb.model.profile import Counts

_PART = 0.05
"""CPU share of the example frame in the sentence about the smallest detectable change."""
_HOPELESS = 10.0


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
    tested = quasi_poisson(remainder[None], counts.exposure, counts.side)
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
        f" {after:.3g} ms after, {verdict} ({after - before:+.2g} ms, 95 % interval {low:+.2g} to {high:+.2g}). Changes"
        " of functions are relative to the cost of unchanged code."
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


def sentences_of(
    regions: Regions, runs: tuple[int, int], wholes: tuple[int, int], level: float, unit: str
) -> list[str]:
    """Return sentences about the method of the tests and the smallest detectable change.

    Parameters
    ----------
    regions
        Regions of the total samples.
    runs, wholes
        Number of runs and of samples on each side.
    level
        False discovery rate.
    unit
        Replicate of the tests: ``run`` or ``second``.
    """
    sizes_text = f"{runs[0]} + {runs[1]} runs"
    test = "quasi-binomial across runs" if unit == "run" else "Welch's t within the runs"
    method = (
        f"{sizes_text}: share of every node in the samples of a {unit}, {test}, Benjamini-Hochberg at {level:.0%} over"
        f" {regions.tests} tests. Grey nodes did not change significantly, or only because a coloured node changed."
    )
    sentences = [method]
    if regions.tests and min(wholes):
        typical = Tested(
            p=np.ones(1),
            t=np.zeros(1),
            df=np.asarray([np.nanmedian(regions.first.df)]),
            parts=np.full((1, 2), _PART),
            variances=np.zeros((1, 2)),
            dispersion=np.asarray([np.nanmedian(regions.first.dispersion)]),
        )
        sizes = (float(wholes[0]), float(wholes[1]))
        smallest = float(detectable_of(typical, sizes, regions.cutoff, 1.0)[0]) / _PART
        if smallest < _HOPELESS:
            sentences.append(
                f"With these {sizes_text}, changes below {smallest:.0%} of a frame with {_PART * 100:.0f} % of the CPU"
                f" time cannot be detected (typical dispersion {float(typical.dispersion[0]):.2g}, {wholes[0]:,} +"
                f" {wholes[1]:,} samples)."
            )
    return sentences
