"""From changed regions of a call tree to what is told: sort of change, size with its interval, what moved where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from math import isfinite
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from duronb.analysis.differential.node_tests import Tested, Values, quantile
from duronb.analysis.differential.regions import Region, Regions, Test, region_counts
from duronb.model.kinds import KINDS
from duronb.model.profile import CallTree, Counts, Indices

Unit = Literal["share", "cpu_ms_per_orchestration"]
UNITS: tuple[Unit, ...] = get_args(Unit)
ChangeKind = Literal["dearer", "cheaper", "appeared", "vanished", "moved"]
CHANGE_KINDS: tuple[ChangeKind, ...] = get_args(ChangeKind)
Of = Literal["total", "self"]
POWER = 0.8
CONFIDENCE = 0.95
_NEARLY_ALL = 0.8
_CALLED_BY_ALL = ("kernel", "libc", "std", "tokio", "unknown")
_SMALL = 0.25
"""Part of what moved that its sum may differ by and still be called the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One reported change of one node of the call tree.

    Parameters
    ----------
    node
        Its number in the tree; 0 stands for all that is not reported otherwise.
    name, path
        Of its function, and of all functions from below the root to it.
    kind
        ``appeared`` and ``vanished``: no sample in any run of one side. ``moved``: cost that went elsewhere, from or
        to the nodes of ``moved_with``, with an equal sum.
    of
        Its total or its own samples.
    before, after
        Mean of each side, in the unit, without the changed nodes below it (``without``).
    samples_before, samples_after
        Samples that these rest on.
    delta, low, high
        The change at equal cost of all that did not change, in the unit, and its 95 % confidence interval.
    q
        False discovery rate at which it is reported.
    detectable
        Smallest delta that would be found here four times out of five, in the unit; NaN where that is not known.
    moved_with, without
        Nodes.
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
        """Return the fields as plain JSON values; numbers that are none are ``None``."""
        return {
            name: None if isinstance(value, float) and not isfinite(value) else value
            for name, value in asdict(self).items()
        }


@dataclass(frozen=True, eq=False, kw_only=True)
class Sides:
    """What the columns of counts are worth.

    Parameters
    ----------
    side
        0 before, 1 after, shape ``(columns,)``.
    scales
        What a sample is worth before and after, in the unit.
    test
        That found the regions.
    kinds
        Kind of each frame, an index into ``KINDS``.
    """

    side: NDArray[np.int64]
    scales: tuple[float, float]
    test: Test
    kinds: Indices


def sums_of(counts: Values | Counts, side: NDArray[np.int64]) -> tuple[int, int]:
    """Return the samples of each side."""
    return int(counts[side == 0].sum()), int(counts[side == 1].sum())


def changes_of(tree: CallTree, counts: Counts, regions: Regions, sides: Sides, of: Of) -> list[Change]:
    """Tell the changed regions: what moved is matched, the largest comes first.

    Parameters
    ----------
    tree
        The union of all runs.
    counts
        As they were given to ``find_regions``.
    regions
        What that found.
    sides
        The unit.
    of
        What was counted.
    """
    inner = {node for region in regions.found for node in region.inside}
    outermost = tuple(region.node for region in regions.found if region.node not in inner)
    bulk = region_counts(counts, 0, outermost)
    own = {region.node: region_counts(counts, region.node, region.inside) for region in regions.found}
    detail = _Detail(tree=tree, counts=counts, regions=regions, sides=sides, of=of)
    told = [_change(detail, region, own[region.node], bulk) for region in regions.found]
    moves = _moves(own, bulk, told, detail)
    told = [
        replace(change, kind="moved", moved_with=moves[change.node]) if change.node in moves else change
        for change in told
    ]
    return sorted(told, key=lambda change: (change.kind == "moved", -abs(change.delta), change.node))


def detectable_of(tested: Tested, wholes: tuple[float, float], cutoff: float, bulk: float) -> Values:
    """Return the smallest change that each test would find four times out of five, in the unit of ``bulk``.

    Parameters
    ----------
    tested
        Tests of parts of a whole.
    wholes
        Samples of each side's whole.
    cutoff
        p-value up to which a change is reported.
    bulk
        What the whole is worth, in the unit.
    """
    if not min(wholes) or not cutoff:
        return np.full(len(tested.p), np.nan)
    part = (tested.parts * wholes).sum(axis=1) / sum(wholes)
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.sqrt(tested.dispersion * part * (1 - part) * (1 / wholes[0] + 1 / wholes[1])) / (1 - part)
        away = quantile(1 - cutoff / 2, tested.df) + quantile(POWER, tested.df)
        return np.where(np.isfinite(error) & (tested.df > 0), away * error * bulk, np.nan)


@dataclass(frozen=True, eq=False, kw_only=True)
class _Detail:
    """What every change of a family is told with."""

    tree: CallTree
    counts: Counts
    regions: Regions
    sides: Sides
    of: Of


def _change(detail: _Detail, region: Region, own: Values, bulk: Values) -> Change:
    tree, regions, sides = detail.tree, detail.regions, detail.sides
    tested = sides.test(own[None], (own + bulk)[None])
    samples, rest = sums_of(own, sides.side), sums_of(bulk, sides.side)
    # Odds against what did not change, times what that costs before: the change if only this node had changed.
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
        of=detail.of,
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


def _moves(own: dict[int, Values], bulk: Values, told: Sequence[Change], detail: _Detail) -> dict[int, tuple[int, ...]]:
    """Match what rose with what fell below the same caller, or in the same function, where the sum stayed.

    Anywhere else it would be a coincidence: two functions that have nothing to do with each other move nothing.
    """
    tree = detail.tree
    by_caller: dict[int, list[Change]] = {}
    by_function: dict[int, list[Change]] = {}
    for change in told:
        by_caller.setdefault(int(tree.parent[change.node]), []).append(change)
        for frame in _carried(detail, change.node):
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
                if risen and fallen and free and _stayed(some, own, bulk, detail):
                    for one in some:
                        found[one.node] = tuple(other.node for other in some if other.delta * one.delta < 0)
    return found


def _carried(detail: _Detail, node: int) -> set[int]:
    """Return the functions that have nearly all of a node's samples: its own, and that of a callee that is nearly all.

    What everything calls, such as the kernel's entry, tells nothing on where it was called from.
    """
    tree, end = detail.tree, detail.tree.end
    totals = detail.counts.sum(axis=1)
    frames = set()
    at = node
    while True:
        if KINDS[int(detail.sides.kinds[tree.frame[at]])] not in _CALLED_BY_ALL:
            frames.add(int(tree.frame[at]))
        callees = [child for child in range(at + 1, int(end[at])) if tree.parent[child] == at]
        largest = max(callees, key=lambda child: int(totals[child]), default=at)
        if detail.of == "self" or largest == at or totals[largest] < _NEARLY_ALL * totals[node]:
            return frames
        at = largest


def _stayed(changes: Sequence[Change], own: dict[int, Values], bulk: Values, detail: _Detail) -> bool:
    """Tell whether the sum of some changes is none that would be reported, and small beside what moved."""
    together = np.sum([own[change.node] for change in changes], axis=0)
    p = float(detail.sides.test(together[None], (together + bulk)[None]).p[0])
    risen = sum(change.delta for change in changes if change.delta > 0)
    fallen = -sum(change.delta for change in changes if change.delta < 0)
    return not p <= detail.regions.cutoff and abs(risen - fallen) <= min(risen, fallen) * _SMALL
