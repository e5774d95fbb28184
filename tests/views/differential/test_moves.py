"""Rows of reported changes: what moved is one row, and nothing else is."""

from __future__ import annotations

from math import sqrt
from typing import Any

import pytest

from duronb.model.profile import CallTree
from duronb.views.differential.moves import rows_of, symbol_of
from tests.views.profiles import make_profile

SQLITE = "<d::SqliteProvider as d::Provider>::ack::{closure}"
WRAPPED = "<d::InstrumentedProvider as d::Provider>::ack::{closure}"


def _tree(*names: str) -> CallTree:
    return make_profile({("stage", "thread", 0, (("main", ""), (name, ""))): 1 for name in names}).tree


def _change(tree: CallTree, name: str, before: float, after: float, delta: float, **fields: Any) -> dict[str, Any]:
    node = next(node for node in range(len(tree)) if tree.name(node) == name)
    kind = "dearer" if delta > 0 else "cheaper"
    return {
        "node": node, "kind": kind, "of": "total", "before": before, "after": after, "delta": delta,
        "low": delta - 0.05, "high": delta + 0.05, "q": 0.001, "detectable": 0.2, "moved_with": [], "without": [],
    } | fields  # fmt: skip


def test_one_method_of_another_type_is_one_move_and_the_net_has_an_interval() -> None:
    tree = _tree(SQLITE, WRAPPED)
    gone = _change(tree, SQLITE, 0.81, 0.002, -0.81)
    new = _change(tree, WRAPPED, 0.0, 0.75, 0.63, kind="appeared", q=0.02)
    (row,) = rows_of(tree, [gone, new])
    assert (row.kind, row.left, row.arrived) == ("moved, cheaper", (gone["node"],), (new["node"],))
    assert (row.before, row.after, row.delta) == pytest.approx((0.81, 0.752, -0.18))
    assert row.half == pytest.approx(sqrt(2) * 0.05)
    assert row.q == 0.02
    (even,) = rows_of(tree, [gone, _change(tree, WRAPPED, 0.0, 0.9, 0.79)])
    assert even.kind == "moved"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("a::One::new", "b::other"),  # other names
        ("new", "new_"),  # no owners
    ],
)
def test_functions_with_other_names_stay_apart(first: str, second: str) -> None:
    tree = _tree(first, second)
    rows = rows_of(tree, [_change(tree, first, 0.8, 0.0, -0.8), _change(tree, second, 0.0, 0.8, 0.8)])
    assert [row.moved for row in rows] == [False, False]


def test_a_cost_that_remains_has_not_moved() -> None:
    tree = _tree(SQLITE, WRAPPED)
    rows = rows_of(tree, [_change(tree, SQLITE, 0.81, 0.4, -0.4), _change(tree, WRAPPED, 0.0, 0.4, 0.4)])
    assert [row.moved for row in rows] == [False, False]


def test_an_ambiguous_match_is_no_move() -> None:
    third = "<d::Third as d::Provider>::ack::{closure}"
    tree = _tree(SQLITE, WRAPPED, third)
    changes = [
        _change(tree, SQLITE, 0.8, 0.0, -0.8),
        _change(tree, WRAPPED, 0.0, 0.4, 0.4),
        _change(tree, third, 0.0, 0.4, 0.4),
    ]
    assert [row.moved for row in rows_of(tree, changes)] == [False] * 3


def test_a_reported_move_of_two_methods_is_a_row_for_each() -> None:
    names = [f"<d::{owner} as d::P>::{method}" for method in ("ack", "read") for owner in ("A", "B")]
    tree = _tree(*names)
    nodes = {name: next(node for node in range(len(tree)) if tree.name(node) == name) for name in names}
    changes = []
    for at, name in enumerate(names):
        fell = at % 2 == 0
        others = [nodes[other] for number, other in enumerate(names) if (number % 2 == 0) != fell]
        values = (0.5, 0.0, -0.5) if fell else (0.0, 0.5, 0.5)
        changes.append(_change(tree, name, *values, kind="moved", moved_with=others))
    rows = rows_of(tree, changes)
    assert [(row.kind, len(row.left), len(row.arrived)) for row in rows] == [("moved", 1, 1)] * 2


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        (SQLITE, ("d::SqliteProvider", "ack::{closure}")),
        ("a::b::C::f", ("a::b::C", "f")),
        ("a::f::{closure}::{closure}", ("a", "f::{closure}::{closure}")),
        ("main", ("", "main")),
    ],
)
def test_the_owner_of_a_function(name: str, parts: tuple[str, str]) -> None:
    assert symbol_of(name) == parts
