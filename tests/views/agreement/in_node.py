"""The viewer's modules, run by node in a process that answers each line of JSON with a line of JSON."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests import ROOT

LABEXTENSION = ROOT / "labextension"
ENGINE = Path(__file__).with_name("engine_agreement.ts")
"""Module that answers with what the viewer draws."""

Ask = Callable[[str], Any]


def missing(what: str) -> None:
    """Skip the test because a tool is missing, or fail if the environment forbids skipping."""
    if os.environ.get("DURONB_REQUIRE_NODE") == "1":
        pytest.fail(f"{what} is required here and missing")
    pytest.skip(f"{what} is not installed")


@contextmanager
def running(entry: Path, directory: Path) -> Iterator[Ask]:
    """Bundle a TypeScript module into a directory and run it. Yield a function that sends it a request."""
    # The virtual environment brings a node where the machine has none.
    node = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))
    esbuild = LABEXTENSION / "node_modules" / ".bin" / "esbuild"
    if node is None or not esbuild.exists():
        missing("node with the packages of labextension")
        return
    bundle = directory / f"{entry.stem}.mjs"
    subprocess.run(
        [
            esbuild,
            entry,
            "--bundle",
            "--platform=node",
            "--format=esm",
            "--loader:.css=text",
            f"--outfile={bundle}",
            "--log-level=error",
        ],
        check=True,
        cwd=LABEXTENSION,
        env=os.environ | {"PATH": f"{os.environ.get('PATH', '')}:{Path(node).parent}"},
        timeout=300,
    )
    with subprocess.Popen([node, bundle], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        question, answers = process.stdin, process.stdout
        assert question is not None
        assert answers is not None

        def ask(line: str) -> Any:
            question.write(line + "\n")
            question.flush()
            answer = answers.readline()
            assert answer, "node has ended"
            return json.loads(answer)

        yield ask
        question.close()
        assert process.wait(60) == 0
