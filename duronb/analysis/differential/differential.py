"""Which functions changed between two groups of runs: tests on every node of one call tree, and what is reported.

The unit of replication is a run. What a node costs in a run is, beside sampling noise, subject to two sorts of noise
from run to run: one that all nodes of a run share, as on a busy machine every instruction takes longer (with Duroxide's
stress test CPU time per orchestration differs by a fifth and more between equal runs), and a rest that is small. The
shared one would hide every change of a few percent. So a node's samples are tested as a part of its run's samples,
where it cancels: quasi-binomial, dispersion estimated from run to run and at least 1, Student's t with n - 2 degrees of
freedom. That a part also changes when another node does is undone by ``differential_regions``, which finds the fewest
subtrees that explain what differs. Sizes are told at equal cost of all that did not change, in shares or, by the
orchestrations that each run completed, in CPU time per orchestration. What did not change in its parts may still cost
more as a whole: that alone is tested across runs with the shared noise in it, quasi-Poisson, and is node 0.

Blocks are not paired: a block is one observation instead of two, and with five blocks 4 degrees of freedom instead of 8
lose more than what the blocks share, of which the most cancels within each run already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from duronb.analysis.differential.changes import (
    CHANGE_KINDS,
    UNITS,
    Change,
    ChangeKind,
    Of,
    Sides,
    Unit,
    changes_of,
    detectable_of,
    sums_of,
)
from duronb.analysis.differential.counts import RunCounts, counts_of
from duronb.analysis.differential.node_tests import (
    Tested,
    Values,
    dispersions,
    prior_of,
    quasi_binomial,
    welch,
)
from duronb.analysis.differential.regions import Regions, Test, find_regions
from duronb.analysis.differential.whole import rest_of, sentences_of, worth_of
from duronb.errors import RequestError
from duronb.model.profile import CallTree, Counts, Indices
from duronb.model.run import RunRecord
from duronb.request import shown

__all__ = ["CHANGE_KINDS", "UNITS", "Change", "ChangeKind", "Differential", "NodeTests", "Of", "Unit", "differential"]

SMALLEST_SHARE = 0.005
FEWEST_SAMPLES = 20
"""A node is tested that has this share of the samples, and so many, on either side."""
ENOUGH_RUNS = 3
"""Runs on each side from which noise from run to run is estimated."""
Method = Literal["runs", "slices"]
_TOTAL: Of = "total"
_SELF: Of = "self"


@dataclass(frozen=True, eq=False, kw_only=True)
class NodeTests:
    """Tests of one family: every node's total, or every node's own samples.

    Parameters
    ----------
    p, q
        Of the node's part of all samples, before what is reported elsewhere is set apart; NaN where not tested, shape
        ``(nodes,)``. ``q`` is Benjamini and Hochberg's.
    kind
        What is reported of each node: 0 for nothing, else 1 + the index into ``CHANGE_KINDS``, shape ``(nodes,)``.
    detectable
        The smallest change that would be found four times out of five, in the unit; NaN where not tested.
    """

    p: Values
    q: Values
    kind: NDArray[np.uint8]
    detectable: Values


@dataclass(frozen=True, eq=False, kw_only=True)
class _Prepared:
    """What does not depend on the unit."""

    counts: RunCounts
    totals: Counts
    total: tuple[Regions, Test]
    own: tuple[Regions, Test]
    stage: str | None
    method: Method
    level: float
    notices: tuple[str, ...]


@dataclass(frozen=True, eq=False, kw_only=True)
class Differential:
    """Two groups of runs on one call tree.

    Parameters
    ----------
    tree, kinds
        The union of all runs, names aligned; kind of each frame, an index into ``KINDS``.
    stage
        ``None`` for all stages together.
    unit
        Of all figures.
    method
        ``runs``; or ``slices``, seconds within the runs.
    level
        False discovery rate.
    runs
        How many on each side.
    before, after
        Self samples of each side, shape ``(nodes,)``.
    scales
        What a sample is worth before and after, in the unit.
    total, own
        The two families of tests.
    changes
        What is reported, the largest first, what only moved last; of own samples only where no total says it.
    sentences
        Method, runs, level, what cannot be seen.
    notices
        What limits belief.
    """

    tree: CallTree
    kinds: Indices
    stage: str | None
    unit: Unit
    method: Method
    level: float
    runs: tuple[int, int]
    before: Counts
    after: Counts
    scales: tuple[float, float]
    total: NodeTests
    own: NodeTests
    changes: tuple[Change, ...]
    sentences: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    _prepared: _Prepared = field(repr=False)

    def in_unit(self, unit: Unit) -> Differential | None:
        """Return the same runs in another unit; ``None`` where they lack what it needs."""
        if unit == self.unit:
            return self
        return None if _scales(self._prepared.counts, unit) is None else _in_unit(self._prepared, unit)

    def to_json(self) -> dict[str, Any]:
        """Return method, notices and changes as plain JSON values."""
        return {
            "stage": self.stage,
            "unit": self.unit,
            "method": self.method,
            "level": self.level,
            "runs": {"before": self.runs[0], "after": self.runs[1]},
            "samples": {"before": int(self.before.sum()), "after": int(self.after.sum())},
            "changes": [change.to_json() for change in self.changes],
            "sentences": list(self.sentences),
            "notices": list(self.notices),
        }


def differential(
    before: Sequence[RunRecord],
    after: Sequence[RunRecord],
    *,
    stage: str | None = None,
    unit: Unit | None = None,
    paired: bool = False,  # noqa: ARG001 - see the module: blocks are not paired here
    level: float = 0.05,
) -> Differential:
    """Find the functions whose cost differs between two groups of runs.

    Parameters
    ----------
    before, after
        Runs as ``compare_runs`` chose them; those without samples are left out, and a notice says so.
    stage
        Only this one; ``None`` for all stages.
    unit
        By default CPU time per orchestration where every run tells it, else shares.
    paired
        The runs are blocks of one series; the tests do not depend on it.
    level
        False discovery rate of what is reported.

    Raises
    ------
    RequestError
        A side has no run with samples, no such stage, or the unit cannot be had.
    """
    if unit is not None and unit not in UNITS:
        raise RequestError(f"unit cannot be {shown(unit)}.", f"Choose {', '.join(UNITS)}.")
    if not 0 < level < 1:
        raise RequestError(f"level cannot be {level}.", "Give a false discovery rate between 0 and 1, such as 0.05.")
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
    flat = np.arange(1, len(counts.tree) + 1)
    flat[0] = len(flat)
    whole_and_own = counts.own.copy()
    whole_and_own[0] = totals[0]
    prepared = _Prepared(
        counts=counts,
        totals=totals,
        total=_found(totals, counts.tree.end, counts, method, level),
        own=_found(whole_and_own, flat.astype(np.int32), counts, method, level),
        stage=stage,
        method=method,
        level=level,
        notices=tuple(notices),
    )
    default: Unit = "cpu_ms_per_orchestration" if counts.exposure is not None else "share"
    chosen = unit or default
    if _scales(counts, chosen) is None:
        raise RequestError(
            "Not every run tells completed orchestrations and sampling frequency, so there is no CPU time per"
            " orchestration.",
            "Choose the unit share.",
        )
    return _in_unit(prepared, chosen)


def _in_unit(prepared: _Prepared, unit: Unit) -> Differential:
    counts, tree = prepared.counts, prepared.counts.tree
    scales = _scales(counts, unit)
    if scales is None:
        raise ValueError(unit)
    flat = counts.own.copy()
    flat[0] = prepared.totals[0]
    total, own = (
        changes_of(tree, samples, regions, Sides(side=counts.side, scales=scales, test=test, kinds=counts.kinds), of)
        for samples, (regions, test), of in (
            (prepared.totals, prepared.total, _TOTAL),
            (flat, prepared.own, _SELF),
        )
    )
    wholes = sums_of(prepared.totals[0], counts.side)
    replicate = "run" if prepared.method == "runs" else "second"
    sentences = sentences_of(prepared.total[0], counts.runs, wholes, prepared.level, replicate)
    if unit == "cpu_ms_per_orchestration" and prepared.method == "runs":
        sentence, rest = rest_of(counts, prepared.totals, prepared.total[0], prepared.level)
        sentences.append(sentence)
        total += [] if rest is None else [rest]
    changed = [change.node for change in total if change.node]
    beside = [change for change in own if not any(node <= change.node < tree.end[node] for node in changed)]
    worth = wholes[0] * scales[0]
    return Differential(
        tree=tree,
        kinds=counts.kinds,
        stage=prepared.stage,
        unit=unit,
        method=prepared.method,
        level=prepared.level,
        runs=counts.runs,
        before=counts.of_side(0),
        after=counts.of_side(1),
        scales=scales,
        total=_node_tests(prepared.total[0], total, wholes, worth),
        own=_node_tests(prepared.own[0], own, wholes, worth),
        changes=(*total, *beside),
        sentences=tuple(sentences),
        notices=prepared.notices,
        _prepared=prepared,
    )


def _node_tests(regions: Regions, changes: Sequence[Change], wholes: tuple[int, int], worth: float) -> NodeTests:
    kind = np.zeros(len(regions.p), dtype=np.uint8)
    for change in changes:
        kind[change.node] = 1 + CHANGE_KINDS.index(change.kind)
    detectable = np.full(len(regions.p), np.nan)
    detectable[regions.tested] = detectable_of(
        regions.first, (float(wholes[0]), float(wholes[1])), regions.cutoff, worth
    )
    return NodeTests(p=regions.p, q=regions.q, kind=kind, detectable=detectable)


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


def _found(counts: Counts, end: Indices, of: RunCounts, method: Method, level: float) -> tuple[Regions, Test]:
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


def _scales(counts: RunCounts, unit: Unit) -> tuple[float, float] | None:
    """Return what a sample is worth on each side; ``None`` where that is not known."""
    sums = [int(counts.own[:, counts.side == number].sum()) for number in (0, 1)]
    if unit == "share":
        return 1 / sums[0], 1 / sums[1]
    return None if counts.exposure is None else worth_of(counts.exposure, counts.side)
