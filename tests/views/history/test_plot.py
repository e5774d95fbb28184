"""The plot of a history."""

from __future__ import annotations

import json

from tests.views.history.histories import dropped, history


def test_the_plot_is_a_bokeh_figure_that_serialises_and_selects_runs() -> None:
    from bokeh.embed import json_item
    from bokeh.models import ColumnDataSource, HoverTool, TapTool

    runs = dropped()
    plot = history(runs, {"v1": runs[2].id}).plot()
    text = json.dumps(json_item(plot), ensure_ascii=False)
    assert "▾v1" in text
    assert plot.select_one({"type": TapTool}) is not None
    assert plot.select_one({"type": HoverTool}) is not None
    sources = [source for source in plot.select({"type": ColumnDataSource}) if isinstance(source, ColumnDataSource)]
    (source,) = [source for source in sources if "run" in source.data]
    assert source.data["run"] == [run.id for run in runs]
    assert source.selected.js_property_callbacks
