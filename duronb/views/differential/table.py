"""The reported changes of a differential, as a table and as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from duronb.model.profile import CallTree
from duronb.views.differential.content import DifferentialContent, DifferentialSource
from duronb.views.flamegraph.layout import fitting_label
from duronb.views.kit.escape import visible
from duronb.views.kit.numbers import NONE
from duronb.views.kit.table import Table
from duronb.views.kit.table_text import WIDEST, bullet, table_text

UNIT_TITLES = {"share": "share of the CPU", "cpu_ms_per_orchestration": "CPU ms per orchestration"}
_PERCENT = {"share": 100.0, "cpu_ms_per_orchestration": 1.0}
_SIGN = {"share": " %", "cpu_ms_per_orchestration": " ms"}
_POINTS = {"share": " pp", "cpu_ms_per_orchestration": " ms"}
_NOTES = {
    "difference": "relative to the cost of unchanged code",
    "q": "smallest false discovery rate at which it is reported",
    "detectable": "smallest difference that is found here with probability 0.8",
}


def differential_table(content: DifferentialContent) -> Table:
    """Return the table of reported changes, the largest first and moved functions last."""
    unit = content.unit
    rows = [_row(content.tree, change, unit) for change in content.changes[unit]]
    return Table(
        _caption(content),
        ["function", "change", "before", "after", "difference", "95 % interval", "q", "detectable"],
        rows,
        text_columns=frozenset({0, 1}),
        notes=_NOTES,
    )


def differential_text(source: DifferentialSource) -> str:
    """Return title, sides, table and sentences as text for a terminal."""
    payload = source.payload
    table = _compact_text(source.content)
    lines = [visible(str(payload["title"]), WIDEST), sides_text(payload), "", table, ""]
    return "\n".join([*lines, *(f"! {visible(text)}" for text in remarks_of(payload))])


def changes_text(source: DifferentialSource, width: int) -> str:
    """Return sides, table and sentences as text for a terminal; sentences are wrapped to ``width`` columns."""
    lines = [sides_text(source.payload), "", _compact_text(source.content), ""]
    return "\n".join([*lines, *(bullet(text, width, "! ") for text in remarks_of(source.payload))])


def _compact_text(content: DifferentialContent) -> str:
    table = _compact(content)
    return table_text(table, shorten=fitting_label) if table.rows else f"{table.caption}."


def remarks_of(payload: Mapping[str, Any]) -> list[str]:
    """Return the sentences about the tests, the smallest detectable change and the remainder, then the notices."""
    return [*map(str, payload.get("sentences", [])), *map(str, payload.get("notices", []))]


def sides_text(payload: Mapping[str, Any]) -> str:
    """Return one line that describes both sides: title, number of runs, samples."""
    parts = []
    for name in ("before", "after"):
        side = payload[name]
        runs = side.get("runs")
        count = "" if runs is None else f"{runs} {'run' if runs == 1 else 'runs'}, "
        parts.append(f"{name} {visible(str(side['title']), 60)} ({count}{int(side['samples']):,} samples)")
    return " → ".join(parts)


def amount(value: float | None, unit: str, *, sign: bool = False) -> str:
    """Return a value in its unit with about three significant digits; with ``sign`` also a plus sign."""
    if value is None:
        return NONE
    scaled = value * _PERCENT.get(unit, 1.0)
    size = abs(scaled)
    digits = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 0.1 else 3
    text = f"{size:,.{digits}f}"
    nonzero = text.strip("0.,") != ""
    mark = ("+" if scaled > 0 else "\u2212") if nonzero and (sign or scaled < 0) else ""
    return f"{mark}{text}{(_POINTS if sign else _SIGN).get(unit, '')}"


def _compact(content: DifferentialContent) -> Table:
    """Return the table for a terminal. Cells have no units, to leave room for names; the caption names the unit."""
    unit = content.unit
    rows = []
    for change in content.changes[unit]:
        delta, low = change["delta"], change["low"]
        half = NONE if low is None or delta is None else amount(delta - low, unit).removesuffix(_SIGN.get(unit, ""))
        figures = [
            amount(change["before"], unit),
            amount(change["after"], unit),
            amount(delta, unit, sign=True).removesuffix(_POINTS.get(unit, "")),
        ]
        rows.append(
            [
                _name(content.tree, change),
                str(change["kind"]),
                *(figure.removesuffix(_SIGN.get(unit, "")) for figure in figures),
                f"±{half}",
                NONE if change["q"] is None else f"{change['q']:.2g}",
            ]
        )
    return Table(
        _caption(content),
        ["function", "change", "before", "after", "diff.", "95 %", "q"],
        rows,
        text_columns=frozenset({0, 1}),
    )


def _caption(content: DifferentialContent) -> str:
    changes = len(content.changes[content.unit])
    found = f"{changes:,} changed" if changes else "No function differs significantly"
    unit = UNIT_TITLES.get(content.unit, content.unit)
    return f"{found}, {unit}{' in %' if content.unit == 'share' else ''}"


def _row(tree: CallTree, change: Mapping[str, Any], unit: str) -> list[str]:
    return [
        _name(tree, change),
        _kind(tree, change),
        amount(change["before"], unit),
        amount(change["after"], unit),
        amount(change["delta"], unit, sign=True),
        _interval(change, unit),
        NONE if change["q"] is None else f"{change['q']:.2g}",
        amount(change["detectable"], unit),
    ]


def _name(tree: CallTree, change: Mapping[str, Any]) -> str:
    name = tree.name(change["node"])
    if change["of"] == "self":
        return f"{name} (self samples)"
    return f"{name} (without the changes below it)" if change["without"] else name


def _kind(tree: CallTree, change: Mapping[str, Any]) -> str:
    others: Sequence[int] = change["moved_with"]
    if change["kind"] != "moved" or not others:
        return str(change["kind"])
    direction = "from" if (change["delta"] or 0) > 0 else "to"
    more = f" and {len(others) - 1} more" if len(others) > 1 else ""
    return f"moved {direction} {fitting_label(tree.name(others[0]), 40)}{more}, not slower"


def _interval(change: Mapping[str, Any], unit: str) -> str:
    if change["low"] is None or change["high"] is None:
        return NONE
    return f"{amount(change['low'], unit, sign=True)} to {amount(change['high'], unit, sign=True)}"
