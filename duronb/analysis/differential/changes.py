"""Changes: kind, size and confidence interval of each changed region, and which changes are one cost that moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from math import isfinite
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from duronb.analysis.differential.node_tests import Tested, Values, quantile
from duronb.analysis.differential.regions import Region, Regions, bulk_of, region_counts
from duronb.analysis.differential.search import Test
from duronb.model.kinds import CODE_KINDS
from duronb.model.profile import CallTree, Counts, Indices

Unit = Literal["share", "cpu_ms_per_orchestration"]
UNITS: tuple[Unit, ...] = get_args(Unit)
ChangeKind = Literal["dearer", "cheaper", "appeared", "vanished", "moved", "inlined"]
CHANGE_KINDS: tuple[ChangeKind, ...] = get_args(ChangeKind)
Of = Literal["total", "self"]
POWER = 0.8
CONFIDENCE = 0.95
_NEARLY_ALL = 0.8
_CALLED_BY_ALL = ("kernel", "libc", "std", "tokio", "unknown")
_SMALL = 0.25
"""Largest difference between the increase and the decrease of a move, as a share of the smaller one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One reported change of one node of the call tree.

    Parameters
    ----------
    node
        Its index in the tree; 0 is the remainder: all samples that belong to no other reported change.
    name, path
        Name of its function, and the names from the outermost function to it.
    kind
        ``appeared`` or ``vanished``: one side has no sample in any run. ``moved``: cost that moved from or to the
        nodes of ``moved_with`` while the sum stayed equal. ``inlined``: a function that is part of its caller on the
        other side, which is the node of ``moved_with``.
    of
        Whether total or self samples changed.
    before, after
        Cost on each side, in the unit, without the changed nodes below it (``without``).
    samples_before, samples_after
        Number of samples behind these values.
    delta, low, high
        The own change: relative to the cost of unchanged code, in the unit, and its 95 % confidence interval.
    q
        False discovery rate at which it is reported.
    detectable
        Smallest delta that would be found with a power of 80 %, in the unit; NaN if unknown.
    moved_with, without
        Indices of nodes.
    """

    node: int
    name: str
    path: tuple[str, ...]
    kind: ChangeKind
    of: Of
    before: float
    after: float
    samples_before: int
    samples_after: int
    delta: float
    low: float
    high: float
    q: float
    detectable: float
    moved_with: tuple[int, ...] = ()
    without: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the fields as plain JSON values; ``None`` for NaN and infinite numbers.

        ``own_change`` is ``delta``, ``total_change`` is after minus before.
        """
        values = asdict(self) | {"own_change": self.delta, "total_change": self.after - self.before}
        return {
            name: None if isinstance(value, float) and not isfinite(value) else value for name, value in values.items()
        }


@dataclass(frozen=True, eq=False, kw_only=True)
class Sides:
    """The side of each column of counts, and the scale that converts samples to the unit.

    Parameters
    ----------
    side
        0 before, 1 after, shape ``(columns,)``.
    scales
        Value of one sample before and after, in the unit.
    test
        The test that found the regions.
    kinds
        Kind of each frame, an index into ``CODE_KINDS``.
    """

    side: NDArray[np.int64]
    scales: tuple[float, float]
    test: Test
    kinds: Indices


def sums_of(counts: Values | Counts, side: NDArray[np.int64]) -> tuple[int, int]:
    """Return the number of samples of each side from counts of shape ``(columns,)``."""
    return int(counts[side == 0].sum()), int(counts[side == 1].sum())


def changes_of(tree: CallTree, counts: Counts, regions: Regions, sides: Sides, of: Of) -> list[Change]:
    """Return the changes of the changed regions, largest first and moved ones last.

    Parameters
    ----------
    tree
        The union of all runs.
    counts
        The counts that ``find_regions`` received.
    regions
        Its result.
    sides
        Side of each column, and scales.
    of
        Whether the counts are total or self samples.
    """
    bulk = bulk_of(counts, regions)
    own = {region.node: region_counts(counts, region.node, region.inside) for region in regions.found}
    family = Family(tree=tree, counts=counts, regions=regions, sides=sides, of=of)
    changes = [change_of(family, region, own[region.node], bulk) for region in regions.found]
    moves = _moves(own, bulk, changes, family)
    changes = [
        replace(change, kind="moved", moved_with=moves[change.node]) if change.node in moves else change
        for change in changes
    ]
    return sorted(changes, key=lambda change: (change.kind == "moved", -abs(change.delta), change.node))


def detectable_of(tested: Tested, wholes: tuple[float, float], cutoff: float, bulk: float) -> Values:
    """Return the smallest change that each test would find with a power of 80 %, in the unit of ``bulk``.

    Parameters
    ----------
    tested
        Tests of proportions.
    wholes
        Denominator on each side, in samples.
    cutoff
        p-value up to which a change is reported.
    bulk
        Value of the denominator, in the unit.

    Returns
    -------
    Shape ``(rows,)``; NaN if unknown.
    """
    if not min(wholes) or not cutoff:
        return np.full(len(tested.p), np.nan)
    part = (tested.parts * wholes).sum(axis=1) / sum(wholes)
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.sqrt(tested.dispersion * part * (1 - part) * (1 / wholes[0] + 1 / wholes[1])) / (1 - part)
        away = quantile(1 - cutoff / 2, tested.df) + quantile(POWER, tested.df)
        return np.where(np.isfinite(error) & (tested.df > 0), away * error * bulk, np.nan)


