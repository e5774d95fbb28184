"""Writing of the differential payload: two call trees in one, with the samples of each side."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from math import isfinite
from typing import Any

from duronb.analysis.differential.differential import UNITS, Change, Differential, NodeTests, Unit
from duronb.errors import RequestError
from duronb.model.kinds import KINDS
from duronb.model.profile import Profile
from duronb.quoting import quoted
from duronb.views.differential.content import DifferentialContent, DifferentialSource
from duronb.views.differential.paired_tree import UnionTree, union_tree
from duronb.views.differential.reading import FORMAT, VERSION
from duronb.views.differential.significance import (
    Column,
    Family,
    Significance,
)
from duronb.views.flamegraph.display_tree import DisplayTree, depths
from duronb.views.kit.escape import well_formed
from duronb.views.payload.compression import compress
from duronb.views.payload.varint import encode_varints


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
        The two sides. Or only ``before``, their union, if its nodes were tested.
    title, before_title, after_title
        Titles of the flamegraph and of both sides.
    unit
        ``share`` of each side's samples, or ``cpu_ms_per_orchestration``.
    scales
        The value of one sample before and after, in the unit. ``None`` computes it, which is possible for shares.
    significant
        Results of the tests. ``None`` colours every difference, and the viewer says that nothing was tested.
    state
        Initial state of the view: ``side``, ``width``, ``mode``, ``search``, ``zoom``, ….
    generics
        See ``union_tree``.

    Returns
    -------
    A JSON object, equal for equal arguments.

    Raises
    ------
    RequestError
        The unit is unknown, the scales are missing, negative or not finite, or the tests do not fit the nodes.
    """
    if isinstance(before, UnionTree):
        union = before
    elif after is not None:
        union = union_tree(before, after, generics=generics)
    else:
        raise RequestError("A differential flamegraph needs two sides.", "Give before and after.")
    counts = {"before": int(union.before.sum()), "after": int(union.after.sum())}
    scale = _scales(unit, scales, counts)
    significant = significant or Significance()
    return _payload_of(
        union,
        titles=(title, before_title, after_title),
        units=[{"unit": unit, "before": scale["before"], "after": scale["after"], "changes": []}],
        tests=significant.columns(len(union.tree)),
        level=significant.level,
        state=state,
    )


def differential_source(
    result: Differential,
    *,
    title: str,
    before_title: str,
    after_title: str,
    state: dict[str, Any] | None = None,
) -> DifferentialSource:
    """Write a differential as a payload.

    Parameters
    ----------
    result
        The differential. Its unit is shown initially. The user can choose the other one if it is known for all runs.
    title, before_title, after_title
        Titles of the flamegraph and of both sides.
    state
        Initial state of the view, see ``differential_payload``.

    Returns
    -------
    A JSON object, equal for equal arguments, with its content.
    """
    units = [result, *(each for unit in UNITS if unit != result.unit and (each := result.in_unit(unit)))]
    families = {"total": result.total, "self": result.own}
    total_before = float(result.before.sum()) * result.scales[0]
    changes = {str(each.unit): [_change_json(change) for change in each.changes] for each in units}
    payload = _payload_of(
        UnionTree(result.tree, result.kinds, result.before, result.after, result.notices),
        titles=(title, before_title, after_title),
        units=[
            {"unit": each.unit, "before": each.scales[0], "after": each.scales[1], "changes": changes[each.unit]}
            for each in units
        ],
        tests={name: _family(tests, total_before).columns() for name, tests in families.items()},
        level=result.level,
        state=state,
        sentences=result.sentences,
        runs=result.runs,
    )
    scales = {str(each.unit): each.scales for each in units}
    content = DifferentialContent(result.tree, result.before, result.after, scales, changes)
    return DifferentialSource(payload, content)


def _family(tests: NodeTests, total_before: float) -> Family:
    # The change of the root depends on the unit, so it is only in the list of changes.
    kind = tests.kind.copy()
    kind[0] = 0
    return Family(kind=kind, q=tests.q, detectable=tests.detectable / total_before)


def _change_json(change: Change) -> dict[str, Any]:
    kept = change.to_json()
    for name in ("name", "path", "samples_before", "samples_after"):
        del kept[name]
    return kept | {"moved_with": list(change.moved_with), "without": list(change.without)}


def _payload_of(
    union: UnionTree,
    *,
    titles: tuple[str, str, str],
    units: list[dict[str, Any]],
    tests: dict[str, tuple[str | None, list[Column]]],
    level: float,
    state: dict[str, Any] | None,
    sentences: Sequence[str] = (),
    runs: tuple[int, int] | None = None,
) -> dict[str, Any]:
    modules = sorted(set(union.tree.frames.modules))
    return {
        "format": FORMAT,
        "version": VERSION,
        "title": well_formed(titles[0]),
        **{
            side: {"title": well_formed(titles[1 + index]), "samples": int(counts.sum())}
            | ({} if runs is None else {"runs": runs[index]})
            for index, (side, counts) in enumerate((("before", union.before), ("after", union.after)))
        },
        "units": units,
        "kinds": list(KINDS),
        "modules": [well_formed(name) for name in modules],
        "nodes": len(union.tree),
        "frames": len(union.tree.frames),
        "tests": {name: kind for name, (kind, _) in tests.items()},
        "level": float(level),
        "sentences": [well_formed(text) for text in sentences],
        "notices": [well_formed(text) for text in union.notices],
        "state": dict(state or {}),
        "data": base64.b64encode(
            compress(_data(union, modules, [column for _, columns in tests.values() for column in columns]))
        ).decode("ascii"),
    }


def _scales(unit: str, scales: tuple[float, float] | None, counts: dict[str, int]) -> dict[str, float]:
    if unit not in UNITS:
        raise RequestError(f"unit cannot be {quoted(unit)}.", f"Choose {', '.join(UNITS)}.")
    if scales is None:
        if unit != "share":
            raise RequestError(f"{unit} needs scales.", "Give scales=, the value of one sample before and after.")
        return {side: 1 / count if count else 0.0 for side, count in counts.items()}
    if len(scales) != 2 or not all(isfinite(scale) and scale >= 0 for scale in scales):
        raise RequestError(
            "scales are not two numbers of at least 0.", "Give the value of one sample before and after."
        )
    return dict(zip(("before", "after"), map(float, scales), strict=True))


def _data(union: UnionTree, modules: list[str], tests: Sequence[Column]) -> bytes:
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
