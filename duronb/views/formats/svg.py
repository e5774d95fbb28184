"""A flamegraph as one self-contained SVG file for any browser, with zoom and search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from duronb.model.kinds import ARTEFACT
from duronb.model.profile import Profile
from duronb.model.run import RunRecord
from duronb.views.flamegraph.display_tree import DisplayTree, depths, display_tree
from duronb.views.flamegraph.layout import Box, boxes, fitting_label
from duronb.views.flamegraph.still import NAMESPACE, ROW, colours_css, style_class
from duronb.views.kit.assets import style_sheet
from duronb.views.kit.bundles import bundle_text
from duronb.views.kit.escape import markup, script_json
from duronb.views.kit.numbers import share
from duronb.views.kit.theme import BACKGROUND, MUTED, TEXT, Rules
from duronb.views.run.header import samples_text, title_text
from duronb.views.run.payload import run_payload

WIDTH = 1200


_MARGIN = 10


_ABOVE = 64


_BELOW = 36


_CHARACTER = 7.25
"""Width of a 12 px monospace character in pixels, in the widest of the common fonts."""


_NARROWEST = 0.5
"""Minimum width of a frame in pixels. Narrower frames are left out until a zoom widens them."""


@dataclass(frozen=True, slots=True)
class _Position:
    """Position and width of a frame, in pixels."""

    x: float
    y: float
    width: float


def run_svg(run: RunRecord, profile: Profile, stage: str | None = None) -> bytes:
    """Return the SVG picture that the store keeps beside a run."""
    where = "all stages" if stage is None else stage
    shown = display_tree(profile, event=run.environment.event)
    payload = run_payload(run, shown, stage=stage)
    return interactive_svg(shown, title_text(run), f"{where} · {samples_text(run)}", payload, stage)


def interactive_svg(
    shown: DisplayTree, title: str, subtitle: str, payload: dict[str, Any], stage: str | None = None
) -> bytes:
    """Return a flamegraph as a self-contained SVG, 1200 pixels wide.

    A click on a frame zooms, a click on the title resets the zoom. Ctrl+F searches for a regular expression and shows
    how many samples match. Without scripts it is a static picture.

    Parameters
    ----------
    shown
        The display tree.
    title, subtitle
        Shown above the graph.
    payload
        The same tree as a payload.
    stage
        Draw only samples of this stage. ``None`` for all stages.

    Raises
    ------
    KeyError
        There is no such stage.
    HostError
        The JavaScript is not built.
    """
    script = bundle_text("svg.js").replace("]]>", "]]]]><![CDATA[>")
    plot = WIDTH - 2 * _MARGIN
    drawn = list(boxes(shown, shown.profile.self_counts(stage), _NARROWEST / plot))
    # Room for frames that are too narrow to be drawn until a zoom widens them.
    rows = 1 + int(depths(shown.profile.tree.parent).max())
    height = _ABOVE + rows * ROW + _BELOW
    samples = drawn[0].total
    frames = [
        _frame(
            box,
            samples,
            shown.profile.unit,
            _Position(_MARGIN + box.left * plot, _ABOVE + (rows - 1 - box.depth) * ROW, box.width * plot),
        )
        for box in drawn
    ]
    colours: Rules = {
        "text": {"fill": TEXT},
        "svg": {"background": BACKGROUND},
        "#subtitle,#details,#matched": {"fill": MUTED},
    }
    style = style_sheet(__package__, "svg.css") + colours_css(drawn, colours)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="{NAMESPACE}" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}">',
        f'<metadata id="duronb-payload">{script_json(payload)}</metadata>',
        f"<style>{style}</style>",
        f'<text id="title" x="{WIDTH // 2}" y="26" text-anchor="middle">{markup(title, 120)}</text>',
        f'<text id="subtitle" x="{WIDTH // 2}" y="46" text-anchor="middle">{markup(subtitle, 150)}</text>',
        f'<text id="unzoom" x="{_MARGIN}" y="26">Reset zoom</text>',
        f'<text id="search" x="{WIDTH - _MARGIN}" y="26" text-anchor="end">Search</text>',
        f'<text id="details" x="{_MARGIN}" y="{height - 13}"> </text>',
        f'<text id="matched" x="{WIDTH - _MARGIN}" y="{height - 13}" text-anchor="end"> </text>',
        '<g id="frames">',
        *frames,
        "</g>",
        f"<script><![CDATA[\n{script}\n]]></script>",
        "</svg>",
        "",
    ]
    return "\n".join(lines).encode()


def _frame(box: Box, samples: int, unit: str, place: _Position) -> str:
    label = fitting_label(box.name, int((place.width - 6) / _CHARACTER))
    kind = f", {ARTEFACT}" if box.kind == ARTEFACT else ""
    title = f"{markup(box.name)} ({box.total:,} {markup(unit)}, {share(box.total, samples)}{kind})"
    return (
        f'<g class="frame"><title>{title}</title>'
        f'<rect class="{style_class(box)}" x="{place.x:.2f}" y="{place.y:.0f}" width="{place.width:.2f}" '
        f'height="{ROW - 1}"/><text x="{place.x + 3:.2f}" y="{place.y + 11.5:.1f}">{markup(label)}</text></g>'
    )
