"""A flamegraph as a static SVG picture, for places where scripts do not run."""

from __future__ import annotations

from collections.abc import Iterable

from duronb.views.flamegraph.display_tree import DisplayTree
from duronb.views.flamegraph.layout import Box, boxes, fitting_label
from duronb.views.flamegraph.palette import SHADES, fill
from duronb.views.kit.assets import style_sheet
from duronb.views.kit.escape import markup
from duronb.views.kit.theme import MODES, ROOT, TEXT, Mode, Rules, themed_css

ROW = 16

NAMESPACE = "http://www.w3.org/2000/svg"


def static_svg(
    shown: DisplayTree,
    *,
    title: str = "Flamegraph",
    stage: str | None = None,
    width: int = 960,
    max_frames: int = 110,
    max_rows: int = 48,
) -> bytes:
    """Return a small SVG picture without scripts: only the widest frames, in the theme of the system.

    Parameters
    ----------
    shown
        The display tree.
    title
        Title for screen readers.
    stage
        Draw only samples of this stage. ``None`` for all stages.
    width
        Width in pixels.
    max_frames, max_rows
        Maximum number of frames, and of rows from the root up.
    """
    drawn = list(boxes(shown, shown.profile.self_counts(stage), 1.5 / width, max_frames))
    rows = min(max_rows, 1 + max(box.depth for box in drawn))
    height = rows * ROW
    scale = width
    parts = []
    for box in drawn:
        if box.depth >= rows:
            continue
        x, y, wide = box.left * scale, (rows - 1 - box.depth) * ROW, box.width * scale
        drawn_width = max(0.5, wide - 0.5)
        parts.append(f'<path class="{style_class(box)}" d="M{x:.1f} {y}h{drawn_width:.1f}v15h-{drawn_width:.1f}"/>')
        if label := fitting_label(box.name, min(80, int((wide - 6) / 6.7))):
            parts.append(f'<text x="{x + 3:.1f}" y="{y + 12}">{markup(label)}</text>')
    style = style_sheet(__package__, "still.css") + colours_css(drawn, {"text": {"fill": TEXT}})
    return "".join(
        [
            f'<svg xmlns="{NAMESPACE}" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img">',
            f"<title>{markup(title, 200)}</title>",
            f"<style>{style}</style>",
            *parts,
            "</svg>",
        ]
    ).encode()


def style_class(box: Box) -> str:
    """Return the CSS class of a frame's colour."""
    return _class(box.kind, box.shade)


def colours_css(drawn: Iterable[Box], rules: Rules) -> str:
    """Return a style sheet with the colours of the drawn frames in both themes.

    Parameters
    ----------
    drawn
        The drawn frames.
    rules
        Other colours to include.
    """
    used = sorted({(box.kind, box.shade % SHADES) for box in drawn})
    fills: dict[str, dict[str, dict[Mode, str]]] = {
        f".{_class(kind, shade)}": {"fill": {mode: fill(kind, shade, mode) for mode in MODES} if kind else ROOT}
        for kind, shade in used
    }
    return themed_css({**rules, **fills})


def _class(kind: str, shade: int) -> str:
    return f"{kind.replace(' ', '-') or 'root'}-{shade}"
