"""A comparison, its differential flamegraph and a history of the recorded releases, in a real JupyterLab."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests import ROOT
from tests.ui.conftest import Lab
from tests.ui.in_lab import open_notebook, run_cell, write_notebook

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

pytestmark = [pytest.mark.ui, pytest.mark.slow]

RELEASES = ROOT / "notebooks" / "data" / "releases"


def test_compares_and_shows_history(lab: Lab, browser: Browser, tmp_path: Path) -> None:
    cells = [
        f"%load_ext duronb\nimport duronb\nSTORE = {str(RELEASES)!r}",
        "difference = duronb.compare('0.1.1', '0.1.24', store=STORE, force=True)\ndifference",
        "difference.flamegraph()",
        "%durohistory --store {STORE}",
    ]
    write_notebook(lab.directory / "compare.ipynb", cells)
    page = open_notebook(browser, lab, "compare.ipynb")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    for index in range(len(cells)):
        assert "Traceback" not in run_cell(page, index)

    def output(index: int) -> Locator:
        """Show a cell; those out of sight are not in the page."""
        page.evaluate("index => window.jupyterapp.shell.currentWidget.content.scrollToItem(index, 'start')", index)
        return page.locator(f".jp-Cell[data-windowed-list-index='{index}'] .jp-Cell-outputWrapper")

    compared = output(1)
    expect(compared).to_contain_text("regressed")
    expect(compared.locator(".bk-Figure, .bk-Canvas").first).to_be_visible(timeout=30_000)
    page.screenshot(path=tmp_path / "compared.png")

    view = output(2).locator(".duronb-view")

    def button(text: str) -> Locator:
        return view.locator("button", has_text=re.compile(f"^{text}$"))

    expect(button("Difference")).to_be_visible(timeout=30_000)
    button("Before").click()
    expect(button("Before")).to_have_attribute("aria-pressed", "true")
    button("Difference").click()
    page.screenshot(path=tmp_path / "differential.png")

    history = output(3)
    expect(history).to_contain_text("between 0.1.18")
    expect(history.locator(".bk-Figure, .bk-Canvas").first).to_be_visible(timeout=30_000)
    page.screenshot(path=tmp_path / "history.png")
    page.evaluate("() => window.jupyterapp.commands.execute('apputils:change-theme', { theme: 'JupyterLab Dark' })")
    page.wait_for_timeout(1500)
    page.screenshot(path=tmp_path / "history-dark.png")
    output(1)
    page.wait_for_timeout(500)
    page.screenshot(path=tmp_path / "compared-dark.png")
    assert errors == []
