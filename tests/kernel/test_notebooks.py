"""The notebooks that we ship, executed by a real kernel over a real engine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests import ROOT

pytestmark = pytest.mark.notebook

NOTEBOOKS = ROOT / "notebooks"
MIME_TYPE = "application/vnd.duronb.flamegraph+json"


@pytest.mark.slow
def test_the_first_profile_runs_from_top_to_bottom(make_checkout: Callable[..., Path]) -> None:
    if shutil.which("perf") is None and not os.environ.get("DURONB_REQUIRE_DOCKER"):
        pytest.skip("neither perf nor a Docker engine")
    checkout = make_checkout()
    notebook = nbformat.read(NOTEBOOKS / "01-first-profile.ipynb", as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace("%duroprof 30 ", "%duroprof 1 ")

    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(checkout)}}).execute()

    graphs = [
        [output for output in cell.outputs if MIME_TYPE in output.get("data", {})]
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]
    # The run, assigned, is shown once; so is the flamegraph of one stage.
    assert sorted(len(found) for found in graphs)[-3:] == [0, 1, 1]
    assert (checkout / "first-profile.html").stat().st_size > 10_000


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_notebooks_are_committed_without_outputs(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)

    nbformat.validate(notebook)
    assert not [cell for cell in notebook.cells if cell.cell_type == "code" and (cell.outputs or cell.execution_count)]
