"""A flamegraph and Python at the same state in a real JupyterLab; saved, the output keeps it and draws alone."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from playwright.sync_api import expect

from tests import ROOT
from tests.ui.conftest import Lab
from tests.ui.drawn import matching
from tests.ui.in_lab import MIME_TYPE, open_notebook, payloads, read_until, run_cell, save, write_notebook
from tests.views.profiles import displayed, realistic_cells, totals_by_path

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.ui

CELLS = realistic_cells(2000)
TOTALS = totals_by_path((displayed(stack), count) for (*_, stack), count in CELLS.items())
NAME, PATTERN = "sqlite3_", "^(vfs|ext4)_"
KEEP = 0.9
"""Seconds after which a state is in the output: the pause of 0.4, and time to write."""

SETUP = """\
import json, sys
sys.path.insert(0, {root!r})
from tests.views.profiles import make_run, realistic_cells
run = make_run(realistic_cells(2000))
fg = run.widget()
fg"""
READ = "print(json.dumps([fg.search, fg.zoom_path, fg.selected]))"
STATE = "print(json.dumps(fg.state))"


def widest(*, deeper_than: int = 12) -> tuple[str, ...]:
    """Return the path of a name with several frames, of which one is the widest; some samples match below it."""
    widths: dict[str, Counter[tuple[str, ...]]] = {}
    for path, count in TOTALS.items():
        if path:
            widths.setdefault(path[-1], Counter())[path] = count
    for counts in widths.values():
        if len(counts) > 2:
            (first, most), (_, second) = counts.most_common(2)
            if most > second and len(first) > deeper_than and 0 < matched_below(first) < most:
                return first
    raise AssertionError("the profile has no such name")


def matched_below(path: tuple[str, ...]) -> int:
    """Count samples below a frame that match in it or further up the stack."""
    return sum(
        count
        for (*_, stack), count in CELLS.items()
        if displayed(stack)[: len(path)] == path
        and any(re.search(PATTERN, name) for name in displayed(stack)[len(path) - 1 :])
    )


def write(lab: Lab, *cells: str) -> Path:
    """Write a notebook that begins with the widget."""
    path = lab.directory / "widget.ipynb"
    write_notebook(path, [SETUP.format(root=str(ROOT)), *cells])
    return path


def view_of(page: Page, index: int = 0) -> Locator:
    return page.locator(".jp-OutputArea .duronb-view").nth(index)


def matched_samples(view: Locator) -> int:
    """Read how many samples the view says match."""
    text = view.locator(".duronb-matched").text_content() or ""
    return int(text.rpartition("·")[2].replace(",", "").split()[0])


def selected_samples(view: Locator) -> int:
    """Read how many samples the line below the graph says the selected frame has."""
    found = re.search(r"([\d,]+) samples? · ", view.locator(".duronb-status").text_content() or "")
    assert found is not None
    return int(found[1].replace(",", ""))


def test_the_browser_and_python_show_the_same_and_the_saved_output_keeps_it(browser: Browser, lab: Lab) -> None:
    path = write(lab, READ, "fg.search", STATE, "")
    page = open_notebook(browser, lab, path.name)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    run_cell(page, 0)
    view = view_of(page)
    view.locator("canvas").first.wait_for()
    assert page.locator(".jp-OutputArea .duronb-view").count() == 1

    # From the browser to Python.
    view.locator("input.duronb-search").first.fill(PATTERN)
    read_until(page, 1, [PATTERN, [], []])
    assert matched_samples(view) == matching(CELLS, PATTERN)[0]
    canvas = view.locator("canvas.duronb-canvas").first
    box = canvas.bounding_box()
    assert box is not None
    before = view.locator(".duronb-crumbs").inner_text()
    canvas.click(position={"x": box["width"] / 2, "y": box["height"] - 60})
    expect(view.locator(".duronb-crumbs")).not_to_have_text(before)
    largest = max((path for path in TOTALS if len(path) == 3), key=lambda path: TOTALS[path])
    clicked = list(largest)
    read_until(page, 1, [PATTERN, clicked, clicked])
    assert selected_samples(view) == TOTALS[tuple(clicked)]

    # From Python to the browser.
    goal = widest()
    set_source(page, 2, f"fg.search = {NAME!r}; fg.zoom()")
    assert run_cell(page, 2) == ""
    expect(view.locator("input.duronb-search").first).to_have_value(NAME)
    expect(view.locator(".duronb-crumbs")).to_have_text(before)
    assert matched_samples(view) == matching(CELLS, NAME)[0]
    set_source(page, 2, f"fg.search = {PATTERN!r}; fg.zoom({goal[-1]!r})")
    assert run_cell(page, 2) == ""
    expect(view.locator(".duronb-status")).to_contain_text(f"{TOTALS[goal]:,} samples")
    assert matched_samples(view) == matched_below(goal)
    set_source(page, 2, "fg.view = 'sandwich'")
    assert "RequestError: A sandwich needs a function." in run_cell(page, 2)
    kept: dict[str, Any] = {"search": PATTERN, "zoom": list(goal), "selected": list(goal), "icicle": True}
    set_source(page, 2, "fg.icicle = True")
    run_cell(page, 2)
    read_until(page, 3, kept)

    # A page that is loaded again finds the living kernel and its state.
    page.wait_for_timeout(1000 * KEEP)
    save(page)
    assert [payload["state"] for payload in payloads(path)] == [kept]
    page.reload()
    view.locator("canvas").first.wait_for()
    page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").wait_for()
    page.wait_for_function("() => globalThis.duronbLive?.models.size > 0")
    view.locator("input.duronb-search").first.fill("again")
    read_until(page, 3, {**kept, "search": "again"})
    assert not errors
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    page.close()

    # Without a kernel the output draws alone, where it was.
    alone = open_notebook(browser, lab, path.name, kernel=False)
    view = view_of(alone)
    expect(view.locator(".duronb-status")).to_contain_text(f"{TOTALS[goal]:,} samples")
    expect(view.locator("input.duronb-search").first).to_have_value(PATTERN)
    assert alone.evaluate("() => globalThis.duronbLive.models.size") == 0
    assert matched_samples(view) == matched_below(goal)
    assert "model not found" not in (alone.locator(".jp-Notebook").text_content() or "")
    alone.close()


def set_source(page: Page, index: int, source: str) -> None:
    """Write into a cell."""
    script = "([i, s]) => window.jupyterapp.shell.currentWidget.content.model.cells.get(i).sharedModel.setSource(s)"
    page.evaluate(script, [index, source])


def test_two_outputs_of_one_widget_and_two_widgets(browser: Browser, lab: Lab) -> None:
    path = write(
        lab, "fg", "other = run.widget(theme='dark', height=420); other", "print(json.dumps([fg.search, other.search]))"
    )
    page = open_notebook(browser, lab, path.name)
    for cell in range(3):
        run_cell(page, cell)
    boxes = [view_of(page, index).locator("input.duronb-search").first for index in range(3)]
    for box in boxes:
        box.wait_for()
    page.wait_for_function("() => globalThis.duronbLive?.models.size === 2")
    boxes[1].fill("vfs")
    boxes[2].fill("sqlite")
    read_until(page, 3, ["vfs", "sqlite"])
    expect(boxes[0]).to_have_value("vfs")
    modes = [view_of(page, index).get_attribute("data-mode") for index in range(3)]
    assert modes == ["light", "light", "dark"]
    place = page.locator(".jp-OutputArea .duronb-host").nth(2).bounding_box()
    assert place is not None
    assert place["height"] == 420
    assert matched_samples(view_of(page, 0)) == matching(CELLS, "vfs")[0]
    page.close()


def test_the_state_is_kept_where_nothing_is_trusted_and_undo_does_not_see_it(browser: Browser, lab: Lab) -> None:
    from tests.views.profiles import make_run

    path = lab.directory / "foreign.ipynb"
    data = make_run(CELLS).flamegraph(search="vfs")._repr_mimebundle_()
    cell: Any = nbformat.v4.new_code_cell("x = 1", outputs=[nbformat.v4.new_output("display_data", data)])
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    page = open_notebook(browser, lab, path.name, kernel=False)
    view = view_of(page)
    box = view.locator("input.duronb-search").first
    expect(box).to_have_value("vfs")
    cell_model = "window.jupyterapp.shell.currentWidget.content.model.cells.get(0)"
    trusted, source = f"() => {cell_model}.trusted", f"() => {cell_model}.sharedModel.getSource()"
    assert page.evaluate(trusted) is False

    set_source(page, 0, "x = 2")
    # The view stays the same one while its state is written: it keeps what is typed, and where.
    view.evaluate("element => { element.dataset.mark = 'same'; }")
    box.press("End")
    box.press_sequentially("_read", delay=150)
    page.wait_for_timeout(1000 * KEEP)
    expect(box).to_be_focused()
    assert view.get_attribute("data-mark") == "same"
    page.evaluate(f"() => {cell_model}.sharedModel.undo()")
    assert page.evaluate(source) == "x = 1"
    page.evaluate(f"() => {cell_model}.sharedModel.redo()")
    assert page.evaluate(source) == "x = 2"
    expect(view_of(page).locator("input.duronb-search").first).to_have_value("vfs_read")
    assert page.evaluate(trusted) is False
    save(page)
    page.close()

    (payload,) = payloads(path)
    assert payload == data[MIME_TYPE] | {"state": {"search": "vfs_read"}}
    saved = json.loads(path.read_text(encoding="utf-8"))["cells"][0]["outputs"][0]["data"]
    assert "".join(saved["text/html"]) == data["text/html"]
    again = open_notebook(browser, lab, path.name, kernel=False)
    expect(view_of(again).locator("input.duronb-search").first).to_have_value("vfs_read")
    assert again.evaluate(trusted) is False
    again.close()


def test_in_a_box_of_widgets_it_has_the_same_state(browser: Browser, lab: Lab) -> None:
    goal = widest()
    path = write(
        lab, READ, f"fg.search = {PATTERN!r}; fg.zoom({goal[-1]!r})", "import ipywidgets; ipywidgets.VBox([fg])"
    )
    page = open_notebook(browser, lab, path.name)
    run_cell(page, 0)
    run_cell(page, 3)
    view = page.locator(".widget-box .duronb-view")
    view.locator("canvas").first.wait_for()
    view.locator("input.duronb-search").first.fill("vfs")
    read_until(page, 1, ["vfs", [], []])
    run_cell(page, 2)
    for shown in (view, view_of(page)):
        expect(shown.locator(".duronb-status")).to_contain_text(f"{TOTALS[goal]:,} samples")
        assert matched_samples(shown) == matched_below(goal)
    page.close()


def test_executed_by_nbconvert_it_draws_offline(browser: Browser, tmp_path: Path) -> None:
    from nbconvert.exporters import HTMLExporter
    from nbconvert.preprocessors import ExecutePreprocessor

    source = SETUP.format(root=str(ROOT))
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    ExecutePreprocessor(timeout=120, kernel_name="python3").preprocess(notebook)
    html, _ = HTMLExporter().from_notebook_node(notebook)
    (tmp_path / "a.html").write_text(html, encoding="utf-8")
    page = browser.new_context(offline=True).new_page()
    page.goto((tmp_path / "a.html").as_uri(), wait_until="commit")
    view = page.locator(".duronb-view")
    view.locator("input.duronb-search").first.fill(PATTERN)
    expect(view.locator(".duronb-matched")).to_contain_text(f"{matching(CELLS, PATTERN)[0]:,}")
    page.close()
