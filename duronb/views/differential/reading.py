"""Decoding of a differential payload, with checks of every size and index."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from duronb.analysis.differential.differential import CHANGE_KINDS
from duronb.analysis.differential.whole import WHOLE_VERDICTS
from duronb.model.build import preorder_parents
from duronb.model.profile import CallTree, Counts, Frames
from duronb.views.differential.content import DifferentialContent
from duronb.views.differential.significance import LARGEST_PART, NOT_TESTED, STEPS, of_steps
from duronb.views.payload.limits import check_depth
from duronb.views.payload.reading import decoded
from duronb.views.payload.varint import decode_varints

FORMAT = "duronb.differential"
VERSION = 2

_Tests = tuple[NDArray[np.uint8], NDArray[np.float64] | None, NDArray[np.float64] | None]


@dataclass(frozen=True, eq=False, kw_only=True)
class DecodedDifferential(DifferentialContent):
    """A decoded differential payload: its content, kinds and tests.

    Parameters
    ----------
    kinds
        The kind of each frame.
    total, own
        Verdict on each node's total and self samples: 0 for not significant, ``NOT_TESTED``, and for significant 1 or
        1 + the index into ``CHANGE_KINDS``; shape ``(nodes,)``.
    q_total, q_own
        q-values to a millionth, NaN if not tested, shape ``(nodes,)``. ``None`` if the payload has no q-values.
    detectable_total, detectable_own
        See ``Family``. ``None`` if the payload has no such values.
    """

    kinds: list[str]
    total: NDArray[np.uint8]
    own: NDArray[np.uint8]
    q_total: NDArray[np.float64] | None
    q_own: NDArray[np.float64] | None
    detectable_total: NDArray[np.float64] | None = None
    detectable_own: NDArray[np.float64] | None = None


def decode_differential(payload: dict[str, Any]) -> DecodedDifferential:
    """Decode a differential payload, checking every size and index.

    Raises
    ------
    StoreError
        This is not a differential payload, it has another version, or it is damaged.
    """
    return decoded(payload, "differential", (FORMAT, VERSION), _decode_content)


def _decode_content(payload: dict[str, Any], data: bytes) -> DecodedDifferential:
    frames, nodes = int(payload["frames"]), int(payload["nodes"])
    if frames < 0 or nodes < 1 or 3 * frames + 4 * nodes - 2 > len(data):
        raise ValueError("sizes")
    offset = 0

    def take(count: int, below: int | None = None) -> Counts:
        nonlocal offset
        column, offset = decode_varints(data, count, offset)
        if below is not None and len(column) and int(column.max()) >= below:
            raise ValueError("an index is out of range")
        return column

    def take_tests(kind: Any) -> _Tests:
        if kind is None:
            return np.full(nodes, NOT_TESTED, dtype=np.uint8), None, None
        if kind not in ("yes", "q", "changes"):
            raise ValueError("tests")
        verdict = take(nodes, NOT_TESTED + 1)
        allowed = range(len(CHANGE_KINDS) + 1) if kind == "changes" else (0, 1)
        if not np.isin(verdict, (*allowed, NOT_TESTED)).all():
            raise ValueError("tests")
        q = None if kind == "yes" else of_steps(take(nodes, STEPS + 2))
        detectable = of_steps(take(nodes, int(LARGEST_PART) * STEPS + 2)) if kind == "changes" else None
        return verdict.astype(np.uint8), q, detectable

    lengths = take(frames, len(data) + 1)
    module, kind = take(frames, len(payload["modules"])), take(frames, len(payload["kinds"]))
    depth = np.concatenate(([0], np.cumsum(1 - take(nodes - 1, nodes))))
    if (depth[1:] < 1).any():
        raise ValueError("a node has no parent")
    check_depth(int(depth.max()))
    frame = take(nodes - 1, frames)
    before, after = take(nodes), take(nodes)
    total, q_total, detectable_total = take_tests(payload["tests"]["total"])
    own, q_own, detectable_own = take_tests(payload["tests"]["self"])
    ends = offset + np.cumsum(lengths)
    if (int(ends[-1]) if frames else offset) != len(data):
        raise ValueError("names")
    if [int(before.sum()), int(after.sum())] != [payload[side]["samples"] for side in ("before", "after")]:
        raise ValueError("samples")
    names = [data[end - length : end].decode() for length, end in zip(lengths.tolist(), ends.tolist(), strict=True)]
    modules = [str(payload["modules"][index]) for index in module.tolist()]
    return DecodedDifferential(
        tree=CallTree(
            preorder_parents(depth.astype(np.int32)),
            np.concatenate(([-1], frame)).astype(np.int32),
            Frames(names, modules),
        ),
        before=before,
        after=after,
        kinds=[str(payload["kinds"][index]) for index in kind.tolist()],
        units={str(each["unit"]): (float(each["before"]), float(each["after"])) for each in payload["units"]},
        changes={str(each["unit"]): _changes(each["changes"], nodes) for each in payload["units"]},
        wholes={str(each["unit"]): _whole(each["whole"]) for each in payload["units"] if each.get("whole") is not None},
        total=total,
        own=own,
        q_total=q_total,
        q_own=q_own,
        detectable_total=detectable_total,
        detectable_own=detectable_own,
    )


def _changes(changes: Any, nodes: int) -> list[dict[str, Any]]:
    for change in changes:
        named = [change["node"], *change["moved_with"], *change["without"]]
        if change["kind"] not in CHANGE_KINDS or not all(0 <= node < nodes for node in named):
            raise ValueError("a change of an unknown node or kind")
    return list(changes)


def _whole(whole: Any) -> dict[str, Any]:
    numbers = [whole[name] for name in ("before", "after", "delta", "low", "high", "p")]
    if not all(each is None or (isinstance(each, int | float) and isfinite(each)) for each in numbers):
        raise ValueError("the cost of all code is not a number")
    if None in numbers[:3] or whole["verdict"] not in WHOLE_VERDICTS:
        raise ValueError("the cost of all code is incomplete")
    return dict(whole)
