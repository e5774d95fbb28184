"""The reported changes of a differential, as a table and as text."""

from __future__ import annotations

from collections.abc import Sequence

from duronb.model.profile import CallTree
from duronb.views.differential.content import DifferentialContent, DifferentialSource
from duronb.views.differential.moves import Row, rows_of, symbol_of
from duronb.views.differential.remarks import notices_of, remarks_of, sides_text, tested_texts
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
_SCALED = (
    "total = after - before; scaled: after, if everything that did not change cost the same; own = scaled - before"
)
_WHOLE = "all code together"
_NOTES = {
    "total change": "after minus before",
    "after, scaled": "cost after, if everything that did not change cost the same before and after",
    "own change": "beyond the rest: after, scaled, minus before",
    "q": "smallest false discovery rate at which it is reported",
    "detectable": "smallest difference that is found here with probability 0.8",
}


def differential_table(content: DifferentialContent) -> Table:
    """Return the table of reported changes, the largest first and moved functions last."""
    unit = content.unit
    rows = rows_of(content.tree, content.changes[unit])
    names = _names(content.tree, rows, _LONGEST)
    cells = [
        [
            name,
            _kind(content, row),
            *amounts(row.before, row.after, row.delta, unit),
            _interval(row, unit),
            NONE if row.q is None else f"{row.q:.2g}",
            amount(row.detectable, unit),
        ]
        for name, row in zip(names, rows, strict=True)
    ]
    return Table(
        _caption(content, rows),
        [
            "function",
            "change",
            "before",
            "after",
            "total change",
            "after, scaled",
            "own change",
            "95 % interval",
            "q",
            "detectable",
        ],
        [*_whole_cells(content, compact=False), *cells],
        text_columns=frozenset({0, 1}),
        notes=_NOTES,
    )


def differential_text(source: DifferentialSource) -> str:
    """Return title, sides, table and sentences as text for a terminal."""
    payload = source.payload
    notices = [f"! {visible(text)}" for text in notices_of(payload)]
    lines = [
        visible(str(payload["title"]), WIDEST),
        *notices,
        sides_text(payload),
        "",
        _compact_text(source.content),
        "",
    ]
    remarks = [*remarks_of(payload), *tested_texts(payload)]
    return "\n".join([*lines, *(visible(text) for text in remarks)])


def changes_text(source: DifferentialSource, width: int) -> str:
    """Return sides, table and sentences as text for a terminal; sentences are wrapped to ``width`` columns."""
    payload = source.payload
    notices = [bullet(text, width, "! ") for text in notices_of(payload)]
    lines = [*notices, sides_text(payload), "", _compact_text(source.content), ""]
    remarks = [*remarks_of(payload), *tested_texts(payload)]
    return "\n".join([*lines, *(bullet(text, width, "- ") for text in remarks)])


def _compact_text(content: DifferentialContent) -> str:
    rows = rows_of(content.tree, content.changes[content.unit])
    table = _compact(content, rows)
    if not table.rows:
        return f"{table.caption}."
    return "\n".join([table_text(table), _SCALED, *(bullet(text, WIDEST, "") for text in _moves(content, rows))])


def amount(value: float | None, unit: str, *, sign: bool = False) -> str:
    """Return a value in its unit with about three significant digits; with ``sign`` also a plus sign."""
    if value is None:
        return NONE
    scaled = value * _PERCENT.get(unit, 1.0)
    size = abs(scaled)
    digits = _decimals(size)
    text = f"{size:,.{digits}f}"
    nonzero = text.strip("0.,") != ""
    mark = ("+" if scaled > 0 else "\u2212") if nonzero and (sign or scaled < 0) else ""
    return f"{mark}{text}{(_POINTS if sign else _SIGN).get(unit, '')}"


def amounts(before: float, after: float, delta: float, unit: str) -> list[str]:
    """Return before, after, total change, after scaled and own change, with equal decimals, so that they subtract."""
    percent = _PERCENT.get(unit, 1.0)
    sizes = [size for each in (after - before, delta) if (size := abs(each * percent)) > 0]
    digits = _decimals(min(sizes, default=abs(before * percent)))
    first, last, scaled = (round(each * percent, digits) for each in (before, after, before + delta))

    def text(value: float, *, sign: bool = False) -> str:
        value = round(value, digits)
        mark = ("+" if value > 0 else "\u2212") if value and (sign or value < 0) else ""
        return f"{mark}{abs(value):,.{digits}f}{(_POINTS if sign else _SIGN).get(unit, '')}"

    return [text(first), text(last), text(last - first, sign=True), text(scaled), text(scaled - first, sign=True)]


