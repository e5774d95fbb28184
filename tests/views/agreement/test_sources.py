"""The viewer's generated modules state what Python declares."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ROOT

SCRIPTS = Path("labextension/scripts")
GENERATED = Path("labextension/src")
DECLARED = GENERATED / "viewer/payload/declared.ts"


def check(root: Path) -> tuple[int, str]:
    """Run the check of the modules below a directory, with the package of this tree."""
    done = subprocess.run(
        [sys.executable, root / SCRIPTS / "write_sources.py", "--check"],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
    )
    return done.returncode, done.stderr


@pytest.mark.long
def test_the_generated_modules_are_up_to_date() -> None:
    assert check(ROOT) == (0, "")


@pytest.mark.long
def test_a_changed_module_is_found(tmp_path: Path) -> None:
    shutil.copytree(ROOT / SCRIPTS, tmp_path / SCRIPTS)
    for name in ("viewer/payload/state.ts", "viewer/payload/declared.ts", "shells/bokeh/defaults.ts"):
        (tmp_path / GENERATED / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / GENERATED / name, tmp_path / GENERATED / name)
    module = (ROOT / DECLARED).read_text(encoding="utf-8")
    (tmp_path / DECLARED).write_text(module.replace("'serde'", "'serde_json'"), encoding="utf-8")
    code, said = check(tmp_path)
    assert code == 1
    assert said.count("does not match") == 1
    assert "declared.ts does not match" in said
