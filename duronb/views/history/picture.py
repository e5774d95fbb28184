"""A history as a static picture, for saved notebooks, code hosts and paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from math import floor, log10

from duronb.views.history.marks import Marks
from duronb.views.kit.assets import style_sheet
from duronb.views.kit.escape import markup
from duronb.views.kit.theme import BACKGROUND, LINE, MODES, MUTED, TEXT, Mode, themed_css

WIDTH, HEIGHT = 1000, 380
_LEFT, _RIGHT, _ABOVE, _BELOW = 64, 16, 30, 44
_NAMESPACE = "http://www.w3.org/2000/svg"
_MOST_LABELLED = 12
"""Level changes are labelled up to this number. The sentences describe all."""

HOSTS: dict[Mode, tuple[str, ...]] = {
    "light": ("#0969da", "#8250df", "#1a7f5a", "#9a6700", "#bf3989"),
    "dark": ("#58a6ff", "#bc8cff", "#3fb98a", "#d29922", "#f778ba"),
}
"""Colours of hosts, in order."""
KINDS: dict[Mode, dict[str, str]] = {
    "light": {"worse": "#b35900", "better": "#0a5fb4", "differs": "#6639ba"},
    "dark": {"worse": "#ffb068", "better": "#79b8ff", "differs": "#b78aff"},
}
"""Colours of level changes. Their labels say the same in words."""


def history_svg(marks: Marks, title: str) -> bytes:
    """Return the picture as SVG without scripts. Its colours follow the light or dark theme of the system.

    Parameters
    ----------
    marks
        What is drawn.
    title
        Title for screen readers.
    """
    left, right = limits_x(marks)
    low, high = limits_y(marks)
    across, down = (WIDTH - _LEFT - _RIGHT) / (right - left), (HEIGHT - _ABOVE - _BELOW) / (high - low)

    def at_x(x: float) -> float:
        return _LEFT + (x - left) * across

    def at_y(y: float) -> float:
        return HEIGHT - _BELOW - (y - low) * down

    parts = [*_frame(marks, (left, right), (low, high), at_x, at_y), *_changes(marks, at_x)]
    parts += [f'<path class="gap" d="M{at_x(x):.1f} {_ABOVE}V{HEIGHT - _BELOW}"/>' for x in marks.gaps]
    parts += [
        f'<path class="level h{level.host % 5}" d="M{at_x(level.left) - 2:.1f} {at_y(level.y):.1f}'
        f'H{at_x(level.right) + 2:.1f}"/>'
        for level in marks.levels
    ]
    parts += [
        f'<path class="bar h{bar.host % 5}" d="M{at_x(bar.x):.1f} {at_y(bar.low):.1f}V{at_y(bar.high):.1f}"/>'
        for bar in marks.bars
        if bar.low is not None and bar.high is not None
    ]
    size = 2.6 if len(marks.dots) < 400 else 1.4
    for host in sorted({dot.host for dot in marks.dots}):
        # One path of round dots per host is a tenth of the size of three thousand elements.
        path = "".join(f"M{at_x(dot.x):.1f} {at_y(dot.y):.1f}h0" for dot in marks.dots if dot.host == host)
        parts.append(f'<path class="dots h{host % 5}" style="stroke-width:{2 * size}" d="{path}"/>')
    parts += [
        f'<text class="tag" x="{at_x(dot.x):.1f}" y="{at_y(dot.y) - 8:.1f}" text-anchor="middle">'
        f"▾{markup(dot.tags, 24)}</text>"
        for dot in marks.dots
        if dot.tags
    ]
    return "".join(
        [
            f'<svg xmlns="{_NAMESPACE}" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
            f"<title>{markup(title, 300)}</title>",
            f"<style>{_css()}</style>",
            f'<rect class="ground" width="{WIDTH}" height="{HEIGHT}"/>',
            *parts,
            "</svg>",
        ]
    ).encode("utf-8", "replace")


def limits_x(marks: Marks) -> tuple[float, float]:
    """Return the horizontal limits with a margin."""
    places = [dot.x for dot in marks.dots]
    low, high = min(places, default=0.0), max(places, default=1.0)
    room = 0.02 * (high - low) or (3_600_000.0 if marks.time else 1.0)
    return low - room, high + room


def limits_y(marks: Marks) -> tuple[float, float]:
    """Return the vertical limits with a margin. They begin at zero if the lowest value is near it."""
    low, high = marks.low, marks.high
    room = max(0.08 * (high - low), 0.02 * abs(high)) or 1.0
    if 0 <= low <= 0.25 * high:
        return 0.0, high + room
    return low - room, high + room


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Return round tick values within the limits, at most about ``most``."""
    raw = (high - low) / most
    power = 10.0 ** floor(log10(raw))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw)
    first = -int(-low // step)
    return [round(number * step, 9) for number in range(first, floor(high / step) + 1)]


def _frame(
    marks: Marks,
    across: tuple[float, float],
    upright: tuple[float, float],
    at_x: Callable[[float], float],
    at_y: Callable[[float], float],
) -> list[str]:
    parts = []
    for tick in ticks(*upright):
        parts.append(f'<path class="grid" d="M{_LEFT} {at_y(tick):.1f}H{WIDTH - _RIGHT}"/>')
        parts.append(f'<text class="muted" x="{_LEFT - 6}" y="{at_y(tick) + 4:.1f}" text-anchor="end">{tick:,g}</text>')
    floor_y = HEIGHT - _BELOW + 16
    named: list[tuple[float, str]] = list(marks.names)
    if marks.time:
        span = (across[1] - across[0]) / 86_400_000
        form = "%H:%M" if span < 2 else "%m-%d" if span < 300 else "%Y-%m"
        places = [across[0] + (across[1] - across[0]) * part / 8 for part in range(9)]
        named = [(x, datetime.fromtimestamp(x / 1000, UTC).strftime(form)) for x in places[:-1]]
    room, edge = 70.0, -1e9
    for x, text in named:
        if at_x(x) >= edge + room:
            edge = at_x(x)
            parts.append(f'<text class="muted" x="{edge:.1f}" y="{floor_y}">{markup(text, 11)}</text>')
    if marks.time and marks.dots:
        first, last = (datetime.fromtimestamp(x / 1000, UTC).strftime("%Y-%m-%d") for x in _ends(marks))
        parts.append(
            f'<text class="muted" x="{WIDTH - _RIGHT}" y="{HEIGHT - 8}" text-anchor="end">{first} to {last}, UTC</text>'
        )
    return parts


def _changes(marks: Marks, at_x: Callable[[float], float]) -> list[str]:
    parts = []
    for index, band in enumerate(marks.bands):
        left, right = at_x(band.left), at_x(band.right)
        width = max(3.0, right - left)
        kind = f"{band.kind}{' maybe' if band.suspected else ''}"
        for begin, end in band.spread:
            parts.append(
                f'<rect class="band {kind} spread" x="{at_x(begin):.1f}" y="{_ABOVE}"'
                f' width="{max(1.0, at_x(end) - at_x(begin)):.1f}" height="{HEIGHT - _ABOVE - _BELOW}"/>'
            )
        parts.append(
            f'<rect class="band {kind}" x="{(left + right - width) / 2:.1f}" y="{_ABOVE}" width="{width:.1f}"'
            f' height="{HEIGHT - _ABOVE - _BELOW}"/>'
        )
        if len(marks.bands) <= _MOST_LABELLED:
            anchor = "end" if left > 0.7 * WIDTH else "start"
            level = 12 + 12 * (index % 2)
            parts.append(
                f'<text class="word {band.kind}" x="{left:.1f}" y="{level}" text-anchor="{anchor}">'
                f"{markup(band.text, 60)}</text>"
            )
    return parts


def _ends(marks: Marks) -> tuple[float, float]:
    places = [dot.x for dot in marks.dots]
    return min(places), max(places)


def _css() -> str:
    colours: dict[str, Mapping[str, Mapping[Mode, str]]] = {
        ".ground": {"fill": BACKGROUND},
        ".grid": {"stroke": LINE},
        ".muted": {"fill": MUTED},
        ".tag": {"fill": TEXT},
        ".gap": {"stroke": MUTED},
    }
    for host in range(len(HOSTS["light"])):
        colours[f".h{host}"] = {"stroke": {mode: HOSTS[mode][host] for mode in MODES}}
    for kind in KINDS["light"]:
        colours[f".band.{kind},.word.{kind}"] = {"fill": {mode: KINDS[mode][kind] for mode in MODES}}
    return style_sheet(__package__, "picture.css") + themed_css(colours)
