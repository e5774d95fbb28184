"""What a differential says of the whole: what is left when its changes are set apart, and what could not be seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from duronb.analysis.differential.changes import CONFIDENCE, POWER, Change, detectable_of, sums_of
from duronb.analysis.differential.counts import RunCounts
from duronb.analysis.differential.node_tests import Tested, Values, quantile, quasi_poisson
from duronb.analysis.differential.regions import Regions, region_counts
from duronb.model.profile import Counts

_PART = 0.05
"""Of the CPU: the frame of which it is told what could not be seen."""
_HOPELESS = 10.0


def remainder_of(counts: RunCounts, totals: Counts, regions: Regions, level: float) -> tuple[str, Change | None]:
    """Test all that no change is reported of, in CPU time per orchestration: here the noise of whole runs counts.

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
    A sentence, and the change of node 0 where there is one.
    """
    if counts.exposure is None:
        raise ValueError("the exposures are not known")
    inner = {node for region in regions.found for node in region.inside}
    outermost = tuple(region.node for region in regions.found if region.node not in inner)
    rest = region_counts(totals, 0, outermost)
    tested = quasi_poisson(rest[None], counts.exposure, counts.side)
    before, after = tested.parts[0].tolist()
    half = float(quantile(0.5 + CONFIDENCE / 2, tested.df[0]) * np.sqrt(tested.variances[0].sum()))
    low, high, p = after - before - half, after - before + half, float(tested.p[0])
    found = p <= regions.cutoff
    if found:
        verdict = "a change"
    elif low <= 0 <= high:
        verdict = "no change that can be told from noise"
    else:
        verdict = f"which may be noise where {regions.tests} tests are made, p = {p:.2g}"
    sentence = (
        f"{'The rest' if outermost else 'All'} costs {before:.3g} ms per orchestration before and {after:.3g} ms after,"
        f" {verdict} ({after - before:+.2g} ms, 95 % {low:+.2g} to {high:+.2g}); a change of a function is told at"
        " equal cost of what did not change."
    )
    if not found:
        return sentence, None
    samples = sums_of(rest, counts.side)
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
    """Return what a sample of each side is worth: one divided by the side's exposure."""
    return 1 / float(exposure[side == 0].sum()), 1 / float(exposure[side == 1].sum())


def sentences_of(
    regions: Regions, runs: tuple[int, int], wholes: tuple[int, int], level: float, unit: str
) -> list[str]:
    """Return how it was tested, and what could not be seen.

    Parameters
    ----------
    regions
        Of the nodes' totals.
    runs, wholes
        Runs and samples of each side.
    level
        False discovery rate.
    unit
        What is replicated: ``run``, or ``second``.
    """
    said = f"{runs[0]} + {runs[1]} runs"
    test = "quasi-binomial across runs" if unit == "run" else "Welch's t within the runs"
    how = (
        f"{said}: every node's part of a {unit}'s samples, {test}, Benjamini-Hochberg at {level:.0%} over"
        f" {regions.tests} tests; grey is not significant, or follows from a change that is coloured."
    )
    sentences = [how]
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
                f"Changes below {smallest:.0%} of a frame that takes {_PART * 100:.0f} % of the CPU cannot be seen with"
                f" these {said} (typical dispersion {float(typical.dispersion[0]):.2g}, {wholes[0]:,} + {wholes[1]:,}"
                " samples)."
            )
    return sentences
