"""Regions of the call tree that differ between two groups of runs, independent of the unit of their sizes.

The unit of replication is a run. Apart from sampling noise, the cost of a node varies between runs for two reasons. The
first is common to all nodes of a run: on a busy machine every instruction takes longer. With Duroxide's stress test the
CPU time per orchestration of equal runs differs by 20 % and more. The second is specific to a node, and small. The
common noise would hide all changes of a few percent, but it cancels in shares. Therefore the share of a node in the
samples of its run is tested, with a quasi-binomial model whose dispersion is estimated between runs. Where there are
enough runs, about four a side, dispersions are drawn towards those of the other nodes, and ``chance`` tells what is
beyond noise. With fewer, Student's t with n - 2 degrees of freedom does. A share also changes if another node changes.
``regions`` corrects this by finding the smallest set of subtrees that explains the differences.

With one or two runs on a side the dispersion is taken from other runs of the store that were recorded under the same
conditions. Without such runs, only functions that appeared or vanished beyond chance are reported.

The tests see the aligned tree (``alignment``), in which functions that were renamed or inlined are on both sides.

Blocks are not paired. With pairs, five blocks have 4 degrees of freedom instead of 8. This loss outweighs the noise
that the runs of a block have in common, most of which already cancels within each run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from duronb.analysis.comparison.stage import is_usable
from duronb.analysis.conditions import comparable
from duronb.analysis.differential.alignment import FEWEST_SAMPLES, Alignment, align
from duronb.analysis.differential.chance import Divisions
from duronb.analysis.differential.counts import RunCounts, counts_of, source_of
from duronb.analysis.differential.node_tests import Tested, Values, dispersions, presence, prior_of, quasi_binomial
from duronb.analysis.differential.regions import Regions, bulk_of, find_regions
from duronb.analysis.differential.search import Test
from duronb.analysis.timing.timing import Timing
from duronb.errors import RequestError
from duronb.model.events.artefacts import SENTENCE
from duronb.model.profile import Counts, Indices
from duronb.model.run import RunRecord
from duronb.options.remedy import command

SMALLEST_SHARE = 0.0025
"""A node is tested if it has at least this share of the samples of both sides, and ``FEWEST_SAMPLES``."""
_SELF = 0.2
"""Share of the level for self samples, which rarely change where total samples do not."""
ENOUGH_RUNS = 3
"""Smallest number of runs on each side from which noise between runs is estimated."""
FEWEST_DF = 8
"""Fewest degrees of freedom within groups of equal runs from which other runs tell the noise."""
MOST_OTHERS = 40
"""Largest number of other runs that are read."""
Method = Literal["runs", "other runs", "presence"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Found:
    """The differences between two groups of runs, independent of the unit.

    Parameters
    ----------
    counts
        The samples of all runs on one call tree.
    aligned
        The call tree that was tested. All indices of nodes below refer to it.
    totals, selves
        Total and self samples of each node, shape ``(nodes, columns)``. Row 0 has the denominators: of ``totals`` all
        samples, of ``selves`` those outside of changed regions, which are left out of ``selves``.
    total, own
        Changed regions of the total and of the self samples, each with the test that found them.
    stage, method, level
        As in ``Differential``.
    notices
        Limits of the result.
    """

    counts: RunCounts
    aligned: Alignment
    totals: Counts
    selves: Counts
    total: tuple[Regions, Test]
    own: tuple[Regions, Test]
    stage: str | None
    method: Method
    level: float
    notices: tuple[str, ...]


def find_changes(
    before: Sequence[RunRecord],
    after: Sequence[RunRecord],
    stage: str | None,
    level: float,
    *,
    others: Sequence[RunRecord] = (),
    timing: Timing | None = None,
) -> Found:
    """Find the regions that differ between two groups of runs.

    Parameters
    ----------
    before, after, stage, level, others, timing
        As in ``differential``.

    Raises
    ------
    RequestError
        A side has no run with samples of the stage.
    """
    notices: list[str] = []
    sides = [_with_samples(side, name, notices) for side, name in ((before, "before"), (after, "after"))]
    method: Method = "runs"
    beside: Sequence[RunRecord] = ()
    limits: list[str] = []
    if min(map(len, sides)) < ENOUGH_RUNS:
        beside = _like(others, sides)
        method = "other runs" if beside else "presence"
        limits.append(_few_runs(sides, len(beside)))
    # Drift does not make functions appear or vanish.
    if timing is not None and timing.limits and method != "presence":
        limits.append(_drift(timing))
    counts = counts_of(sides[0], sides[1], stage, beside)
    notices = [*limits, *notices, *_left_out(counts)]
    aligned = align(counts)
    selves = aligned.moved(counts.own)
    tree = aligned.tree
    totals = np.stack([tree.totals(column) for column in selves.T], axis=1)
    divisions = Divisions.of(counts.side) if method == "runs" else None
    found = _regions(totals, tree.end, counts, method, level * (1 - _SELF), divisions=divisions)
    # Self samples in changed regions are no part of the unchanged code that other self samples are compared with.
    for region in found[0].found:
        selves[region.node : tree.end[region.node]] = 0
    selves[0] = bulk_of(totals, found[0])
    flat = np.arange(1, len(tree) + 1)
    flat[0] = len(flat)
    return Found(
        counts=counts,
        aligned=aligned,
        totals=totals,
        selves=selves,
        total=found,
        own=_regions(selves, flat.astype(np.int32), counts, method, level * _SELF, divisions=divisions),
        stage=stage,
        method=method,
        level=level,
        notices=tuple(notices),
    )


def _left_out(counts: RunCounts) -> list[str]:
    """Return a notice if timer artefacts are left out."""
    if not counts.artefacts.any():
        return []
    before, after = counts.artefact_share(0), counts.artefact_share(1)
    shares = f"{before:.0%} of the samples before, {after:.0%} after"
    return [f"Timer artefacts are left out of the graph and of all values: {shares}. {SENTENCE}"]


def _few_runs(sides: Sequence[Sequence[RunRecord]], others: int) -> str:
    """Return what is coloured with so few runs, and how the rest is found."""
    most = max(map(len, sides))
    few = "One run each" if most == 1 else "Fewer than three runs on a side"
    remedy = f"`{command('ab', 'BEFORE', 'AFTER')}` shows the rest."
    if others:
        return (
            f"{few}: the noise is that of {others} other stored runs under the same conditions, so small changes may be"
            f" grey. {remedy}"
        )
    return f"{few}: only functions that appeared or vanished are coloured. {remedy}"


def _drift(timing: Timing) -> str:
    """Return what the times of the runs limit, as ``compare`` and ``check`` state it, and what has no such limit."""
    return (
        f"{timing.sentence}: functions that are dearer or cheaper differ, but not necessarily because of the code."
        f" `{command('ab', 'BEFORE', 'AFTER')}` records both sides in alternation."
    )


def _like(others: Sequence[RunRecord], sides: Sequence[Sequence[RunRecord]]) -> list[RunRecord]:
    """Return other runs under the same conditions, the newest first; no runs if they are too few to tell the noise."""
    known = {run.id for side in sides for run in side}
    usable = [run for run in others if run.id not in known and is_usable(run)]
    newest = sorted(comparable(usable, sides[1][-1]), key=lambda run: run.created, reverse=True)
    groups: dict[object, list[RunRecord]] = {}
    for run in newest:
        if sum(map(len, groups.values())) < MOST_OTHERS and _has_samples(run):
            groups.setdefault(source_of(run), []).append(run)
    kept = [run for group in groups.values() if len(group) > 1 for run in group]
    within = len(kept) - sum(len(group) > 1 for group in groups.values())
    return kept if within >= FEWEST_DF else []


def _with_samples(side: Sequence[RunRecord], name: str, notices: list[str]) -> list[RunRecord]:
    kept = [run for run in side if _has_samples(run)]
    if len(kept) < len(side):
        notices.append(f"{len(side) - len(kept)} of {len(side)} runs {name} have no samples and are left out.")
    if not kept:
        raise RequestError(f"No run {name} has samples.", "Choose recorded runs, not imported results.")
    return kept


def _has_samples(run: RunRecord) -> bool:
    try:
        return bool(run.profile.samples)
    except LookupError:
        return False


def _worth_testing(counts: Counts, of: RunCounts) -> NDArray[np.int64]:
    """Return the nodes with enough samples to be tested, without the root; swapped sides give the same."""
    sums = counts[:, of.side < len(of.runs)].sum(axis=1)
    enough: NDArray[np.bool_] = (sums >= SMALLEST_SHARE * sums[0]) & (sums >= FEWEST_SAMPLES)
    enough[0] = False
    return np.flatnonzero(enough)


def _regions(
    counts: Counts, end: Indices, of: RunCounts, method: Method, level: float, *, divisions: Divisions | None
) -> tuple[Regions, Test]:
    """Return the changed regions and the test that found them."""
    side = of.side
    tested = _worth_testing(counts, of)
    prior = None
    if method != "presence":
        distinct = np.unique(counts[tested], axis=0).astype(np.float64)
        prior = prior_of(*dispersions(distinct, counts[:1].astype(np.float64), side))
    if divisions and not divisions.tell(level):
        divisions = None

    def test(count: Values, whole: Values) -> Tested:
        if method == "presence":
            return presence(count, whole, side)
        return quasi_binomial(count, whole, side, prior, moderated=divisions is not None)

    return find_regions(counts, end, tested, test, level, divisions=divisions), test
