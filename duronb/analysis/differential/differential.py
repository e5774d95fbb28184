"""Differential: the functions that changed between two groups of runs, and the sizes of the changes in a unit.

``found`` tests the share of every node in the samples of its run. The size of a change is relative to the cost of
unchanged code. Its unit is a share, or CPU time per orchestration if the completed orchestrations of each run are
known. The remainder may have changed as well without a change in its shares. Therefore its cost per orchestration is
tested separately across runs, with a quasi-Poisson model that includes the noise common to all nodes of a run. It is
reported as node 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from duronb.analysis.differential.aligned_changes import on_shown_tree, with_alignment
from duronb.analysis.differential.changes import (
    CHANGE_KINDS,
    UNITS,
    Change,
    ChangeKind,
    Family,
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
from duronb.analysis.differential.remainder import remainder_of, worth_of
from duronb.analysis.differential.sentences import sentences_of
from duronb.analysis.differential.whole import Whole, whole_of
from duronb.analysis.timing.timing import Timing
from duronb.errors import RequestError
from duronb.model.profile import CallTree, Counts, Indices
from duronb.model.run import RunRecord
from duronb.quoting import quoted

__all__ = ["CHANGE_KINDS", "UNITS", "Change", "ChangeKind", "Differential", "NodeTests", "Of", "Unit", "differential"]

_TOTAL: Of = "total"
_SELF: Of = "self"


@dataclass(frozen=True, eq=False, kw_only=True)
class NodeTests:
    """Tests of one family: the total samples of every node, or its self samples.

    Parameters
    ----------
    p, q
        p-value of the node's share of all samples, and its q-value (Benjamini-Hochberg), before other reported changes
        are excluded; NaN for nodes that were not tested. Shape ``(nodes,)``.
    kind
        Reported change of each node: 0 for none, else 1 + the index into ``CHANGE_KINDS``. Shape ``(nodes,)``.
    detectable
        Smallest change that would be found with a power of 80 %, in the unit; NaN for nodes that were not tested.
        Shape ``(nodes,)``.
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
        The union of the call trees of all runs, and the kind of each frame, an index into ``CODE_KINDS``.
    stage
        ``None`` for all stages together.
    unit
        Unit of all values.
    method
        What the noise is estimated from: the compared ``runs``, or ``other runs`` of the store. ``presence``: it is
        unknown, and only functions that appeared or vanished are reported.
    level
        False discovery rate.
    runs
        Number of runs on each side.
    before, after
        Self samples of each side, shape ``(nodes,)``.
    scales
        Value of one sample before and after, in the unit.
    total, own
        Tests of the total samples and of the self samples.
    changes
        The reported changes of total samples, then those of self samples outside the nodes of the former; within each
        family largest first and moved ones last.
    whole
        CPU time per orchestration of all code, with its own test; ``None`` in another unit.
    sentences
        The result in words, and the changes that cannot be detected.
    methods
        How it was tested.
    notices
        Limits of the result.
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
    whole: Whole | None = None
    sentences: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    _found: Found = field(repr=False)

    def in_unit(self, unit: Unit) -> Differential | None:
        """Return the same differential in another unit; ``None`` if the runs lack the data for it."""
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
            "whole": None if self.whole is None else self.whole.to_json(),
            "sentences": list(self.sentences),
            "methods": list(self.methods),
            "notices": list(self.notices),
        }


