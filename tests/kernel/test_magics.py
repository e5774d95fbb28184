"""The magics in a real kernel: what reaches a notebook and what a saved notebook holds."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

from tests import ROOT

pytestmark = pytest.mark.notebook

SETUP = "from tests.fake_api import install; api = install()"


class _Manager(AsyncKernelManager):
    @property
    def kernel_spec(self) -> KernelSpec:
        return KernelSpec(
            argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"], language="python"
        )


Execute = Callable[..., list[list[Any]]]


@pytest.fixture
def execute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Execute:
    """Return a function that runs cells in a new kernel and gives the outputs of each."""
    for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))

    def run(*cells: str, allow_errors: bool = False) -> list[list[Any]]:
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in (SETUP, *cells)])
        client = NotebookClient(notebook, kernel_manager_class=_Manager, timeout=120, allow_errors=allow_errors)
        client.execute(cwd=str(tmp_path))
        return [cell.outputs for cell in notebook.cells[1:]]

    return run


def graphs(outputs: list[Any]) -> int:
    return sum("GRAPH" in output.get("data", {}).get("text/html", "") for output in outputs)


def test_graph_reaches_the_notebook_exactly_once(execute: Execute) -> None:
    cells = [
        "%duroprof 5 a",
        "run = %duroprof 5 a",
        "run = %duroprof 5 a\nrun",
        "run",
        "run",
        "for i in range(2):\n    %duroprof 5 a",
        "def f():\n    run = %duroprof 5 a\n    return run\nf()",
        "run = %duroprof 5 a;",
        "%duroprof 5 a;",
        "%%capture cap\nrun = %duroprof 5 a",
        "run = %duroshow baseline",
        "_",
        "%duroprof 5 a\nawait __import__('asyncio').sleep(0)",
    ]
    loaded, *shown = execute("%load_ext duronb", *cells)
    assert [output["data"].get("text/html") for output in loaded] == ["<i>LOADER</i>"]
    assert [graphs(outputs) for outputs in shown] == [1, 1, 1, 1, 1, 2, 1, 0, 0, 0, 1, 1, 1]


def test_saved_notebook_holds_static_progress_and_no_widget(execute: Execute) -> None:
    _, outputs = execute("%load_ext duronb", "run = %duroprof 5 a")
    progress, graph = outputs
    assert progress["data"]["text/plain"] == "prepare 0:01 · build 0:42 · record 0:31\nnote: The host was busy."
    assert "Compiling duroxide v0.1.32 &lt;b&gt;" in progress["data"]["text/html"]
    assert "application/vnd.jupyter.widget-view+json" not in progress["data"]
    assert graph["data"]["text/plain"] == "GRAPH a"


def test_errors_are_one_line_in_the_notebook(execute: Execute) -> None:
    _, wrong, build, interrupted = execute(
        "%load_ext duronb",
        "%duroprof thirty",
        "import duronb\napi.fail = duronb.BuildError('No.', 'Fix it.', 'error[E1]\\n --> x')\n%duroprof 5 a",
        "api.fail = KeyboardInterrupt()\n%duroprof 5 a",
        allow_errors=True,
    )
    assert [error["traceback"] for error in wrong] == [
        ["RequestError: seconds cannot be 'thirty'. Give a whole number from 1 to 86400."]
    ]
    assert build[0]["data"]["text/plain"] == "prepare 0:01 · build stopped after 0:00"
    assert build[1]["traceback"] == ["BuildError: No. Fix it.", "error[E1]", " --> x"]
    assert interrupted[-1]["traceback"] == ["Interrupted before anything was captured."]


def test_extension_can_be_reloaded(execute: Execute) -> None:
    *_, reloaded, shown = execute("%load_ext duronb", "%reload_ext duronb", "%duroprof 5 a")
    assert len(reloaded) == 1
    assert graphs(shown) == 1


def test_progress_is_text_where_ipywidgets_is_missing(execute: Execute) -> None:
    _, outputs = execute(
        "%load_ext duronb\nimport sys; sys.modules['ipywidgets'] = None",
        "run = %duroprof 5 a",
    )
    assert "Build done in 0:42" in "".join(output["text"] for output in outputs if output.get("name") == "stdout")
    assert graphs(outputs) == 1
