"""Reported changes as rows of a table: a cost that moved is one row, although it is a change of several functions."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from duronb.model.profile import CallTree

Reported = Mapping[str, Any]
"""A reported change, as the payload contains it."""

_GONE = 0.05
"""A cost is gone, or new, if one side has at most this part of the other side's cost."""
_OF_TRAIT = re.compile(r"^<(?P<owner>.+) as (?P<trait>.+?)>::(?P<rest>.+)$")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row: a change, or all changes of one move.

    Parameters
    ----------
    left, arrived
        Nodes whose cost fell and rose. A row that is not a move has one node in one of them.
    kind
        Kind of the change; ``moved``, or ``moved, dearer`` and ``moved, cheaper`` if the sum changed, too.
    caller
        Of an inlined function, the node that it is part of on one side; else 0.
    of, without
        As in ``Change``; of the first change.
    before, after, delta
        Sums over the changes, in the unit.
    half
        Half of the width of the 95 % interval of ``delta``; ``None`` if it is unknown.
    q
        The largest of the changes; ``None`` if it is unknown.
    detectable
        Of a single change; ``None`` for a move.
    """

    left: tuple[int, ...]
    arrived: tuple[int, ...]
    kind: str
    of: str
    without: bool
    before: float
    after: float
    delta: float
    half: float | None
    q: float | None
    detectable: float | None
    caller: int = 0

    @property
    def total(self) -> float:
        """After minus before, in the unit."""
        return self.after - self.before

    @property
    def node(self) -> int:
        """The node that is named first."""
        return (*self.left, *self.arrived)[0]

    @property
    def moved(self) -> bool:
        """Whether the row is a move."""
        return bool(self.left and self.arrived)


def rows_of(tree: CallTree, changes: Sequence[Reported]) -> list[Row]:
    """Return the rows of some changes, in the order of their first changes.

    Changes are one move if the analysis found that they are (``moved_with``), or if a cost is gone from one function
    and new in another one that has the same name below another owner, such as the same method of another type. A
    second pair with this name makes the match ambiguous, and then the changes remain separate. A move of several such
    functions is divided into one row for each name.
    """
    group = {index: {index} for index in range(len(changes))}
    for one, other in [*_reported_moves(changes), *_renamed(tree, changes)]:
        if group[one] is not group[other]:
            group[one] |= group[other]
            for index in group[other]:
                group[index] = group[one]
    seen: set[int] = set()
    rows = []
    for index in range(len(changes)):
        if index not in seen:
            seen |= group[index]
            members = [changes[each] for each in sorted(group[index])]
            rows += [_row(part) for part in _by_symbol(tree, members)]
    return rows


def symbol_of(name: str) -> tuple[str, str]:
    """Return the owner of a function and its name below the owner; the owner is empty for a name without one.

    The owner of ``<A as Trait>::f::{closure}`` is ``A``, that of ``a::B::f`` is ``a::B``.
    """
    if match := _OF_TRAIT.match(name):
        return match["owner"], match["rest"]
    closures = ""
    while name.endswith("}") and "::{" in name:
        name, _, last = name.rpartition("::{")
        closures = f"::{{{last}{closures}"
    owner, _, last = name.rpartition("::")
    return owner, f"{last}{closures}"


def _reported_moves(changes: Sequence[Reported]) -> list[tuple[int, int]]:
    at = {(change["node"], change["of"]): index for index, change in enumerate(changes)}
    return [
        (index, other)
        for index, change in enumerate(changes)
        for node in change["moved_with"]
        if change["kind"] != "inlined" and (other := at.get((node, change["of"]))) is not None
    ]


def _renamed(tree: CallTree, changes: Sequence[Reported]) -> list[tuple[int, int]]:
    """Return the pairs of a cost that is gone and a cost that is new under the same name below another owner."""
    gone, new = defaultdict(list), defaultdict(list)
    for index, change in enumerate(changes):
        if change["kind"] in ("moved", "inlined") or change["delta"] is None:
            continue
        owner, symbol = symbol_of(tree.name(change["node"]))
        if not owner or not symbol:
            continue
        if change["after"] <= _GONE * change["before"]:
            gone[symbol, change["of"]].append(index)
        elif change["before"] <= _GONE * change["after"]:
            new[symbol, change["of"]].append(index)
    return [(gone[key][0], new[key][0]) for key in gone if len(gone[key]) == len(new.get(key, ())) == 1]


def _by_symbol(tree: CallTree, changes: Sequence[Reported]) -> list[Sequence[Reported]]:
    """Divide a move by the names below the owners, if a cost of each name is gone and another one is new."""
    parts = defaultdict(list)
    for change in changes:
        parts[symbol_of(tree.name(change["node"]))[1]].append(change)
    balanced = all(len({(change["delta"] or 0) < 0 for change in part}) == 2 for part in parts.values())
    return list(parts.values()) if balanced else [changes]


def _row(changes: Sequence[Reported]) -> Row:
    left = tuple(change["node"] for change in changes if (change["delta"] or 0) < 0)
    arrived = tuple(change["node"] for change in changes if (change["delta"] or 0) >= 0)
    first = changes[0]
    halves = [None if None in (each["low"], each["delta"]) else each["delta"] - each["low"] for each in changes]
    known = [half for half in halves if half is not None]
    delta = sum(change["delta"] or 0.0 for change in changes)
    # The changes of a move are costs of different sides in different functions, so their errors are independent.
    half = sqrt(sum(each**2 for each in known)) if len(known) == len(halves) else None
    kind = str(first["kind"])
    if left and arrived:
        reported = all(change["kind"] == "moved" for change in changes)
        changed = not reported and half is not None and abs(delta) > half
        kind = f"moved, {'dearer' if delta > 0 else 'cheaper'}" if changed else "moved"
    qs = [change["q"] for change in changes]
    return Row(
        left=left,
        arrived=arrived,
        kind=kind,
        of=str(first["of"]),
        without=bool(first["without"]),
        before=sum(change["before"] or 0.0 for change in changes),
        after=sum(change["after"] or 0.0 for change in changes),
        delta=delta,
        half=half,
        q=None if None in qs else max(qs),
        detectable=first["detectable"] if len(changes) == 1 else None,
        caller=int(first["moved_with"][0]) if kind == "inlined" and first["moved_with"] else 0,
    )
