"""The magic in a real JupyterLab: run, zoom, search, reset; save, reopen without a kernel, and it still draws."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest
from playwright.sync_api import expect

import duronb
from tests.ui.conftest import Lab
from tests.ui.in_lab import open_notebook, save, write_notebook

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.ui, pytest.mark.slow]

PATTERN = "ack_orchestration_item|vfs_write"


def test_runs_the_magic_zooms_searches_and_survives_a_reopening(
    lab: Lab, browser: Browser, make_checkout: Callable[..., Path], tmp_path: Path
) -> None:
    if shutil.which("perf") is None and not os.environ.get("DURONB_REQUIRE_DOCKER"):
        pytest.skip("neither perf nor a Docker engine")
    checkout = make_checkout()
    cells = ["%load_ext duronb", f"run = %duroprof 1 first --repo {checkout}", "%duroprof thirty"]
    path = lab.directory / "first.ipynb"
    write_notebook(path, cells)
    page = open_notebook(browser, lab, "first.ipynb")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))

    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    view = page.locator(".jp-OutputArea .duronb-view")
    view.first.wait_for(timeout=180_000)

    # One graph, although the value was assigned; the numbers are those of the stored run.
    assert view.count() == 1
    run = duronb.load("first", store=checkout / "profiling" / "results")
    stacks = [line.rpartition(" ") for line in run.folded().splitlines()]
    total = sum(int(count) for _, _, count in stacks)
    matched = sum(int(count) for stack, _, count in stacks if re.search(PATTERN, stack))
    search(page, PATTERN)
    assert f"{matched / total:.1%}".replace("%", "") in view.locator(".duronb-matched").inner_text().replace(" ", "")
    page.screenshot(path=tmp_path / "lab-search.png")

    canvas = view.locator("canvas.duronb-canvas").first
    box = canvas.bounding_box()
    assert box is not None
    before = view.locator(".duronb-crumbs").inner_text()
    canvas.click(position={"x": box["width"] / 2, "y": box["height"] - 60})
    expect(view.locator(".duronb-crumbs")).not_to_have_text(before)
    canvas.press("Escape")
    expect(view.locator(".duronb-crumbs")).to_have_text(before)

    save(page)
    wait_until_saved(path)
    page.close()
    bundles = [
        output["data"]
        for cell in nbformat.read(path, as_version=4).cells
        for output in cell.outputs
        if "data" in output and "application/vnd.duronb.flamegraph+json" in output["data"]
    ]
    assert len(bundles) == 1
    assert {"text/plain", "text/html"} < set(bundles[0])
    assert not errors

    # Without its kernel, and not trusted: the renderer runs nothing from the notebook.
    again = open_notebook(browser, lab, "first.ipynb", kernel=False)
    reopened = again.locator(".jp-OutputArea .duronb-view")
    reopened.first.wait_for(timeout=60_000)
    search(again, "vfs_write")
    reopened.locator(".duronb-matched", has_text="%").wait_for()
    again.close()


def search(page: Page, pattern: str) -> None:
    """Type into the view's search box, as a user would."""
    box = page.locator(".jp-OutputArea .duronb-view .duronb-search").first
    box.fill(pattern)
    page.locator(".jp-OutputArea .duronb-matched", has_text="%").first.wait_for()


def wait_until_saved(path: Path) -> None:
    """Wait until the file on disk has the output."""
    for _ in range(100):
        if "application/vnd.duronb.flamegraph+json" in path.read_text(encoding="utf-8"):
            return
        time.sleep(0.1)
    raise AssertionError("the notebook was not saved with its output")