@dataclass(frozen=True, eq=False, kw_only=True)
class Family:
    """One family of tests, total or self samples, with everything that describes its changes."""

    tree: CallTree
    counts: Counts
    regions: Regions
    sides: Sides
    of: Of


def change_of(family: Family, region: Region, own: Values, bulk: Values) -> Change:
    """Return the change of a region from its samples and those of unchanged code, shape ``(columns,)`` each."""
    tree, regions, sides = family.tree, family.regions, family.sides
    tested = sides.test(own[None], (own + bulk)[None])
    samples, rest = sums_of(own, sides.side), sums_of(bulk, sides.side)
    # The odds relative to the unchanged samples, multiplied by their cost before: the change if only this node changed.
    reference = rest[0] * sides.scales[0]
    parts = tested.parts[0]
    odds = parts / (1 - parts)
    delta = float(odds[1] - odds[0]) * reference
    error = float(np.sqrt((tested.variances[0] / (1 - parts) ** 4).sum())) * reference
    half = float(quantile(0.5 + CONFIDENCE / 2, tested.df[0])) * error
    kind: ChangeKind = "dearer" if delta > 0 else "cheaper"
    if not samples[0] or not samples[1]:
        kind = "appeared" if samples[1] else "vanished"
    wholes = (float(samples[0] + rest[0]), float(samples[1] + rest[1]))
    return Change(
        node=region.node,
        name=tree.name(region.node),
        path=tuple(tree.frames.names[frame] for frame in tree.stack(region.node)),
        kind=kind,
        of=family.of,
        before=samples[0] * sides.scales[0],
        after=samples[1] * sides.scales[1],
        samples_before=samples[0],
        samples_after=samples[1],
        delta=delta,
        low=delta - half,
        high=delta + half,
        q=region.q,
        detectable=float(detectable_of(tested, wholes, regions.cutoff, wholes[0] * sides.scales[0])[0]),
        without=region.inside,
    )


def _moves(
    own: dict[int, Values], bulk: Values, changes: Sequence[Change], family: Family
) -> dict[int, tuple[int, ...]]:
    """Return for each moved node the nodes that it moved from or to.

    Increases are matched with decreases of equal size below the same caller or in the same function. Elsewhere an equal
    size would be a coincidence.
    """
    tree = family.tree
    by_caller: dict[int, list[Change]] = {}
    by_function: dict[int, list[Change]] = {}
    for change in changes:
        by_caller.setdefault(int(tree.parent[change.node]), []).append(change)
        for frame in _carried(family, change.node):
            by_function.setdefault(frame, []).append(change)
    found: dict[int, tuple[int, ...]] = {}
    for groups in (by_caller, by_function):
        for members in groups.values():
            group = [change for change in members if change.node not in found]
            risen = [change for change in group if change.delta > 0]
            fallen = [change for change in group if change.delta < 0]
            pairs = sorted(product(risen, fallen), key=lambda pair: abs(pair[0].delta + pair[1].delta))
            for some in ([*risen, *fallen], *map(list, pairs)):
                free = not any(change.node in found for change in some)
                if risen and fallen and free and _stayed(some, own, bulk, family):
                    for one in some:
                        found[one.node] = tuple(other.node for other in some if other.delta * one.delta < 0)
    return found


def _carried(family: Family, node: int) -> set[int]:
    """Return the frames that contain nearly all samples of a node: its frame, and those of a chain of dominant callees.

    Frames that everything calls, such as the kernel's entry, are left out, because they do not identify a cost.
    """
    tree, end = family.tree, family.tree.end
    totals = family.counts.sum(axis=1)
    frames = set()
    at = node
    while True:
        if CODE_KINDS[int(family.sides.kinds[tree.frame[at]])] not in _CALLED_BY_ALL:
            frames.add(int(tree.frame[at]))
        callees = [child for child in range(at + 1, int(end[at])) if tree.parent[child] == at]
        largest = max(callees, key=lambda child: int(totals[child]), default=at)
        if family.of == "self" or largest == at or totals[largest] < _NEARLY_ALL * totals[node]:
            return frames
        at = largest


def _stayed(changes: Sequence[Change], own: dict[int, Values], bulk: Values, family: Family) -> bool:
    """Return whether the sum of some changes is not significant, and small compared with the cost that moved."""
    together = np.sum([own[change.node] for change in changes], axis=0)
    p = float(family.sides.test(together[None], (together + bulk)[None]).p[0])
    risen = sum(change.delta for change in changes if change.delta > 0)
    fallen = -sum(change.delta for change in changes if change.delta < 0)
    return not p <= family.regions.cutoff and abs(risen - fallen) <= min(risen, fallen) * _SMALL
