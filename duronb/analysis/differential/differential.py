"""Which functions changed between two groups of runs, how much, and in which unit that is told.

``found`` tests every node's part of its run's samples. Sizes are told at equal cost of all that did not change, in
shares or, by the orchestrations that each run completed, in CPU time per orchestration. What did not change in its
parts may still cost more as a whole: that alone is tested across runs with the noise in it that all nodes of a run
share, quasi-Poisson, and is node 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

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
from duronb.analysis.differential.counts import RunCounts
from duronb.analysis.differential.found import Found, Method, find_changes
from duronb.analysis.differential.node_tests import Values
from duronb.analysis.differential.regions import Regions
from duronb.analysis.differential.remainder import remainder_of, sentences_of, worth_of
from duronb.errors import RequestError
from duronb.model.profile import CallTree, Counts, Indices
from duronb.model.run import RunRecord
from duronb.quoting import quoted

__all__ = ["CHANGE_KINDS", "UNITS", "Change", "ChangeKind", "Differential", "NodeTests", "Of", "Unit", "differential"]

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
    _found: Found = field(repr=False)

    def in_unit(self, unit: Unit) -> Differential | None:
        """Return the same runs in another unit; ``None`` where they lack what it needs."""
        if unit == self.unit:
            return self
        scales = _scales(self._found.counts, unit)
        return None if scales is None else _in_unit(self._found, unit, scales)

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
    level
        False discovery rate of what is reported.

    Raises
    ------
    RequestError
        A side has no run with samples, no such stage, or the unit cannot be had.
    """
    if unit is not None and unit not in UNITS:
        raise RequestError(f"unit cannot be {quoted(unit)}.", f"Choose {', '.join(UNITS)}.")
    if not 0 < level < 1:
        raise RequestError(f"level cannot be {level}.", "Give a false discovery rate between 0 and 1, such as 0.05.")
    found = find_changes(before, after, stage, level)
    counts = found.counts
    default: Unit = "cpu_ms_per_orchestration" if counts.exposure is not None else "share"
    chosen = unit or default
    scales = _scales(counts, chosen)
    if scales is None:
        raise RequestError(
            "Not every run tells completed orchestrations and sampling frequency, so there is no CPU time per"
            " orchestration.",
            "Choose the unit share.",
        )
    return _in_unit(found, chosen, scales)


def _in_unit(found: Found, unit: Unit, scales: tuple[float, float]) -> Differential:
    counts, tree = found.counts, found.counts.tree
    total, own = (
        changes_of(tree, samples, regions, Sides(side=counts.side, scales=scales, test=test, kinds=counts.kinds), of)
        for samples, (regions, test), of in (
            (found.totals, found.total, _TOTAL),
            (found.selves, found.own, _SELF),
        )
    )
    wholes = sums_of(found.totals[0], counts.side)
    replicate = "run" if found.method == "runs" else "second"
    sentences = sentences_of(found.total[0], counts.runs, wholes, found.level, replicate)
    if unit == "cpu_ms_per_orchestration" and found.method == "runs":
        sentence, rest = remainder_of(counts, found.totals, found.total[0], found.level)
        sentences.append(sentence)
        total += [] if rest is None else [rest]
    changed = [change.node for change in total if change.node]
    beside = [change for change in own if not any(node <= change.node < tree.end[node] for node in changed)]
    worth = wholes[0] * scales[0]
    return Differential(
        tree=tree,
        kinds=counts.kinds,
        stage=found.stage,
        unit=unit,
        method=found.method,
        level=found.level,
        runs=counts.runs,
        before=counts.of_side(0),
        after=counts.of_side(1),
        scales=scales,
        total=_node_tests(found.total[0], total, wholes, worth),
        own=_node_tests(found.own[0], own, wholes, worth),
        changes=(*total, *beside),
        sentences=tuple(sentences),
        notices=found.notices,
        _found=found,
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


def _scales(counts: RunCounts, unit: Unit) -> tuple[float, float] | None:
    """Return what a sample is worth on each side; ``None`` where that is not known."""
    sums = [int(counts.own[:, counts.side == number].sum()) for number in (0, 1)]
    if unit == "share":
        return 1 / sums[0], 1 / sums[1]
    return None if counts.exposure is None else worth_of(counts.exposure, counts.side)
