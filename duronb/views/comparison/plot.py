"""The interval plot of a comparison as an interactive Bokeh figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from duronb.analysis.comparison.compare import ComparisonResult
from duronb.views.comparison.intervals import COLOURS, Interval, intervals, limits
from duronb.views.comparison.numbers import percent_of
from duronb.views.kit.escape import visible
from duronb.views.kit.theme import LINE, TEXT
from duronb.views.live.plot_theme import theme_callback

if TYPE_CHECKING:
    from bokeh.plotting import figure as Figure  # noqa: N812 - it is a class

_ROW = 46
_GREY = "#7b8591"
"""Colour that is legible on light and dark backgrounds, used until the theme is known."""


def interval_figure(result: ComparisonResult) -> Figure:
    """Return a figure with one row per stage: interval, estimate and single runs, with zero and the margin.

    Tooltips show the numbers.
    """
    from bokeh.models import ColumnDataSource, CustomJS, FixedTicker, HoverTool, PlainText, Range1d
    from bokeh.models.annotations import BoxAnnotation, Span
    from bokeh.plotting import figure

    rows = intervals(result)
    low, high = limits(rows, result.margin)
    plot = figure(
        height=100 + _ROW * max(1, len(rows)),
        sizing_mode="stretch_width",
        x_range=Range1d(start=low, end=high),
        y_range=Range1d(start=max(1, len(rows)) - 0.4, end=-0.6),
        x_axis_label=f"change in %, 95 % confidence intervals; the band is {percent_of(result.margin)}",
        tools="xpan,xwheel_zoom,reset,save",
        toolbar_location="right",
        background_fill_color=None,
        border_fill_color=None,
        outline_line_color=None,
    )
    plot.toolbar.logo = None
    zero = Span(location=0, dimension="height", line_color=_GREY, line_width=1.5)
    left, right = -100 * result.margin / (1 + result.margin), 100 * result.margin
    plot.add_layout(BoxAnnotation(left=left, right=right, fill_color=_GREY, fill_alpha=0.16, line_color=None))
    plot.add_layout(zero)
    plot.yaxis.ticker = FixedTicker(ticks=list(range(len(rows))))
    # Plain text, because Bokeh would render a name that looks like TeX.
    plot.yaxis.major_label_overrides = {index: PlainText(text=visible(row.stage, 40)) for index, row in enumerate(rows)}
    plot.ygrid.grid_line_color = None
    plot.xgrid.grid_line_color, plot.xgrid.grid_line_alpha = _GREY, 0.4
    for axis in (*plot.xaxis, *plot.yaxis):
        axis.major_label_text_color = axis.axis_label_text_color = axis.axis_line_color = _GREY
        axis.minor_tick_line_color = None
        axis.axis_label_text_font_style = "normal"
    points = ColumnDataSource(_points(rows))
    dots = plot.scatter(
        "x", "y", source=points, size=5, line_color=_GREY, fill_color=_GREY, fill_alpha="filled", line_alpha=0.9
    )
    source = ColumnDataSource(_lines(rows))
    plot.segment("low", "y", "high", "y", source=source, line_width=2.5, line_color="colour")
    marks = plot.scatter(
        "middle", "y", source=source, marker="marker", size=11, line_color="colour", fill_color="colour",
        fill_alpha="filled", line_width=2,
    )  # fmt: skip
    plot.add_tools(
        HoverTool(renderers=[marks], tooltips=[("", "@stage"), ("", "@text")]),
        HoverTool(renderers=[dots], tooltips=[("", "@stage"), ("", "@text")]),
    )
    args = {"plot": plot, "zero": zero, "source": source, "colours": {"text": TEXT, "line": LINE}}
    # Models do not receive document events. `inner_width` is set when the plot is laid out and when it is resized.
    plot.js_on_change("inner_width", CustomJS(args=args, code=theme_callback(__package__, "recolour.js")))
    return plot


def _lines(rows: list[Interval]) -> dict[str, list[Any]]:
    known = [(index, row) for index, row in enumerate(rows) if row.middle is not None]
    decided = {"improved", "regressed"}
    return {
        "y": [index for index, _ in known],
        # A change that was not tested has no interval: a line of no length is not drawn.
        "low": [row.middle if row.low is None else row.low for _, row in known],
        "middle": [row.middle for _, row in known],
        # JSON has no infinity.
        "high": [min((row.middle if row.high is None else row.high) or 0.0, 1e6) for _, row in known],
        "stage": [visible(row.stage, 100) for _, row in known],
        "text": [row.text for _, row in known],
        "marker": ["square" if row.verdict in decided else "circle" for _, row in known],
        "filled": [1.0 if row.verdict in decided else 0.0 for _, row in known],
        "colour": [COLOURS["light"][row.verdict] for _, row in known],
        "light": [COLOURS["light"][row.verdict] for _, row in known],
        "dark": [COLOURS["dark"][row.verdict] for _, row in known],
    }


def _points(rows: list[Interval]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {name: [] for name in ("x", "y", "stage", "text", "filled")}
    for index, row in enumerate(rows):
        for values, texts, offset, filled in (
            (row.runs_before, row.figures_before, 0.2, 0.0),
            (row.runs_after, row.figures_after, -0.2, 0.8),
        ):
            found["x"] += values
            found["y"] += [index + offset] * len(values)
            found["stage"] += [visible(row.stage, 100)] * len(values)
            found["text"] += texts
            found["filled"] += [filled] * len(values)
    return found
