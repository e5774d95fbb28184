"""Writing of the differential payload: two call trees in one, with the samples of each side."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from duronb.analysis.differential.differential import UNITS, Change, Differential, NodeTests
from duronb.model.kinds import CODE_KINDS
from duronb.views.differential.content import DifferentialContent, DifferentialSource
from duronb.views.differential.reading import FORMAT, VERSION
from duronb.views.differential.significance import Column, Family
from duronb.views.flamegraph.display_tree import depths
from duronb.views.kit.escape import well_formed
from duronb.views.payload.compression import compress
from duronb.views.payload.varint import encode_varints


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
        Initial state of the view: ``side``, ``width``, ``mode``, ``search``, ``zoom``, ….

    Returns
    -------
    A JSON object, equal for equal arguments, with its content.
    """
    units = [result, *(each for unit in UNITS if unit != result.unit and (each := result.in_unit(unit)))]
    families = {"total": result.total, "self": result.own}
    total_before = float(result.before.sum()) * result.scales[0]
    changes = {str(each.unit): [_change_json(change) for change in each.changes] for each in units}
    payload = _payload_of(
        result,
        titles=(title, before_title, after_title),
        units=[
            {"unit": each.unit, "before": each.scales[0], "after": each.scales[1], "changes": changes[each.unit]}
            | ({} if each.whole is None else {"whole": each.whole.to_json()})
            for each in units
        ],
        tests={name: _family(tests, total_before).columns() for name, tests in families.items()},
        state=state,
    )
    scales = {str(each.unit): each.scales for each in units}
    wholes = {str(each.unit): each.whole.to_json() for each in units if each.whole is not None}
    content = DifferentialContent(result.tree, result.before, result.after, scales, changes, wholes)
    return DifferentialSource(payload, content)


def _family(tests: NodeTests, total_before: float) -> Family:
    # The change of the root depends on the unit, so it is only in the list of changes.
    kind = tests.kind.copy()
    kind[0] = 0
    return Family(kind=kind, q=tests.q, detectable=tests.detectable / total_before)


def _change_json(change: Change) -> dict[str, Any]:
    kept = change.to_json()
    for name in ("name", "path", "samples_before", "samples_after", "own_change", "total_change"):
        del kept[name]
    return kept | {"moved_with": list(change.moved_with), "without": list(change.without)}


def _payload_of(
    result: Differential,
    *,
    titles: tuple[str, str, str],
    units: list[dict[str, Any]],
    tests: dict[str, tuple[str, list[Column]]],
    state: dict[str, Any] | None,
) -> dict[str, Any]:
    modules = sorted(set(result.tree.frames.modules))
    return {
        "format": FORMAT,
        "version": VERSION,
        "title": well_formed(titles[0]),
        **{
            side: {
                "title": well_formed(titles[1 + index]),
                "samples": int(counts.sum()),
                "runs": result.runs[index],
            }
            for index, (side, counts) in enumerate((("before", result.before), ("after", result.after)))
        },
        "units": units,
        "kinds": list(CODE_KINDS),
        "modules": [well_formed(name) for name in modules],
        "nodes": len(result.tree),
        "frames": len(result.tree.frames),
        "tests": {name: kind for name, (kind, _) in tests.items()},
        "level": float(result.level),
        "sentences": [well_formed(text) for text in result.sentences],
        "methods": [well_formed(text) for text in result.methods],
        "notices": [well_formed(text) for text in result.notices],
        "state": dict(state or {}),
        "data": base64.b64encode(
            compress(_data(result, modules, [column for _, columns in tests.values() for column in columns]))
        ).decode("ascii"),
    }


def _data(result: Differential, modules: list[str], tests: Sequence[Column]) -> bytes:
    frames = result.tree.frames
    names = [well_formed(name).encode() for name in frames.names]
    module_of = {name: index for index, name in enumerate(modules)}
    depth = depths(result.tree.parent)
    columns: list[Any] = [
        [len(name) for name in names],
        [module_of[module] for module in frames.modules],
        result.kinds,
        depth[:-1] + 1 - depth[1:],
        result.tree.frame[1:],
        result.before,
        result.after,
        *tests,
    ]
    return b"".join([*map(encode_varints, columns), *names])
