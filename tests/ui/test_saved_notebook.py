"""A notebook saved by version 0.1.0, whose Bokeh model was still named after a file of the package, draws as before."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest

import duronb
from duronb.views.live.loader import loader_html
from tests import ROOT
from tests.ui.conftest import Lab
from tests.ui.drawn import opened
from tests.ui.in_lab import open_notebook
from tests.views.payloads import forget_loader

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

pytestmark = pytest.mark.ui

SAVED = ROOT / "tests" / "data" / "saved_earlier"


@pytest.fixture(autouse=True)
def new_notebook() -> Iterator[None]:
    forget_loader()
    yield
    forget_loader()


def saved_outputs() -> list[str]:
    """Return the HTML of the run, of its searched flamegraph, and of a differential flamegraph."""
    cells = nbformat.read(SAVED / "notebook.ipynb", as_version=4).cells
    return [output["data"]["text/html"] for cell in cells for output in cell.outputs]


def check_views(views: Locator) -> None:
    """Check that the three graphs are drawn with the samples that the stored runs have."""
    for position in range(3):
        views.nth(position).locator("canvas.duronb-canvas").first.wait_for(timeout=60_000)
    run = duronb.load("saved", store=SAVED)
    stage = int(run.profile.self_counts("File SQLite 2/2").sum())
    assert f"{run.profile.samples:,} samples" in (views.nth(0).text_content() or "")
    assert f"{stage:,} samples" in (views.nth(1).text_content() or "")
    assert "0.1.18" in (views.nth(2).text_content() or "")


def test_its_html_draws_with_the_loader_of_this_version(browser: Browser, tmp_path: Path) -> None:
    body = "".join(f"<div>{html}</div>" for html in [loader_html(), *saved_outputs()])
    assert "duronb.views.flamegraph" in body
    page, errors = opened(browser, tmp_path / "a.html", f"<!DOCTYPE html><meta charset='utf-8'><body>{body}</body>")
    views = page.locator(".duronb-view")
    check_views(views)
    assert views.count() == 3
    assert errors == []


@pytest.mark.slow
def test_jupyterlab_draws_it_without_a_kernel(lab: Lab, browser: Browser) -> None:
    shutil.copy(SAVED / "notebook.ipynb", lab.directory / "saved.ipynb")
    page = open_notebook(browser, lab, "saved.ipynb", kernel=False)
    views = page.locator(".jp-OutputArea .duronb-view")
    views.first.wait_for(timeout=60_000)
    for position in range(3):
        page.locator(".jp-OutputArea").nth(position).scroll_into_view_if_needed()
    check_views(views)
    page.close()
