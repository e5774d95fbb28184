"""Which parts of one call tree differ between two groups of runs, before a unit for their sizes is chosen.

The unit of replication is a run. What a node costs in a run is, beside sampling noise, subject to two sorts of noise
from run to run: one that all nodes of a run share, as on a busy machine every instruction takes longer (with Duroxide's
stress test CPU time per orchestration differs by a fifth and more between equal runs), and a rest that is small. The
shared one would hide every change of a few percent. So a node's samples are tested as a part of its run's samples,
where it cancels: quasi-binomial, dispersion estimated from run to run and at least 1, Student's t with n - 2 degrees of
freedom. That a part also changes when another node does is undone by ``regions``, which finds the fewest
subtrees that explain what differs.

Blocks are not paired: a block is one observation instead of two, and with five blocks 4 degrees of freedom instead of 8
lose more than what the blocks share, of which the most cancels within each run already.
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
"""A node is tested that has this share of the samples, and so many, on either side."""
ENOUGH_RUNS = 3
"""Runs on each side from which noise from run to run is estimated."""
Method = Literal["runs", "slices"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Found:
    """What two groups of runs show, whatever the unit.

    Parameters
    ----------
    counts
        Their samples on one tree.
    totals, selves
        Samples of each node with its callees and without, the root's with them in both, shape ``(nodes, columns)``.
    total, own
        Changed regions of each family, and the test that found them.
    stage, method, level
        As of ``differential``.
    notices
        What limits belief.
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
    """Find the regions that differ.

    Parameters
    ----------
    before, after, stage, level
        As of ``differential``.

    Raises
    ------
    RequestError
        A side has no run with samples, or no such stage.
    """
    notices: list[str] = []
    sides = [_with_samples(side, name, notices) for side, name in ((before, "before"), (after, "after"))]
    method: Method = "runs" if min(map(len, sides)) >= ENOUGH_RUNS else "slices"
    counts = counts_of(sides[0], sides[1], stage, by_second=method == "slices")
    if method == "slices":
        notices.append(
            "Within these runs only: does not cover differences from run to run. What is coloured may differ between"
            f" equal runs too; {ENOUGH_RUNS} runs on each side are tested across runs."
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
        notices.append(f"{len(side) - len(kept)} of {len(side)} runs {name} carry no samples, and are left out.")
    if not kept:
        raise RequestError(f"No run {name} carries samples.", "Choose runs that were recorded, not imported figures.")
    return kept


def _worth_testing(counts: Counts, of: RunCounts) -> NDArray[np.int64]:
    """Return the nodes that are wide enough to be tested, without the root."""
    enough = np.zeros(len(counts), dtype=bool)
    for number in (0, 1):
        sums = counts[:, of.side == number].sum(axis=1)
        enough |= (sums >= SMALLEST_SHARE * sums[0]) & (sums >= FEWEST_SAMPLES)
    enough[0] = False
    return np.flatnonzero(enough)


def _regions(counts: Counts, end: Indices, of: RunCounts, method: Method, level: float) -> tuple[Regions, Test]:
    """Find the changed regions; the test returned is the one that found them."""
    tested = _worth_testing(counts, of)
    side = of.side
    prior = None
    if method == "runs":
        distinct = np.unique(counts[tested], axis=0).astype(np.float64)
        prior = prior_of(*dispersions(distinct, counts[:1].astype(np.float64), side))

    def test(count: Values, whole: Values) -> Tested:
        return welch(count, whole, side) if method == "slices" else quasi_binomial(count, whole, side, prior)

    return find_regions(counts, end, tested, test, level), test
