"""The standalone page in a real browser, offline."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from duronb.views.run.page import page as page_html
from tests.ui.drawn import matching, opened, search
from tests.views.profiles import displayed, hostile_run, make_run, realistic_cells

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.ui

CELLS = realistic_cells(2000)
STATE = "() => { const [view] = window.duronb.views.values(); return view.state(); }"


def test_the_graph_draws_searches_and_follows_the_stage(browser: Browser, tmp_path: Path) -> None:
    page, errors = opened(browser, tmp_path / "a.html", page_html(make_run(CELLS)))
    view = page.locator("div.duronb-flamegraph")
    view.locator("canvas.duronb-canvas").wait_for()
    assert not page.locator("img.duronb-still").count()
    samples = sum(CELLS.values())
    assert f"{samples:,} samples" in (view.locator(".duronb-heading").text_content() or "")
    for pattern in ("sqlite3_|pager_", "^vfs_"):
        matched, whole = matching(CELLS, pattern)
        share, counted = search(view, pattern)
        assert counted == matched
        assert share == pytest.approx(100 * matched / whole, abs=0.051)
    view.locator("select.duronb-stage").select_option(label="File SQLite 2/2")
    matched, whole = matching(CELLS, "^vfs_", "File SQLite 2/2")
    assert page.evaluate(STATE)["matchedSamples"] == matched
    assert f"{whole:,} samples" in (view.locator(".duronb-heading").text_content() or "")
    assert errors == []


def test_a_click_zooms_and_the_address_keeps_it(browser: Browser, tmp_path: Path) -> None:
    page, errors = opened(browser, tmp_path / "a.html", page_html(make_run(CELLS)))
    canvas = page.locator("canvas.duronb-canvas")
    canvas.wait_for()
    box = canvas.bounding_box()
    assert box is not None
    # The stack that all samples share: from the root up, one row of 16 to 18 pixels each.
    page.mouse.click(box["x"] + 100, box["y"] + box["height"] - 50)
    zoomed = page.evaluate(STATE)["zoom"]
    shared = displayed(max(CELLS, key=lambda cell: CELLS[cell])[3])
    assert 1 <= len(zoomed) <= 4
    assert tuple(zoomed) == shared[: len(zoomed)]
    page.wait_for_url(re.compile("zoom="))
    page.reload()
    page.locator("canvas.duronb-canvas").wait_for()
    assert page.evaluate(STATE)["zoom"] == zoomed
    page.keyboard.press("Escape")
    page.locator(".duronb-title").click()
    assert page.evaluate(STATE)["zoom"] == []
    assert errors == []


def test_without_scripts_there_are_picture_and_tables(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(page_html(make_run(CELLS)), encoding="utf-8")
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto((tmp_path / "a.html").as_uri())
    picture = page.locator("img.duronb-still")
    assert picture.is_visible()
    box = picture.bounding_box()
    assert box is not None
    assert box["height"] > 100
    assert page.locator("noscript").is_visible()
    assert page.get_by_role("table", name="Stress test, per stage").is_visible()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1200), ("dark", 700)])
def test_hostile_names_run_nothing_and_nothing_overflows(
    browser: Browser, tmp_path: Path, scheme: str, width: int
) -> None:
    page, errors = opened(browser, tmp_path / "a.html", page_html(hostile_run()), scheme=scheme, width=width)
    page.locator("canvas.duronb-canvas").wait_for()
    page.wait_for_timeout(300)
    assert errors == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("h1").text_content()
    page.screenshot(path=tmp_path / "page.png", full_page=True)
