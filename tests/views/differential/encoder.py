"""Differential payloads of any two profiles, encoded as FORMAT.md says.

The package writes only payloads with reported changes. The format also has payloads without tests, and with verdicts
and q-values only; the readers of Python and of the viewer still have to read them.
"""

from __future__ import annotations

import base64
import gzip
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from duronb.model.kinds import CODE_KINDS, kind_of
from duronb.model.profile import CallTree, Counts, Profile
from duronb.model.union_tree import union_of
from duronb.views.flamegraph.display_tree import display_tree


@dataclass(frozen=True, eq=False)
class Pair:
    """Two profiles in one tree: the self samples of each side, shape ``(nodes,)``."""

    tree: CallTree
    before: Counts
    after: Counts

    @classmethod
    def of(cls, before: Profile, after: Profile) -> Pair:
        shown = [display_tree(side).profile for side in (before, after)]
        union = union_of([side.tree for side in shown])
        sides = []
        for side, places in zip(shown, union.places, strict=True):
            counts = np.zeros(len(union.tree), dtype=np.int64)
            np.add.at(counts, places, side.self_counts())
            sides.append(counts)
        return cls(union.tree, *sides)


@dataclass(frozen=True, eq=False, kw_only=True)
class NodeVerdicts:
    """Tests of totals and of self samples: verdicts, or q-values with NaN for a node without a test, or no tests."""

    total: ArrayLike | None = None
    own: ArrayLike | None = None
    level: float = 0.05


def differential_payload(
    pair: Pair,
    *,
    title: str,
    before_title: str,
    after_title: str,
    unit: str = "share",
    scales: tuple[float, float] | None = None,
    tests: NodeVerdicts | None = None,
    state: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the payload. Without ``scales`` a sample is worth its share of its side."""
    tests = tests or NodeVerdicts()
    sums = [int(side.sum()) for side in (pair.before, pair.after)]
    scale = scales or [1 / each if each else 0.0 for each in sums]
    kinds_of_tests, columns = {}, []
    for family, values in (("total", tests.total), ("self", tests.own)):
        kinds_of_tests[family], added = _test_columns(values, tests.level)
        columns += added
    return {
        "format": "duronb.differential",
        "version": 2,
        "title": _text(title),
        "before": {"title": _text(before_title), "samples": sums[0]},
        "after": {"title": _text(after_title), "samples": sums[1]},
        "units": [{"unit": unit, "before": scale[0], "after": scale[1], "changes": []}],
        "kinds": list(CODE_KINDS),
        "modules": list(map(_text, _modules(pair.tree))),
        "nodes": len(pair.tree),
        "frames": len(pair.tree.frames),
        "tests": kinds_of_tests,
        "level": tests.level,
        "state": state or {},
        "data": base64.b64encode(gzip.compress(_data(pair, columns))).decode(),
    }


def _data(pair: Pair, tests: Iterable[Sequence[int]]) -> bytes:
    tree, modules = pair.tree, _modules(pair.tree)
    names = [_text(name).encode() for name in tree.frames.names]
    pairs = zip(tree.frames.names, tree.frames.modules, strict=True)
    depth = [0]
    for parent in tree.parent[1:].tolist():
        depth.append(depth[parent] + 1)
    columns: list[Sequence[int]] = [
        [len(name) for name in names],
        [modules.index(module) for module in tree.frames.modules],
        [CODE_KINDS.index(kind_of(name, module)) for name, module in pairs],
        [depth[node - 1] + 1 - depth[node] for node in range(1, len(depth))],
        tree.frame[1:].tolist(),
        pair.before.tolist(),
        pair.after.tolist(),
        *tests,
    ]
    return b"".join(_varint(number) for column in columns for number in column) + b"".join(names)


def _test_columns(values: ArrayLike | None, level: float) -> tuple[str | None, list[list[int]]]:
    if values is None:
        return None, []
    column: NDArray[Any] = np.asarray(values)
    if column.dtype.kind == "b":
        return "yes", [column.astype(int).tolist()]
    q = column.astype(float).tolist()
    return "q", [
        [int(one <= level) if not isnan(one) else 255 for one in q],
        [1 + round(one * 1_000_000) if not isnan(one) else 0 for one in q],
    ]


def _modules(tree: CallTree) -> list[str]:
    return sorted(set(tree.frames.modules))


def _text(name: str) -> str:
    """Return a name that can be encoded: a surrogate without its partner becomes the replacement character."""
    return "".join("\ufffd" if "\ud800" <= letter <= "\udfff" else letter for letter in name)


def _varint(number: int) -> bytes:
    parts = []
    while number > 127:
        parts.append(number & 127 | 128)
        number >>= 7
    return bytes([*parts, number])
