"""A history as an interactive Bokeh figure with tooltips. A click selects a run."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from duronb.views.history.marks import Dot, Marks
from duronb.views.history.picture import HOSTS, KINDS, limits_x, limits_y
from duronb.views.kit.assets import script
from duronb.views.kit.escape import visible
from duronb.views.kit.theme import LINE, TEXT
from duronb.views.live.plot_theme import theme_callback

if TYPE_CHECKING:
    from bokeh.plotting import figure as Figure  # noqa: N812 - it is a class

_GREY = "#7b8591"
"""Colour that is legible on light and dark backgrounds, used until the theme is known."""
_MOST_LABELLED = 12
_MOST_NAMES = 40


def history_figure(shown: Marks, unit: str, *, pick: str = "", beside: Path | None = None) -> Figure:
    """Return the figure of a history.

    Parameters
    ----------
    shown
        Data of the plot.
    unit
        Label of the vertical axis.
    pick
        Value of ``data-duronb-pick`` of the elements that show the selected run.
    beside
        Directory of the page that contains the figure, so that a click can open the picture of a run on the same
        disk. ``None`` for no links.
    """
    from bokeh.models import ColumnDataSource, CustomJS, HoverTool, Range1d, TapTool
    from bokeh.models.annotations import BoxAnnotation, Label, Span
    from bokeh.plotting import figure

    (left, right), (low, high) = limits_x(shown), limits_y(shown)
    plot = figure(
        height=380,
        sizing_mode="stretch_width",
        x_range=Range1d(start=left, end=right),
        y_range=Range1d(start=low, end=high),
        x_axis_type="datetime" if shown.time else "linear",
        y_axis_label=unit,
        tools="xpan,xwheel_zoom,box_zoom,reset,save",
        background_fill_color=None,
        border_fill_color=None,
        outline_line_color=None,
    )
    plot.toolbar.logo = None
    _style_axes(plot, shown)
    changes: list[tuple[list[Any], str]] = []
    for index, band in enumerate(shown.bands):
        box = BoxAnnotation(
            left=band.left,
            right=band.right,
            fill_color=KINDS["light"][band.kind],
            fill_alpha=0.14 if band.suspected else 0.28,
            line_color=KINDS["light"][band.kind],  # keeps the band visible where it is narrower than a pixel
            line_alpha=0.4,
            line_width=2,
            line_dash="dashed" if band.suspected else "solid",
        )
        plot.add_layout(box)
        items: list[Any] = [box]
        for begin, end in band.spread:
            wide = BoxAnnotation(
                left=begin, right=end, fill_color=KINDS["light"][band.kind], fill_alpha=0.1, line_alpha=0.0
            )
            plot.add_layout(wide)
            items.append(wide)
        if len(shown.bands) <= _MOST_LABELLED:
            label = Label(
                x=band.left,
                y=6 + 14 * (index % 2),
                y_units="screen",
                text=band.text,
                text_font_size="11px",
                text_color=KINDS["light"][band.kind],
                text_align="right" if _is_far_right(band.left, shown) else "left",
            )
            plot.add_layout(label)
            items.append(label)
        changes.append((items, band.kind))
    for x in shown.gaps:
        plot.add_layout(Span(location=x, dimension="height", line_color=_GREY, line_dash="dashed"))
    hosts = [_draw_levels_and_bars(plot, shown, host) for host in sorted({dot.host for dot in shown.dots})]
    source = ColumnDataSource(_columns(shown.dots, beside))
    dots = plot.scatter(
        "x", "y", source=source, size=6 if len(shown.dots) < 400 else 4, line_color=None, fill_color="colour",
        fill_alpha=0.7, hover_fill_alpha=1.0, nonselection_fill_alpha=0.5, selection_line_color=_GREY,
    )  # fmt: skip
    tagged = _draw_tags(plot, shown.dots)
    plot.add_tools(
        HoverTool(
            renderers=[dots],
            tooltips=[("", "@run"), ("", "@subject, @label"), (unit or "value", "@y{0.[000]}"), ("", "@when @tags")],
        ),
        TapTool(renderers=[dots]),
    )
    clicked = {"source": source, "pick": pick, "opens": beside is not None}
    source.selected.js_on_change("indices", CustomJS(args=clicked, code=script(__package__, "select.js")))
    colours = {"text": TEXT, "line": LINE, "hosts": HOSTS, "kinds": KINDS}
    args = {"plot": plot, "hosts": hosts, "changes": changes, "tags": tagged, "colours": colours, "source": source}
    # Models do not receive document events. `inner_width` is set when the plot is laid out and when it is resized.
    plot.js_on_change("inner_width", CustomJS(args=args, code=theme_callback(__package__, "recolour.js")))
    return plot


def _style_axes(plot: Figure, shown: Marks) -> None:
    from bokeh.models import FixedTicker, PlainText

    for axis in (*plot.xaxis, *plot.yaxis):
        axis.major_label_text_color = axis.axis_label_text_color = axis.axis_line_color = _GREY
        axis.minor_tick_line_color = None
        axis.axis_label_text_font_style = "normal"
    plot.xgrid.grid_line_color = None
    if shown.time:
        plot.xaxis.axis_label = "time of the run, UTC"
        return
    step = -(-len(shown.names) // _MOST_NAMES) or 1
    names = shown.names[::step]
    plot.xaxis.ticker = FixedTicker(ticks=[x for x, _ in names])
    # Plain text, because Bokeh would render a name that looks like TeX.
    plot.xaxis.major_label_overrides = {x: PlainText(text=visible(name, 16)) for x, name in names}
    plot.xaxis.major_label_orientation = 0.0 if len(names) < 10 else 0.8
    plot.xaxis.axis_label = "subject; its runs side by side"


def _draw_levels_and_bars(plot: Figure, shown: Marks, host: int) -> tuple[list[Any], int]:
    """Draw means and intervals of one host. Return the glyphs that follow the theme, and the index of their colour."""
    colour_index = host % len(HOSTS["light"])
    colour = HOSTS["light"][colour_index]
    levels = [level for level in shown.levels if level.host == host]
    bars = [
        (bar.x, bar.low, bar.high)
        for bar in shown.bars
        if bar.host == host and bar.low is not None and bar.high is not None
    ]
    lines = plot.segment(
        [level.left for level in levels],
        [level.y for level in levels],
        [level.right for level in levels],
        [level.y for level in levels],
        line_color=colour,
        line_width=2.5,
    )
    whiskers = plot.segment(
        [x for x, _, _ in bars],
        [low for _, low, _ in bars],
        [x for x, _, _ in bars],
        [high for _, _, high in bars],
        line_color=colour,
        line_width=1.5,
    )
    means = [bar for bar in shown.bars if bar.host == host]
    marks = plot.scatter(
        [bar.x for bar in means], [bar.y for bar in means], marker="dash", size=12, line_color=colour, line_width=2
    )
    return [lines.glyph, whiskers.glyph, marks.glyph], colour_index


def _draw_tags(plot: Figure, dots: Sequence[Dot]) -> list[Any]:
    from bokeh.models.annotations import Label

    found = []
    for dot in dots:
        if dot.tags:
            label = Label(
                x=dot.x, y=dot.y, y_offset=7, text=f"▾{visible(dot.tags, 24)}", text_font_size="11px",
                text_align="center", text_color=_GREY,
            )  # fmt: skip
            plot.add_layout(label)
            found.append(label)
    return found


def _columns(dots: Sequence[Dot], beside: Path | None) -> dict[str, list[Any]]:
    colours = {mode: [HOSTS[mode][dot.host % len(HOSTS[mode])] for dot in dots] for mode in ("light", "dark")}
    return {
        "x": [dot.x for dot in dots],
        "y": [dot.y for dot in dots],
        "run": [visible(dot.run, 120) for dot in dots],
        "label": [dot.label for dot in dots],
        "subject": [dot.subject for dot in dots],
        "when": [dot.when for dot in dots],
        "tags": [f"▾{dot.tags}" if dot.tags else "" for dot in dots],
        "link": [_link(dot.location, beside) for dot in dots],
        **colours,
        "colour": colours["light"],
    }


def _link(location: str, beside: Path | None) -> str:
    """Return the relative URL from a page to the picture of a run; empty if there is no picture on the same disk."""
    if beside is None or not location or "://" in location:
        return ""
    picture = Path(f"{location}.svg")
    if not picture.is_file():
        return ""
    try:
        relative = os.path.relpath(picture, beside)
    except ValueError:  # another drive
        return ""
    return quote(Path(relative).as_posix(), safe="/._-~")


def _is_far_right(x: float, shown: Marks) -> bool:
    low, high = limits_x(shown)
    return x > low + 0.7 * (high - low)
