"""The interval plot as a static picture, for saved notebooks, code hosts and paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from duronb.analysis.comparison.compare import ComparisonResult
from duronb.views.comparison.intervals import COLOURS, Interval, intervals, limits, ticks
from duronb.views.comparison.numbers import percent_change, percent_of, untested_change
from duronb.views.kit.assets import style_sheet
from duronb.views.kit.escape import markup
from duronb.views.kit.theme import BACKGROUND, LINE, MODES, MUTED, TEXT, Mode, themed_css

WIDTH = 960
_LEFT, _RIGHT, _ROW, _ABOVE, _BELOW = 220, 230, 34, 8, 46
_NAMESPACE = "http://www.w3.org/2000/svg"
_Scale = Callable[[float], float]


def interval_svg(result: ComparisonResult, title: str) -> bytes:
    """Return the picture as SVG without scripts. Its colours follow the light or dark theme of the system.

    Parameters
    ----------
    result
        The comparison.
    title
        Title for screen readers.
    """
    rows = intervals(result)
    low, high = limits(rows, result.margin)
    height = _ABOVE + _ROW * max(1, len(rows)) + _BELOW
    floor = _ABOVE + _ROW * max(1, len(rows))
    scale = (WIDTH - _LEFT - _RIGHT) / (high - low)

    def at(percent: float) -> float:
        return _LEFT + (min(high, max(low, percent)) - low) * scale

    margin = (-100 * result.margin / (1 + result.margin), 100 * result.margin)
    band = at(margin[1]) - at(margin[0])
    parts = [
        f'<rect class="margin" x="{at(margin[0]):.1f}" y="{_ABOVE}" width="{band:.1f}" height="{floor - _ABOVE}"/>'
    ]
    for tick in ticks(low, high):
        kind = "zero" if tick == 0 else "grid"
        parts.append(f'<path class="{kind}" d="M{at(tick):.1f} {_ABOVE}V{floor}"/>')
        parts.append(
            f'<text class="muted" x="{at(tick):.1f}" y="{floor + 16}" text-anchor="middle">{_tick(tick)}</text>'
        )
    for index, row in enumerate(rows):
        parts += _row(row, _ABOVE + _ROW * index + _ROW / 2, (low, high), at)
    parts.append(
        f'<text class="muted" x="{_LEFT}" y="{height - 8}">change in %, 95 % confidence intervals; the band is'
        f" {markup(percent_of(result.margin))}; small circles are single runs or blocks</text>"
    )
    return "".join(
        [
            f'<svg xmlns="{_NAMESPACE}" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" role="img">',
            f"<title>{markup(title, 300)}</title>",
            f"<style>{_css()}</style>",
            *parts,
            "</svg>",
        ]
    ).encode()


def _row(row: Interval, y: float, ends: tuple[float, float], at: _Scale) -> list[str]:
    name = markup(row.stage, 30)
    parts = [f'<text x="{_LEFT - 12}" y="{y + 4:.0f}" text-anchor="end">{name}</text>']
    for runs, offset, kind in ((row.runs_before, 9, "before"), (row.runs_after, -9, "after")):
        parts += [
            f'<circle class="{kind}" cx="{at(value):.1f}" cy="{y + offset:.0f}" r="2.2"/>'
            for value in runs
            if ends[0] <= value <= ends[1]
        ]
    text = row.verdict
    if row.middle is not None and row.low is not None and row.high is not None:
        left, right = at(row.low), at(row.high)
        parts.append(f'<path class="line {row.verdict}" d="M{left:.1f} {y}H{right:.1f}"/>')
        for value, x in ((row.low, left), (row.high, right)):
            # The end of an interval that is cut off has no bar.
            if ends[0] <= value <= ends[1]:
                parts.append(f'<path class="line {row.verdict}" d="M{x:.1f} {y - 5}V{y + 5}"/>')
        parts.append(_marker(row.verdict, at(row.middle), y))
        text = f"{percent_change(1 + row.middle / 100)} %, {row.verdict}"
    elif row.middle is not None:
        parts.append(_marker(row.verdict, at(row.middle), y))
        text = untested_change(1 + row.middle / 100, " %")
    parts.append(f'<text class="t-{row.verdict}" x="{WIDTH - _RIGHT + 12}" y="{y + 4:.0f}">{markup(text)}</text>')
    return parts


def _marker(verdict: str, x: float, y: float) -> str:
    if verdict in {"improved", "regressed"}:
        return f'<rect class="{verdict}" x="{x - 4.5:.1f}" y="{y - 4.5}" width="9" height="9"/>'
    return f'<circle class="{verdict} hollow" cx="{x:.1f}" cy="{y}" r="4.5"/>'


def _tick(value: float) -> str:
    return f"{value:+g}".replace("-", "−") if value else "0"


def _css() -> str:
    verdicts = {verdict: {mode: COLOURS[mode][verdict] for mode in MODES} for verdict in COLOURS["light"]}
    colours: dict[str, Mapping[str, Mapping[Mode, str]]] = {
        "text": {"fill": TEXT},
        ".muted": {"fill": MUTED},
        ".grid": {"stroke": LINE},
        ".zero": {"stroke": TEXT},
        ".margin": {"fill": MUTED},
        ".before": {"stroke": MUTED},
        ".after": {"fill": MUTED},
    }
    for verdict, colour in verdicts.items():
        colours |= {f".{verdict}": {"stroke": colour, "fill": colour}, f".t-{verdict}": {"fill": colour}}
    # The last rule wins: a hollow mark has the class of its verdict too.
    colours[".hollow"] = {"fill": BACKGROUND}
    return style_sheet(__package__, "picture.css") + themed_css(colours)


def interval_alt(rows: Sequence[Interval]) -> str:
    """Return a description of the plot for screen readers."""
    shown = "; ".join(f"{row.stage}: {row.text}" for row in rows[:8])
    return f"Change per stage with 95 % confidence intervals. {shown}." if rows else "No stage could be compared."
