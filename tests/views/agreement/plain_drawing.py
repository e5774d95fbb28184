"""Independent layout of a view: every rectangle, computed one frame at a time."""

from __future__ import annotations

from typing import NamedTuple

from tests.views.plain_stacks import Path, Place, View

NARROWEST = 0.5


class Rectangle(NamedTuple):
    """Row from the root on, and pixels."""

    row: int
    x: float
    width: float


def rectangles(view: View, width: float) -> dict[Place, Rectangle]:
    """Return every rectangle of at least half a pixel, and the frames that lead to the zoomed one."""
    drawn: dict[Place, Rectangle] = {}
    for name in view.parts:
        path = view.zoom[1] if view.zoom[0] == name else ()
        for depth in range(len(path) + 1):
            drawn[name, path[:depth]] = Rectangle(depth, 0, width)
        whole = _extent(view, name, path)
        if whole:
            _place(view, drawn, name, path, width / whole)
    return drawn


def _place(view: View, drawn: dict[Place, Rectangle], name: str, path: Path, scale: float) -> None:
    left = drawn[name, path].x
    for child in view.parts[name].children[path]:
        width = _extent(view, name, child) * scale
        x = left
        if view.state["view"] == "time" and len(child) == 2:
            x = drawn[name, path].x + int(child[-1][0][1:-2]) * _second_width(view) * scale
        if width >= NARROWEST:
            drawn[name, child] = Rectangle(len(child), x, width)
            _place(view, drawn, name, child, scale)
        left += width


def _second_width(view: View) -> int:
    """Return the width of a second: the samples of the busiest second of a stage."""
    return max([1, *(total for path, total in view.parts["tree"].totals.items() if len(path) == 2)])


def _extent(view: View, name: str, path: Path) -> int:
    if view.state["view"] == "time" and len(path) < 2:
        seconds = (last - first + 1 for label, first, last in view.columns if path in ((), (label,)))
        return _second_width(view) * sum(seconds)
    return view.parts[name].totals[path]
