"""Regions of the call tree that differ between two groups of runs, independent of the unit of their sizes.

The unit of replication is a run. Apart from sampling noise, the cost of a node varies between runs for two reasons. The
first is common to all nodes of a run: on a busy machine every instruction takes longer. With Duroxide's stress test the
CPU time per orchestration of equal runs differs by 20 % and more. The second is specific to a node, and small. The
common noise would hide all changes of a few percent, but it cancels in shares. Therefore the share of a node in the
samples of its run is tested, with a quasi-binomial model: the dispersion is estimated between runs and at least 1, and
Student's t has n - 2 degrees of freedom. A share also changes if another node changes. ``regions`` corrects this by
finding the smallest set of subtrees that explains the differences.

Blocks are not paired. With pairs, five blocks have 4 degrees of freedom instead of 8. This loss outweighs the noise
that the runs of a block have in common, most of which already cancels within each run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from duronb.analysis.differential.counts import RunCounts, counts_of
from duronb.analysis.differential.node_tests import Tested, Values, dispersions, prior_of, quasi_binomial, welch
from duronb.analysis.differential.regions import Regions, Test, find_regions
from duronb.errors import RequestError
from duronb.model.profile import Counts, Indices
from duronb.model.run import RunRecord

SMALLEST_SHARE = 0.005
FEWEST_SAMPLES = 20
"""A node is tested if it has at least this share of the samples and this number of samples on one of the sides."""
ENOUGH_RUNS = 3
"""Smallest number of runs on each side from which noise between runs is estimated."""
Method = Literal["runs", "slices"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Found:
    """The differences between two groups of runs, independent of the unit.

    Parameters
    ----------
    counts
        The samples of all runs on one call tree.
    totals, selves
        Total and self samples of each node, shape ``(nodes, columns)``. Row 0 has the total samples in both, as the
        denominator.
    total, own
        Changed regions of the total and of the self samples, each with the test that found them.
    stage, method, level
        As in ``Differential``.
    notices
        Limits of the result.
    """

    counts: RunCounts
    totals: Counts
    selves: Counts
    total: tuple[Regions, Test]
    own: tuple[Regions, Test]
    stage: str | None
    method: Method
    level: float
    notices: tuple[str, ...]


def find_changes(before: Sequence[RunRecord], after: Sequence[RunRecord], stage: str | None, level: float) -> Found:
    """Find the regions that differ between two groups of runs.

    Parameters
    ----------
    before, after, stage, level
        As in ``differential``.

    Raises
    ------
    RequestError
        A side has no run with samples of the stage.
    """
    notices: list[str] = []
    sides = [_with_samples(side, name, notices) for side, name in ((before, "before"), (after, "after"))]
    method: Method = "runs" if min(map(len, sides)) >= ENOUGH_RUNS else "slices"
    counts = counts_of(sides[0], sides[1], stage, by_second=method == "slices")
    if method == "slices":
        notices.append(
            "The tests do not cover noise between runs, so coloured changes may also occur between equal runs. Record"
            f" at least {ENOUGH_RUNS} runs on each side to test across runs."
        )
    totals = counts.totals()
    selves = counts.own.copy()
    selves[0] = totals[0]
    flat = np.arange(1, len(counts.tree) + 1)
    flat[0] = len(flat)
    return Found(
        counts=counts,
        totals=totals,
        selves=selves,
        total=_regions(totals, counts.tree.end, counts, method, level),
        own=_regions(selves, flat.astype(np.int32), counts, method, level),
        stage=stage,
        method=method,
        level=level,
        notices=tuple(notices),
    )


def _with_samples(side: Sequence[RunRecord], name: str, notices: list[str]) -> list[RunRecord]:
    kept = []
    for run in side:
        try:
            if run.profile.samples:
                kept.append(run)
        except LookupError:
            continue
    if len(kept) < len(side):
        notices.append(f"{len(side) - len(kept)} of {len(side)} runs {name} have no samples and are left out.")
    if not kept:
        raise RequestError(f"No run {name} has samples.", "Choose recorded runs, not imported results.")
    return kept


def _worth_testing(counts: Counts, of: RunCounts) -> NDArray[np.int64]:
    """Return the nodes with enough samples to be tested, without the root."""
    enough = np.zeros(len(counts), dtype=bool)
    for number in (0, 1):
        sums = counts[:, of.side == number].sum(axis=1)
        enough |= (sums >= SMALLEST_SHARE * sums[0]) & (sums >= FEWEST_SAMPLES)
    enough[0] = False
    return np.flatnonzero(enough)


def _regions(counts: Counts, end: Indices, of: RunCounts, method: Method, level: float) -> tuple[Regions, Test]:
    """Return the changed regions and the test that found them."""
    tested = _worth_testing(counts, of)
    side = of.side
    prior = None
    if method == "runs":
        distinct = np.unique(counts[tested], axis=0).astype(np.float64)
        prior = prior_of(*dispersions(distinct, counts[:1].astype(np.float64), side))

    def test(count: Values, whole: Values) -> Tested:
        return welch(count, whole, side) if method == "slices" else quasi_binomial(count, whole, side, prior)

    return find_regions(counts, end, tested, test, level), test
