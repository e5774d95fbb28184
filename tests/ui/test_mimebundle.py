"""Notebook outputs on a bare page, as a notebook without our JupyterLab extension shows them, offline."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from duronb.views.live.loader import loader_html
from tests.ui.drawn import matching, opened, search
from tests.views.payloads import forget_loader, mimebundle
from tests.views.profiles import hostile_run, make_run, realistic_cells

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.ui

CELLS = realistic_cells(2000)


@pytest.fixture(autouse=True)
def new_notebook() -> Iterator[None]:
    """Every test is a notebook of its own."""
    forget_loader()
    yield
    forget_loader()


def notebook(*outputs: str) -> str:
    cells = "".join(f'<div class="cell">{output}</div>' for output in outputs)
    style = "<style>:root{color-scheme:light dark}body{font-family:sans-serif}</style>"
    return f'<!DOCTYPE html><html><head><meta charset="utf-8">{style}</head><body>{cells}</body></html>'


def outputs_of_two() -> list[str]:
    run = make_run(CELLS)
    return [mimebundle(run)["text/html"], mimebundle(run.flamegraph("File SQLite 2/2", search="^vfs_"))["text/html"]]


@pytest.mark.parametrize("place", ["first", "within", "last"])
def test_two_outputs_and_one_loader_draw_in_any_order(browser: Browser, tmp_path: Path, place: str) -> None:
    if place == "within":
        outputs = outputs_of_two()
    else:
        loader = loader_html()
        outputs = [loader, *outputs_of_two()] if place == "first" else [*outputs_of_two(), loader]
    page, errors = opened(browser, tmp_path / "a.html", notebook(*outputs))
    views = page.locator(".duronb-view")
    views.nth(1).locator("canvas.duronb-canvas").wait_for()
    views.nth(0).locator("canvas.duronb-canvas").wait_for()
    assert views.count() == 2
    page.wait_for_function("document.querySelectorAll('img.duronb-still, .duronb-hint').length === 0")
    assert f"{sum(CELLS.values()):,} samples" in (views.nth(0).text_content() or "")
    matched, whole = matching(CELLS, "^vfs_", "File SQLite 2/2")
    assert f"{whole:,} samples" in (views.nth(1).text_content() or "")
    assert f"matched · {matched:,}" in (views.nth(1).text_content() or "")
    matched, whole = matching(CELLS, "serde_json")
    percent, found = search(views.nth(0), "serde_json")
    assert percent == pytest.approx(100 * matched / whole, abs=0.051)
    assert found == matched
    assert f"matched · {matched:,}" not in (views.nth(1).text_content() or "")
    box = views.nth(0).bounding_box()
    assert box is not None
    assert box["width"] > 1000
    assert errors == []


@pytest.mark.parametrize("order", ["old first", "new first"])
def test_an_output_saved_by_an_older_version_draws(browser: Browser, tmp_path: Path, order: str) -> None:
    """Its document names the model as duronb 0.1.0 did, after the module that the model was in then."""
    saved = Path(__file__).with_name("saved_output_0_1_0.html").read_text(encoding="utf-8")
    assert '"name":"duronb.views.flamegraph.Flamegraph"' in saved
    loader, new = loader_html(), mimebundle(make_run(CELLS))["text/html"]
    outputs = [loader, saved, new] if order == "old first" else [loader, new, saved]
    page, errors = opened(browser, tmp_path / "a.html", notebook(*outputs))
    at = outputs.index(saved) - 1
    page.locator(".duronb-view canvas.duronb-canvas").nth(1).wait_for()
    shown = page.locator(".duronb-view")
    assert "46 samples" in (shown.nth(at).text_content() or "")
    assert "% matched" in (shown.nth(at).text_content() or "")
    assert f"{sum(CELLS.values()):,} samples" in (shown.nth(1 - at).text_content() or "")
    assert errors == []


def test_outputs_that_come_later_draw_too(browser: Browser, tmp_path: Path) -> None:
    loader, (first, second) = loader_html(), outputs_of_two()
    page, errors = opened(browser, tmp_path / "a.html", notebook(loader, first))
    page.locator(".duronb-view canvas.duronb-canvas").first.wait_for()
    # As JupyterLab does: the markup is set, then every script is put in anew.
    page.evaluate(
        """html => {
            const cell = document.createElement("div");
            cell.innerHTML = html;
            document.body.append(cell);
            for (const script of cell.querySelectorAll("script")) {
                const again = document.createElement("script");
                again.textContent = script.textContent;
                script.replaceWith(again);
            }
        }""",
        second,
    )
    page.locator(".duronb-view").nth(1).locator("canvas.duronb-canvas").wait_for()
    assert errors == []


def test_a_second_loader_reuses_bokehjs(browser: Browser, tmp_path: Path) -> None:
    first, second = loader_html(), loader_html()
    mark = "<script>window.before = window.Bokeh;</script>"
    check = "<script>window.reused = window.before === window.Bokeh;</script>"
    page, errors = opened(browser, tmp_path / "a.html", notebook(first, mark, second, check, *outputs_of_two()))
    page.locator(".duronb-view").nth(1).locator("canvas.duronb-canvas").wait_for()
    assert page.evaluate("window.reused")
    assert errors == []


def test_without_the_loader_the_still_picture_and_its_hint_stay(browser: Browser, tmp_path: Path) -> None:
    loader_html()
    page, errors = opened(browser, tmp_path / "a.html", notebook(*outputs_of_two()))
    page.wait_for_timeout(500)
    assert page.locator("img.duronb-still").count() == page.locator(".duronb-hint").count() == 2
    assert page.locator("img.duronb-still").first.evaluate("image => image.naturalHeight") > 100
    assert errors == []


@pytest.mark.parametrize(("scheme", "width"), [("light", 1200), ("dark", 700)])
def test_hostile_names_run_nothing(browser: Browser, tmp_path: Path, scheme: str, width: int) -> None:
    html = notebook(mimebundle(hostile_run())["text/html"])
    page, errors = opened(browser, tmp_path / "a.html", html, scheme=scheme, width=width)
    page.locator(".duronb-view canvas.duronb-canvas").wait_for()
    page.wait_for_timeout(300)
    assert errors == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.screenshot(path=tmp_path / "output.png", full_page=True)
