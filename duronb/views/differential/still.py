"""A differential flamegraph as a static picture: grey for unchanged frames, colours and patterns for changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from duronb.analysis.differential.differential import CHANGE_KINDS
from duronb.model.merged_tree import sum_above
from duronb.views.differential.content import DifferentialContent
from duronb.views.flamegraph.layout import fitting_label
from duronb.views.kit.assets import style_sheet
from duronb.views.kit.escape import markup, visible
from duronb.views.kit.theme import BACKGROUND, TEXT, Mode, themed_css

_ROW = 16
COLOURS: dict[str, dict[Mode, str]] = {
    "same": {"light": "#e1e2e3", "dark": "#3c3e40"},
    "dearer": {"light": "#f5796c", "dark": "#a4352f"},
    "cheaper": {"light": "#6ca1f0", "dark": "#2f5f9f"},
    "moved": {"light": "#bcbec1", "dark": "#55595e"},
}
"""Fill of each class.

Frames that appeared, vanished, moved or were inlined are hatched: appeared in the colour of dearer, vanished in that of
cheaper, moved and inlined in a darker grey.
"""

_CLASS = {"": "same", "appeared": "dearer", "vanished": "cheaper", "inlined": "moved"}
_HATCHED = ("appeared", "vanished", "moved", "inlined")

_PATTERN = (
    '<defs><pattern id="h" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path class="line" d="M1 0v6"/></pattern>'
    "</defs>"
)


@dataclass(frozen=True, slots=True)
class _Box:
    """A frame in the picture.

    ``left`` and ``width`` are parts of the picture's width, ``depth`` counts rows from the root.
    """

    name: str
    kind: str
    left: float
    width: float
    depth: int


def differential_svg(
    content: DifferentialContent, *, title: str, width: int = 960, max_frames: int = 110, max_rows: int = 48
) -> bytes:
    """Return a small SVG picture without scripts: the widest frames and all changed frames.

    Each frame is as wide as on the side where it is wider.

    Parameters
    ----------
    content
        Content to draw, in its first unit.
    title
        Title for screen readers.
    width
        Width in pixels.
    max_frames, max_rows
        Maximum number of unchanged frames, and of rows from the root up.
    """
    drawn = list(_boxes(content, 1.5 / width, max_frames))
    rows = min(max_rows, 1 + max(box.depth for box in drawn))
    height = rows * _ROW
    parts = []
    for box in drawn:
        if box.depth >= rows:
            continue
        x, y, wide = box.left * width, (rows - 1 - box.depth) * _ROW, max(0.5, box.width * width - 0.5)
        shape = f"M{x:.1f} {y}h{wide:.1f}v15h-{wide:.1f}"
        parts.append(f'<path class="{_CLASS.get(box.kind, box.kind)}" d="{shape}"/>')
        if box.kind in _HATCHED:
            parts.append(f'<path fill="url(#h)" d="{shape}"/>')
        if label := fitting_label(box.name, min(80, int((wide - 6) / 6.7))):
            parts.append(f'<text x="{x + 3:.1f}" y="{y + 12}">{markup(label)}</text>')
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
        f' viewBox="0 0 {width} {height}" role="img"><title>{markup(title, 200)}</title>'
    )
    return "".join([head, f"<style>{_css()}</style>", _PATTERN, *parts, "</svg>"]).encode()


def differential_description(payload: Mapping[str, Any], content: DifferentialContent) -> str:
    """Return a description for screen readers: what is compared, and the largest changes."""
    changes = content.changes[content.unit]
    largest = ", ".join(f"{fitting_label(content.tree.name(each['node']), 60)} {each['kind']}" for each in changes[:3])
    more = f" and {len(changes) - 3} more" if len(changes) > 3 else ""
    found = f"Changed: {largest}{more}." if changes else "No function differs significantly."
    return f"Differential flamegraph of {visible(str(payload['title']), 120)}. {found}"


def _boxes(content: DifferentialContent, narrowest: float, most: int) -> Iterator[_Box]:
    """Yield the root, the widest frames, and the changed frames with all their callers, in preorder."""
    tree = content.tree
    before, after = (
        counts * scale for counts, scale in zip((content.before, content.after), content.scales, strict=True)
    )
    wider = np.maximum(before, after)
    # Integers, so that sums are exact.
    parts = np.rint(wider / max(float(wider.sum()), 1e-300) * 2**50).astype(np.int64)
    totals = tree.totals(parts)
    denominator = max(1, int(totals[0]))
    kinds = _kinds(content)
    wide = np.flatnonzero(totals >= max(1.0, narrowest * denominator))
    # A caller is at least as wide as its callees and precedes them in preorder, so no callee is kept without it.
    seen = set(wide[np.argsort(-totals[wide], kind="stable")[:most]].tolist()) | {0}
    for node in kinds:
        at = node
        while at not in seen:
            seen.add(at)
            at = int(tree.parent[at])
    left = np.cumsum(parts) - parts - sum_above(tree.parent, parts)
    for node in sorted(seen):
        yield _Box(
            name=tree.name(node),
            kind=kinds.get(node, ""),
            left=int(left[node]) / denominator,
            width=int(totals[node]) / denominator if totals[0] else 1.0,
            depth=int(tree.depth[node]),
        )


def _kinds(content: DifferentialContent) -> dict[int, str]:
    """Return the kind of change of each coloured node; a change of the total takes precedence."""
    found: dict[int, str] = {}
    for change in content.changes[content.unit]:
        if change["kind"] in CHANGE_KINDS:
            found.setdefault(int(change["node"]), str(change["kind"]))
    return found


def _css() -> str:
    fills = {f".{name}": {"fill": fill} for name, fill in COLOURS.items()}
    colours = themed_css({"text": {"fill": TEXT}, ".line": {"stroke": BACKGROUND}, **fills})
    return style_sheet(__package__, "still.css") + colours
