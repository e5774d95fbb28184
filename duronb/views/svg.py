"""Flamegraphs as SVG: one file that any browser opens, and a light picture for places where scripts do not run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from duronb.model.profile import Profile
from duronb.model.run import RunRecord
from duronb.views.bundles import bundle_text
from duronb.views.display_tree import DisplayTree, depths, display_tree
from duronb.views.escape import markup, script_json
from duronb.views.figures import share
from duronb.views.header import frequency_known, samples_text, title_text
from duronb.views.layout import Box, boxes, fitting_label
from duronb.views.palette import BACKGROUND, MUTED, ROOT, SHADES, TEXT, Mode, fill
from duronb.views.payload import payload_of

WIDTH = 1200
_MARGIN = 10
_ROW = 16
_ABOVE = 64
_BELOW = 36
_NARROWEST = 0.5
"""Pixels; narrower frames are left out."""

_CHARACTER = 7.25
"""Pixels of a 12 px monospace character, the widest of the common fonts."""

_NAMESPACE = "http://www.w3.org/2000/svg"
_BEHAVIOUR = (
    "#title{font-size:17px;cursor:pointer}#search,#unzoom,.frame{cursor:pointer}"
    "#unzoom{visibility:hidden}.frame text{pointer-events:none}"
)
_MODES: tuple[Mode, ...] = ("light", "dark")


@dataclass(frozen=True, slots=True)
class _Place:
    """A frame's rectangle in pixels."""

    x: float
    y: float
    width: float


def run_svg(run: RunRecord, profile: Profile, stage: str | None = None) -> bytes:
    """Return the SVG that lies beside a run: a flamegraph in one file, 1200 pixels wide.

    Click zooms, a click on the title resets, Ctrl+F searches by regular expression and says how many samples match,
    hovering names the frame. Without scripts it is a picture.

    Parameters
    ----------
    run
        The run.
    profile
        Its samples.
    stage
        Draw only samples of this stage.

    Raises
    ------
    KeyError
        No such stage.
    HostError
        The JavaScript is not built.
    """
    where = "all stages" if stage is None else stage
    return _document(run, display_tree(profile), f"{where} · {samples_text(run)}", stage)


def static_svg(
    shown: DisplayTree,
    *,
    title: str = "Flamegraph",
    stage: str | None = None,
    width: int = 960,
    max_frames: int = 110,
    max_rows: int = 48,
) -> bytes:
    """Return a light picture without script: the widest frames only, light or dark as the system is.

    Parameters
    ----------
    shown
        The displayed tree.
    title
        For screen readers.
    stage
        Draw only samples of this stage.
    width
        In pixels.
    max_frames, max_rows
        At most so many frames, and so many rows from the root up.
    """
    drawn = list(boxes(shown, shown.profile.self_counts(stage), 1.5 / width, max_frames))
    rows = min(max_rows, 1 + max(box.depth for box in drawn))
    height = rows * _ROW
    scale = width
    parts = []
    for box in drawn:
        if box.depth >= rows:
            continue
        x, y, wide = box.left * scale, (rows - 1 - box.depth) * _ROW, box.width * scale
        parts.append(
            f'<path class="{_style(box)}" d="M{x:.1f} {y}h{max(0.5, wide - 0.5):.1f}v15h-{max(0.5, wide - 0.5):.1f}"/>'
        )
        if label := fitting_label(box.name, min(80, int((wide - 6) / 6.7))):
            parts.append(f'<text x="{x + 3:.1f}" y="{y + 12}">{markup(label)}</text>')
    return "".join(
        [
            f'<svg xmlns="{_NAMESPACE}" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img">',
            f"<title>{markup(title, 200)}</title>",
            f"<style>{_css((box for box in drawn), 'text{font:11px monospace;fill:%s}')}</style>",
            *parts,
            "</svg>",
        ]
    ).encode()


def _document(run: RunRecord, shown: DisplayTree, subtitle: str, stage: str | None) -> bytes:
    title = title_text(run)
    script = bundle_text("svg.js").replace("]]>", "]]]]><![CDATA[>")
    plot = WIDTH - 2 * _MARGIN
    drawn = list(boxes(shown, shown.profile.self_counts(stage), _NARROWEST / plot))
    # Room for what is too narrow now and is seen after a zoom.
    rows = 1 + int(depths(shown.profile.tree.parent).max())
    height = _ABOVE + rows * _ROW + _BELOW
    samples = drawn[0].total
    payload = script_json(payload_of(shown, title=title, stage=stage, run=run, frequency_known=frequency_known(run)))
    frames = [
        _frame(
            box, samples, _Place(_MARGIN + box.left * plot, _ABOVE + (rows - 1 - box.depth) * _ROW, box.width * plot)
        )
        for box in drawn
    ]
    rules = (
        "text{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:%s}"
        "svg{background:%s}#subtitle,#details,#matched{fill:%s}"
    )
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="{_NAMESPACE}" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}">',
        f'<metadata id="duronb-payload">{payload}</metadata>',
        f"<style>{_css(drawn, rules)}{_BEHAVIOUR}</style>",
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


def _frame(box: Box, samples: int, place: _Place) -> str:
    label = fitting_label(box.name, int((place.width - 6) / _CHARACTER))
    return (
        f'<g class="frame"><title>{markup(box.name)} ({box.total:,} samples, {share(box.total, samples)})</title>'
        f'<rect class="{_style(box)}" x="{place.x:.2f}" y="{place.y:.0f}" width="{place.width:.2f}" '
        f'height="{_ROW - 1}"/><text x="{place.x + 3:.2f}" y="{place.y + 11.5:.1f}">{markup(label)}</text></g>'
    )


def _style(box: Box) -> str:
    return f"{box.kind or 'root'}-{box.shade}"


def _css(drawn: Iterable[Box], rules: str) -> str:
    used = sorted({(box.kind, box.shade) for box in drawn})
    sheets = []
    for mode in _MODES:
        colours = (TEXT[mode], BACKGROUND[mode], MUTED[mode])
        sheet = rules % colours[: rules.count("%s")]
        for kind, shade in used:
            sheet += f".{kind or 'root'}-{shade % SHADES}{{fill:{fill(kind, shade, mode) if kind else ROOT[mode]}}}"
        sheets.append(sheet)
    return f"{sheets[0]}@media (prefers-color-scheme:dark){{{sheets[1]}}}"