def differential(
    before: Sequence[RunRecord],
    after: Sequence[RunRecord],
    *,
    stage: str | None = None,
    unit: Unit | None = None,
    level: float = 0.05,
    others: Sequence[RunRecord] = (),
    timing: Timing | None = None,
) -> Differential:
    """Find the functions whose cost differs between two groups of runs.

    Parameters
    ----------
    before, after
        Runs as ``compare_runs`` chose them. Runs without samples are left out, and a notice says so.
    stage
        Name of the only stage to compare; ``None`` for all stages together.
    unit
        By default CPU time per orchestration if it is known for every run, else shares.
    level
        False discovery rate of the reported changes.
    others
        Further runs of the store. The noise is estimated from those under the same conditions if a side has one or two
        runs.
    timing
        The times of the runs; a notice says if drift of the machine would look like a change. ``None`` if the times do
        not matter.

    Raises
    ------
    RequestError
        A side has no run with samples of the stage, an argument is invalid, or the runs lack the data for the unit.
    """
    if unit is not None and unit not in UNITS:
        raise RequestError(f"unit cannot be {quoted(unit)}.", f"Choose {', '.join(UNITS)}.")
    if not 0 < level < 1:
        raise RequestError(f"level cannot be {level}.", "Give a false discovery rate between 0 and 1, such as 0.05.")
    found = find_changes(before, after, stage, level, others=others, timing=timing)
    counts = found.counts
    default: Unit = "cpu_ms_per_orchestration" if counts.exposure is not None else "share"
    chosen = unit or default
    scales = _scales(counts, chosen)
    if scales is None:
        raise RequestError(
            "The CPU time per orchestration is unknown, because a run lacks its completed orchestrations or its"
            " sampling frequency.",
            "Choose the unit share.",
        )
    return _in_unit(found, chosen, scales)


def _in_unit(found: Found, unit: Unit, scales: tuple[float, float]) -> Differential:
    counts = found.counts
    families = [
        Family(
            tree=found.aligned.tree,
            counts=samples,
            regions=regions,
            sides=Sides(side=counts.side, scales=scales, test=test, kinds=counts.kinds),
            of=of,
        )
        for samples, (regions, test), of in (
            (found.totals, found.total, _TOTAL),
            (found.selves, found.own, _SELF),
        )
    ]
    changes = [changes_of(each.tree, each.counts, each.regions, each.sides, each.of) for each in families]
    total, own = (on_shown_tree(each, counts, found.aligned) for each in changes)
    total = with_alignment(changes[0], total, families[0], counts, found.aligned)
    wholes = sums_of(found.totals[0], counts.side)
    words = sentences_of(found.total[0], counts.runs, wholes, found.level, found.method)
    whole = None
    if unit == "cpu_ms_per_orchestration" and found.method != "presence":
        sentence, remainder = remainder_of(counts, found.totals, found.total[0], found.level)
        words.methods.extend([sentence] if found.total[0].found else [])
        total += [] if remainder is None else on_shown_tree([remainder], counts, found.aligned)
    if unit == "cpu_ms_per_orchestration":
        whole = whole_of(counts, tested=found.method != "presence")
        words.sentences.insert(0, whole.sentence)
    worth = wholes[0] * scales[0]
    return Differential(
        tree=counts.tree,
        kinds=counts.kinds,
        stage=found.stage,
        unit=unit,
        method=found.method,
        level=found.level,
        runs=counts.runs,
        before=counts.of_side(0),
        after=counts.of_side(1),
        scales=scales,
        total=_node_tests(found.total[0], found.aligned.place, total, wholes, worth),
        own=_node_tests(found.own[0], found.aligned.place, own, wholes, worth),
        changes=(*total, *own),
        whole=whole,
        sentences=tuple(words.sentences),
        methods=tuple(words.methods),
        notices=found.notices,
        _found=found,
    )


def _node_tests(
    regions: Regions, place: Indices, changes: Sequence[Change], wholes: tuple[int, int], worth: float
) -> NodeTests:
    kind = np.zeros(len(place), dtype=np.uint8)
    for change in changes:
        kind[change.node] = 1 + CHANGE_KINDS.index(change.kind)
    detectable = np.full(len(regions.p), np.nan)
    detectable[regions.tested] = detectable_of(
        regions.first, (float(wholes[0]), float(wholes[1])), regions.cutoff, worth
    )
    return NodeTests(p=regions.p[place], q=regions.q[place], kind=kind, detectable=detectable[place])


def _scales(counts: RunCounts, unit: Unit) -> tuple[float, float] | None:
    """Return the value of one sample on each side, in the unit; ``None`` if unknown."""
    sums = [int(counts.of_side(number).sum()) for number in (0, 1)]
    if unit == "share":
        return 1 / sums[0], 1 / sums[1]
    return None if counts.exposure is None else worth_of(counts.exposure, counts.side)
