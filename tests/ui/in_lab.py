"""A notebook in a real JupyterLab: opened, run cell by cell, read and saved."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat

from tests.ui.conftest import Lab

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

MIME_TYPE = "application/vnd.duronb.flamegraph+json"


def write_notebook(path: Path, cells: Sequence[str]) -> None:
    """Write a notebook of code cells."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    nbformat.write(notebook, path)


def open_notebook(browser: Browser, lab: Lab, name: str, *, kernel: bool = True) -> Page:
    """Open a notebook in a fresh JupyterLab page; without a kernel, if asked."""
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.goto(f"{lab.url}/lab?reset")
    page.wait_for_function("() => window.jupyterapp !== undefined", timeout=60_000)
    page.evaluate("async () => { await window.jupyterapp.restored }")
    options = {"path": name, "kernelPreference": {"shouldStart": kernel, "canStart": kernel}}
    page.evaluate(f"() => window.jupyterapp.commands.execute('docmanager:open', {json.dumps(options)})")
    page.locator(".jp-Notebook").wait_for()
    if kernel:
        page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").wait_for(timeout=60_000)
    return page


def run_cell(page: Page, index: int) -> str:
    """Run a cell to its end; return what it printed, or its error."""
    outputs = page.evaluate(
        """async index => {
            const { content } = window.jupyterapp.shell.currentWidget;
            content.activeCellIndex = index;
            await window.jupyterapp.commands.execute('notebook:run-cell');
            return content.model.cells.get(index).toJSON().outputs;
        }""",
        index,
    )
    return "".join(str(output.get("text") or "".join(output.get("traceback", []))) for output in outputs)


def read_until(page: Page, index: int, expected: Any) -> None:
    """Run a cell that prints JSON until it prints what is expected: a widget's messages come on their own."""
    for _ in range(50):
        printed = run_cell(page, index)
        if json.loads(printed) == expected:
            return
        time.sleep(0.1)
    raise AssertionError(f"{printed} is not {expected!r}")


def save(page: Page) -> None:
    """Save the notebook."""
    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function("() => !document.querySelector('.jp-mod-dirty')")


def payloads(path: Path) -> list[dict[str, Any]]:
    """Return the payloads in a notebook's outputs."""
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    return [
        output["data"][MIME_TYPE]
        for cell in notebook.cells
        for output in cell.outputs
        if MIME_TYPE in output.get("data", {})
    ]
