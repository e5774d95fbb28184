"""Hostile names in an output that JupyterLab draws, in a notebook that is not trusted and in one that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nbformat
import pytest

from tests.ui.conftest import Lab
from tests.ui.drawn import note_dialogs
from tests.ui.in_lab import open_notebook
from tests.views.payloads import mimebundle
from tests.views.profiles import HOSTILE, hostile_run

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.ui, pytest.mark.slow]

COUNT = """() => {
    const { shadowRoot } = document.querySelector('.jp-OutputArea .duronb-host');
    return [...shadowRoot.querySelectorAll('script, img, iframe, [onerror], [onload]')].length;
}"""


@pytest.mark.parametrize("trusted", [False, True])
def test_hostile_names_are_text_in_lab(lab: Lab, browser: Browser, trusted: bool) -> None:
    output = nbformat.v4.new_output("display_data", data=mimebundle(hostile_run()), metadata={})
    cell = nbformat.v4.new_code_cell("run", outputs=[output], execution_count=1)
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), lab.directory / "hostile.ipynb")
    page = open_notebook(browser, lab, "hostile.ipynb", kernel=False)
    said: list[str] = []
    note_dialogs(page, said)
    page.on("pageerror", lambda error: said.append(str(error)))
    view = page.locator(".jp-OutputArea .duronb-view")
    view.wait_for(timeout=60_000)
    if trusted:
        page.evaluate("() => window.jupyterapp.shell.currentWidget.content.model.cells.get(0).trusted = true")
    canvas = view.locator("canvas.duronb-canvas")
    box = canvas.bounding_box()
    assert box is not None
    for part in range(1, 12):
        page.mouse.move(box["x"] + box["width"] * part / 12, box["y"] + box["height"] - 27)
    view.locator(".duronb-graph").press("t")
    names = view.locator(".duronb-functions tbody th")
    names.first.wait_for()
    shown = "\n".join(names.all_inner_texts())
    assert "<script>" in shown
    assert any("<script>" in name for name in HOSTILE)
    assert page.evaluate(COUNT) == 0
    assert said == []
