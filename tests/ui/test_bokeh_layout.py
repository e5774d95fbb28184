"""The Bokeh model in layouts of Bokeh, and on a page where other libraries replace BokehJS."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from bokeh.core.types import ID
from bokeh.embed import file_html, json_item
from bokeh.layouts import column, row
from bokeh.models import LayoutDOM, TabPanel, Tabs
from bokeh.models.widgets import Div
from bokeh.resources import INLINE

from duronb.views.kit.escape import script_json
from tests import ROOT
from tests.ui.drawn import opened
from tests.views.profiles import make_run, realistic_cells

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from duronb.views.live.bokeh_model import Flamegraph

pytestmark = pytest.mark.ui

CELLS = realistic_cells(500)


def graph() -> Flamegraph:
    return make_run(CELLS).flamegraph()


@pytest.mark.parametrize(
    ("make", "graphs"),
    [
        (lambda: row(graph(), graph()), 2),
        (lambda: row(Div(text="beside"), graph()), 1),
        (lambda: column(row(graph(), graph()), graph()), 3),
        (lambda: Tabs(tabs=[TabPanel(child=row(graph(), graph()), title="one")]), 2),
    ],
    ids=["row", "row with text", "rows in a column", "row in a tab"],
)
def test_graphs_in_a_layout_are_wide_enough_to_read(
    browser: Browser, tmp_path: Path, make: Callable[[], LayoutDOM], graphs: int
) -> None:
    page, errors = opened(browser, tmp_path / "a.html", file_html(make(), INLINE, "t"))
    canvases = page.locator(".duronb-view canvas.duronb-canvas")
    canvases.nth(graphs - 1).wait_for()
    boxes = [canvas.bounding_box() for canvas in canvases.all()]
    assert len(boxes) == graphs
    # Of the 300 pixels of a graph the view leaves 24 blank.
    assert [box for box in boxes if box is None or box["width"] < 270 or box["height"] < 100] == []
    tops = [(round(box["x"]), round(box["y"])) for box in boxes if box]
    assert len(set(tops)) == graphs
    assert errors == []


def test_a_graph_alone_still_fits_into_a_narrow_page(browser: Browser, tmp_path: Path) -> None:
    page, errors = opened(browser, tmp_path / "a.html", file_html(graph(), INLINE, "t"), width=320)
    page.locator(".duronb-view canvas.duronb-canvas").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert errors == []


AGAIN = {
    "replaced": "",
    # As Panel does with its own version of BokehJS.
    "kept as a second version": (
        "const added = window.Bokeh; first[added.version] = added; first.versions = new Map([[added.version, added]]);"
        "window.Bokeh = first; window.drawing = added;"
    ),
}


@pytest.mark.parametrize("again", AGAIN)
def test_a_bokehjs_that_is_loaded_later_knows_the_model(browser: Browser, tmp_path: Path, again: str) -> None:
    bokeh = "\n".join(f"<script>{text}</script>" for text in INLINE.js_raw if "duronb.Flamegraph" not in text)
    extension = (ROOT / "duronb" / "dist" / "duronb.js").read_text(encoding="utf-8")
    item = script_json(json_item(graph(), ID("target")))
    html = (
        f'<!DOCTYPE html><meta charset="utf-8"><div id="target"></div>{bokeh}<script>{extension}</script>'
        f"<script>const first = window.Bokeh; window.Bokeh = undefined;</script>{bokeh}"
        f"<script>{AGAIN[again]}"
        "window.another = first !== (window.drawing ?? window.Bokeh);"
        f"(window.drawing ?? window.Bokeh).embed.embed_item({item});</script>"
    )
    page, errors = opened(browser, tmp_path / "a.html", html)
    page.locator(".duronb-view canvas.duronb-canvas").wait_for(timeout=10_000)
    assert page.evaluate("window.another")
    assert errors == []
