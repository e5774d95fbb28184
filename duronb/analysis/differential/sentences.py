"""Sentences of a differential: the result in plain words, and how it was tested."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from duronb.analysis.differential.changes import detectable_of
from duronb.analysis.differential.found import Method
from duronb.analysis.differential.node_tests import ASSUMED_DISPERSION, Tested
from duronb.analysis.differential.regions import Regions

_PART = 0.05
"""CPU share of the example frame in the sentence about the smallest detectable change."""
_HOPELESS = 10.0
_TESTS = {
    "runs": "quasi-binomial across runs",
    "other runs": "quasi-binomial, with the dispersion between other runs of equal code under the same conditions",
    "presence": f"only where one side has no sample, with an assumed dispersion of {ASSUMED_DISPERSION:g}",
}


@dataclass(frozen=True, kw_only=True)
class Sentences:
    """The result, and how it was tested."""

    sentences: list[str] = field(default_factory=list)
    methods: list[str] = field(default_factory=list)


def sentences_of(
    regions: Regions, runs: tuple[int, int], wholes: tuple[int, int], level: float, method: Method
) -> Sentences:
    """Return the sentences that all units share.

    Parameters
    ----------
    regions
        Regions of the total samples.
    runs, wholes
        Number of runs and of samples on each side.
    level
        False discovery rate.
    method
        What the noise is estimated from.
    """
    found = Sentences()
    found.sentences.append("Grey functions did not change beyond noise, or only because a coloured one did.")
    sizes_text = f"{runs[0]} + {runs[1]} runs"
    found.methods.append(
        f"{sizes_text}: share of every node in the samples of a run, {_TESTS[method]}, {_limit(regions, level)}."
        " Changes of functions are relative to the cost of unchanged code."
    )
    if method == "presence" or not regions.tests or not min(wholes):
        return found
    dispersion = float(np.nanmedian(regions.first.dispersion))
    typical = Tested(
        p=np.ones(1),
        t=np.zeros(1),
        df=np.asarray([np.nanmedian(regions.first.df)]),
        parts=np.full((1, 2), _PART),
        variances=np.zeros((1, 2)),
        dispersion=np.asarray([dispersion]),
    )
    sizes = (float(wholes[0]), float(wholes[1]))
    smallest = float(detectable_of(typical, sizes, regions.cutoff, 1.0)[0]) / _PART
    if smallest < _HOPELESS:
        found.sentences.append(
            f"With these {sizes_text}, changes below {smallest:.0%} of a frame with {_PART * 100:.0f} % of the CPU time"
            " cannot be detected."
        )
        found.methods.append(f"Typical dispersion {dispersion:.2g}, {wholes[0]:,} + {wholes[1]:,} samples.")
    return found


def _limit(regions: Regions, level: float) -> str:
    """Return how the number of tests is taken into account."""
    if regions.divisions:
        return (
            f"with moderated dispersions; the most significant of {regions.tests} tests is compared with those of"
            f" {regions.divisions} divisions of the same runs into two sides, at {level:.0%}"
        )
    return f"Benjamini-Hochberg at {level:.0%} over {regions.tests} tests"