def _decimals(size: float) -> int:
    return 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 0.1 else 3


def _whole_cells(content: DifferentialContent, *, compact: bool) -> list[list[str]]:
    """Return the row of all code together, if its cost is known."""
    unit = content.unit
    whole = content.wholes.get(unit)
    if whole is None:
        return []
    before, after, total, _, _ = amounts(whole["before"], whole["after"], whole["delta"], unit)
    p = NONE if whole["p"] is None else f"p {whole['p']:.2g}"
    low, high = whole["low"], whole["high"]
    if compact:
        half = NONE if low is None else f"±{_bare((high - low) / 2, unit)}"
        cells = [cell.removesuffix(_SIGN.get(unit, "")) for cell in (before, after, total)]
        return [[_WHOLE, str(whole["verdict"]), *cells, NONE, NONE, half, p]]
    interval = NONE if low is None else f"{amount(low, unit, sign=True)} to {amount(high, unit, sign=True)}"
    return [[_WHOLE, str(whole["verdict"]), before, after, total, NONE, NONE, interval, p, NONE]]


def _bare(value: float | None, unit: str) -> str:
    return amount(value, unit).removesuffix(_SIGN.get(unit, ""))


def _compact(content: DifferentialContent, rows: Sequence[Row]) -> Table:
    """Return the table for a terminal. Cells have no units, to leave room for names; the caption names the unit."""
    unit = content.unit

    cells = [
        [
            name,
            row.kind,
            *(
                cell.removesuffix(_SIGN.get(unit, "")).removesuffix(_POINTS.get(unit, ""))
                for cell in amounts(row.before, row.after, row.delta, unit)
            ),
            f"±{_bare(row.half, unit)}",
            NONE if row.q is None else f"{row.q:.2g}",
        ]
        for name, row in zip(_names(content.tree, rows, _FITTING), rows, strict=True)
    ]
    return Table(
        _caption(content, rows),
        ["function", "change", "before", "after", "total", "scaled", "own", "95 %", "q"],
        [*_whole_cells(content, compact=True), *cells],
        text_columns=frozenset({0, 1}),
        uncut=frozenset({0, 1}),
    )


def _caption(content: DifferentialContent, rows: Sequence[Row]) -> str:
    found = f"{len(rows):,} changed" if rows else "No function differs significantly"
    unit = UNIT_TITLES.get(content.unit, content.unit)
    return f"{found}, {unit}{' in %' if content.unit == 'share' else ''}"


def _names(tree: CallTree, rows: Sequence[Row], characters: int) -> list[str]:
    """Return a name for each row that no other row has. A move is named after the function that its cost left."""
    paths = [_path(tree, row.node) if row.node else ["all code without a reported change"] for row in rows]
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


def _moves(content: DifferentialContent, rows: Sequence[Row]) -> list[str]:
    """Return where the costs of moved and inlined rows went, once for each pair of owners or functions."""
    tree = content.tree
    names = _names(tree, rows, _FITTING)
    found: dict[tuple[str, str], list[str]] = {}
    for row, name in zip(rows, names, strict=True):
        if row.moved:
            found.setdefault(_ends(tree, row), []).append(name)
    moved = [f"Moved from {left} to {arrived}: {', '.join(some)}." for (left, arrived), some in found.items()]
    inlined = [
        f"{name}: {_inlined(content, row)} {unique_labels([_path(tree, row.caller)], _FITTING)[0]}."
        for row, name in zip(rows, names, strict=True)
        if row.kind == "inlined"
    ]
    return [*moved, *inlined]


def _inlined(content: DifferentialContent, row: Row) -> str:
    """Return in which direction a function was inlined."""
    below = slice(row.node, int(content.tree.end[row.node]))
    return "inlined into" if content.before[below].any() else "no longer inlined into"


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


def _kind(content: DifferentialContent, row: Row) -> str:
    tree = content.tree
    if row.kind == "inlined":
        return f"{_inlined(content, row)} {unique_labels([_path(tree, row.caller)], 40)[0]}, not slower"
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
