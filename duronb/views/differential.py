"""The differential payload: two call trees as one, with what each side has of every node."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from duronb.errors import RequestError, StoreError
from duronb.model.build import preorder_parents
from duronb.model.kinds import KINDS
from duronb.model.profile import CallTree, Counts, Frames, Profile
from duronb.request import shown
from duronb.views.display_tree import DisplayTree, depths
from duronb.views.escape import script_json, well_formed
from duronb.views.html import document
from duronb.views.payload import compress, decompress
from duronb.views.significance import NOT_TESTED, STEPS, Significance, stored
from duronb.views.union_tree import UnionTree, union_tree
from duronb.views.varint import decode_varints, encode_varints

FORMAT = "duronb.differential"
VERSION = 1

Unit = Literal["share", "cpu_ms_per_orchestration"]


@dataclass(frozen=True, eq=False)
class DecodedDifferential:
    """A differential payload read back.

    Parameters
    ----------
    tree, before, after
        As in ``UnionTree``.
    kinds
        The kind of each frame.
    scales
        What a sample is worth before and after, in ``unit``.
    total, own
        0, 1 or ``NOT_TESTED`` per node, shape ``(nodes,)``.
    q_total, q_own
        q-values to a millionth, NaN where not tested, shape ``(nodes,)``; ``None`` where there are none.
    """

    tree: CallTree
    before: Counts
    after: Counts
    kinds: list[str]
    unit: str
    scales: tuple[float, float]
    total: NDArray[np.uint8]
    own: NDArray[np.uint8]
    q_total: NDArray[np.float64] | None
    q_own: NDArray[np.float64] | None


def differential_payload(
    before: DisplayTree | Profile | UnionTree,
    after: DisplayTree | Profile | None = None,
    *,
    title: str,
    before_title: str,
    after_title: str,
    unit: Unit = "share",
    scales: tuple[float, float] | None = None,
    significant: Significance | None = None,
    state: dict[str, Any] | None = None,
    generics: bool = False,
) -> dict[str, Any]:
    """Write two profiles as one differential payload.

    Parameters
    ----------
    before, after
        The baseline and what is compared with it; or their union alone, where tests were made on its nodes.
    title, before_title, after_title
        Of the whole, and of the two sides.
    unit
        What is compared: shares of each side's samples, or CPU milliseconds per orchestration.
    scales
        What a sample is worth before and after, in the unit. For shares one divided by the side's samples.
    significant
        What tests say; without it every difference is coloured, and the view says that nothing was tested.
    state
        First state of the view: ``side``, ``width``, ``mode``, ``search``, ``zoom``, ….
    generics
        See ``union_tree``.

    Returns
    -------
    A JSON object, equal for equal arguments.

    Raises
    ------
    RequestError
        No such unit, scales that are missing or no positive numbers, or tests that do not fit the nodes.
    """
    if isinstance(before, UnionTree):
        union = before
    elif after is not None:
        union = union_tree(before, after, generics=generics)
    else:
        raise RequestError("A differential flamegraph needs two sides.", "Give before and after.")
    counts = {"before": int(union.before.sum()), "after": int(union.after.sum())}
    worth = _scales(unit, scales, counts)
    titles = {"before": before_title, "after": after_title}
    significant = significant or Significance()
    tests = {
        name: stored(values, significant.level, len(union.tree))
        for name, values in (("total", significant.total), ("self", significant.own))
    }
    modules = sorted(set(union.tree.frames.modules))
    return {
        "format": FORMAT,
        "version": VERSION,
        "title": well_formed(title),
        "unit": unit,
        **{
            side: {"title": well_formed(titles[side]), "samples": counts[side], "scale": worth[side]}
            for side in ("before", "after")
        },
        "kinds": list(KINDS),
        "modules": [well_formed(name) for name in modules],
        "nodes": len(union.tree),
        "frames": len(union.tree.frames),
        "tests": {name: sort for name, (sort, _) in tests.items()},
        "level": float(significant.level),
        "notices": [well_formed(text) for text in union.notices],
        "state": dict(state or {}),
        "data": base64.b64encode(
            compress(_data(union, modules, [column for _, columns in tests.values() for column in columns]))
        ).decode("ascii"),
    }


def decode_differential(payload: dict[str, Any]) -> DecodedDifferential:
    """Read a differential payload back, checking every size and index.

    Raises
    ------
    StoreError
        It is no differential payload, of a newer version, or damaged.
    """
    if not isinstance(payload, dict) or payload.get("format") != FORMAT:
        raise StoreError("This is not a differential payload of duronb.")
    if payload.get("version") != VERSION:
        raise StoreError("The differential payload is of another version.", "Update duronb.")
    try:
        return _decode(payload, decompress(payload["data"]))
    except (KeyError, TypeError, ValueError, IndexError, OverflowError, EOFError, zlib.error, OSError) as error:
        raise StoreError(f"The differential payload is damaged ({type(error).__name__}).") from error


def differential_page(payload: dict[str, Any], title: str) -> str:
    """Return a standalone page with a differential payload, which works offline.

    Raises
    ------
    HostError
        The JavaScript is not built.
    """
    graph = (
        '<div class="duronb-flamegraph" data-run="off">'
        f'<script type="application/json" class="duronb-payload">{script_json(payload)}</script></div>\n'
        "<noscript><p>Scripts are off: the differential flamegraph needs them.</p></noscript>"
    )
    return document(title, [graph])


def _scales(unit: str, scales: tuple[float, float] | None, counts: dict[str, int]) -> dict[str, float]:
    if unit not in get_args(Unit):
        raise RequestError(f"unit cannot be {shown(unit)}.", f"Choose {', '.join(get_args(Unit))}.")
    if scales is None:
        if unit != "share":
            raise RequestError(f"{unit} needs scales.", "Give scales=, what a sample is worth before and after.")
        return {side: 1 / count if count else 0.0 for side, count in counts.items()}
    if len(scales) != 2 or not all(isfinite(scale) and scale >= 0 for scale in scales):
        raise RequestError("scales are no two numbers from zero up.", "Give what a sample is worth before and after.")
    return dict(zip(("before", "after"), map(float, scales), strict=True))


def _data(union: UnionTree, modules: list[str], tests: Sequence[NDArray[np.int64]]) -> bytes:
    frames = union.tree.frames
    names = [well_formed(name).encode() for name in frames.names]
    module_of = {name: index for index, name in enumerate(modules)}
    depth = depths(union.tree.parent)
    columns: list[Any] = [
        [len(name) for name in names],
        [module_of[module] for module in frames.modules],
        union.kinds,
        depth[:-1] + 1 - depth[1:],
        union.tree.frame[1:],
        union.before,
        union.after,
        *tests,
    ]
    return b"".join([*map(encode_varints, columns), *names])


def _decode(payload: dict[str, Any], data: bytes) -> DecodedDifferential:
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

    def test(sort: Any) -> tuple[NDArray[np.uint8], NDArray[np.float64] | None]:
        if sort is None:
            return np.full(nodes, NOT_TESTED, dtype=np.uint8), None
        verdict = take(nodes, NOT_TESTED + 1)
        if sort not in ("yes", "q") or not np.isin(verdict, (0, 1, NOT_TESTED)).all():
            raise ValueError("tests")
        steps = take(nodes, STEPS + 2) if sort == "q" else None
        q = None if steps is None else np.where(steps > 0, (steps - 1) / STEPS, np.nan)
        return verdict.astype(np.uint8), q

    lengths = take(frames, len(data) + 1)
    module, kind = take(frames, len(payload["modules"])), take(frames, len(payload["kinds"]))
    depth = np.concatenate(([0], np.cumsum(1 - take(nodes - 1, nodes))))
    if (depth[1:] < 1).any():
        raise ValueError("a node has no parent")
    frame = take(nodes - 1, frames)
    before, after = take(nodes), take(nodes)
    total, q_total = test(payload["tests"]["total"])
    own, q_own = test(payload["tests"]["self"])
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
        unit=str(payload["unit"]),
        scales=(float(payload["before"]["scale"]), float(payload["after"]["scale"])),
        total=total,
        own=own,
        q_total=q_total,
        q_own=q_own,
    )
