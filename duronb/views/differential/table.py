"""The reported changes of a differential, as a table and as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from duronb.model.profile import CallTree
from duronb.views.differential.content import DifferentialContent, DifferentialSource
from duronb.views.differential.moves import Row, rows_of, symbol_of
from duronb.views.flamegraph.unique_labels import unique_labels
from duronb.views.kit.escape import visible
from duronb.views.kit.numbers import NONE
from duronb.views.kit.table import Table
from duronb.views.kit.table_text import WIDEST, bullet, table_text

UNIT_TITLES = {"share": "share of the CPU", "cpu_ms_per_orchestration": "CPU ms per orchestration"}
_PERCENT = {"share": 100.0, "cpu_ms_per_orchestration": 1.0}
_SIGN = {"share": " %", "cpu_ms_per_orchestration": " ms"}
_POINTS = {"share": " pp", "cpu_ms_per_orchestration": " ms"}
_FITTING, _LONGEST = 40, 200
"""Preferred length of a name in characters: in a terminal, and elsewhere."""
_SCALED = "scaled: after, if everything that did not change cost the same; diff. = scaled - before"
_NOTES = {
    "after, scaled": "cost after, if everything that did not change cost the same before and after",
    "difference": "after, scaled, minus before",
    "q": "smallest false discovery rate at which it is reported",
    "detectable": "smallest difference that is found here with probability 0.8",
}


def differential_table(content: DifferentialContent) -> Table:
    """Return the table of reported changes, the largest first and moved functions last."""
    unit = content.unit
    rows = rows_of(content.tree, content.changes[unit])
    names = _names(content.tree, rows, _LONGEST)
    return Table(
        _caption(content, rows),
        ["function", "change", "before", "after", "after, scaled", "difference", "95 % interval", "q", "detectable"],
        [
            [
                name,
                _kind(content.tree, row),
                amount(row.before, unit),
                amount(row.after, unit),
                amount(row.before + row.delta, unit),
                amount(row.delta, unit, sign=True),
                _interval(row, unit),
                NONE if row.q is None else f"{row.q:.2g}",
                amount(row.detectable, unit),
            ]
            for name, row in zip(names, rows, strict=True)
        ],
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
    rows = rows_of(content.tree, content.changes[content.unit])
    table = _compact(content, rows)
    if not table.rows:
        return f"{table.caption}."
    return "\n".join([table_text(table), _SCALED, *(bullet(text, WIDEST, "") for text in _moves(content.tree, rows))])


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


def _compact(content: DifferentialContent, rows: Sequence[Row]) -> Table:
    """Return the table for a terminal. Cells have no units, to leave room for names; the caption names the unit."""
    unit = content.unit

    def bare(value: float | None, *, sign: bool = False) -> str:
        return amount(value, unit, sign=sign).removesuffix((_POINTS if sign else _SIGN).get(unit, ""))

    cells = [
        [
            name,
            row.kind,
            bare(row.before),
            bare(row.after),
            bare(row.before + row.delta),
            bare(row.delta, sign=True),
            f"±{bare(row.half)}",
            NONE if row.q is None else f"{row.q:.2g}",
        ]
        for name, row in zip(_names(content.tree, rows, _FITTING), rows, strict=True)
    ]
    return Table(
        _caption(content, rows),
        ["function", "change", "before", "after", "scaled", "diff.", "95 %", "q"],
        cells,
        text_columns=frozenset({0, 1}),
        uncut=frozenset({0, 1}),
    )


def _caption(content: DifferentialContent, rows: Sequence[Row]) -> str:
    found = f"{len(rows):,} changed" if rows else "No function differs significantly"
    unit = UNIT_TITLES.get(content.unit, content.unit)
    return f"{found}, {unit}{' in %' if content.unit == 'share' else ''}"


def _names(tree: CallTree, rows: Sequence[Row], characters: int) -> list[str]:
    """Return a name for each row that no other row has. A move is named after the function that its cost left."""
    paths = [_path(tree, row.node) for row in rows]
    short = [_same_symbol(tree, row) or path[-1] for row, path in zip(rows, paths, strict=True)]
    labels = unique_labels([[*path[:-1], name] for path, name in zip(paths, short, strict=True)], characters)
    named = []
    for row, label in zip(rows, labels, strict=True):
        if row.of == "self":
            named.append(f"{label} (self samples)")
        else:
            named.append(f"{label} (without the changes below it)" if row.without and not row.moved else label)
    return named


def _path(tree: CallTree, node: int) -> list[str]:
    return [tree.frames.names[frame] for frame in tree.stack(node)] or [tree.name(node)]


def _same_symbol(tree: CallTree, row: Row) -> str | None:
    """Return the name below the owner if a cost moved between functions that differ in the owner alone."""
    if not row.moved:
        return None
    symbols = {symbol_of(tree.name(node))[1] for node in (*row.left, *row.arrived)}
    return symbols.pop() if len(symbols) == 1 else None


def _moves(tree: CallTree, rows: Sequence[Row]) -> list[str]:
    """Return where the costs of the moved rows went, once for each pair of owners or functions."""
    names = _names(tree, rows, _FITTING)
    found: dict[tuple[str, str], list[str]] = {}
    for row, name in zip(rows, names, strict=True):
        if row.moved:
            found.setdefault(_ends(tree, row), []).append(name)
    return [f"Moved from {left} to {arrived}: {', '.join(moved)}." for (left, arrived), moved in found.items()]


def _ends(tree: CallTree, row: Row) -> tuple[str, str]:
    """Return where the cost of a move was before and after: owners if the symbol is the same, else functions."""
    nodes = (row.left, row.arrived)
    if _same_symbol(tree, row) is not None:
        sides = [list(dict.fromkeys(symbol_of(tree.name(node))[0] for node in side)) for side in nodes]
    else:
        sides = [list(dict.fromkeys(tree.name(node) for node in side)) for side in nodes]
    labels = dict(
        zip([*sides[0], *sides[1]], unique_labels([[each] for each in (*sides[0], *sides[1])], 40), strict=True)
    )
    left, arrived = (_listed([labels[each] for each in side]) for side in sides)
    return left, arrived


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _kind(tree: CallTree, row: Row) -> str:
    if not row.moved:
        return row.kind
    left, arrived = _ends(tree, row)
    return (
        f"{row.kind.replace('moved', f'moved from {left} to {arrived}', 1)}{'' if ',' in row.kind else ', not slower'}"
    )


def _interval(row: Row, unit: str) -> str:
    if row.half is None:
        return NONE
    low, high = (amount(row.delta + sign * row.half, unit, sign=True) for sign in (-1, 1))
    return f"{low} to {high}"
