"""binder/ cannot be built here; what can be wrong with its files is checked."""

from __future__ import annotations

import os
import subprocess

from tests import ROOT

BINDER = ROOT / "binder"


def test_post_build_is_a_program_that_stops_at_an_error() -> None:
    script = BINDER / "postBuild"

    assert os.access(script, os.X_OK)
    text = script.read_text(encoding="utf-8")
    assert text.startswith("#!/bin/bash\n")
    assert "set -e" in text
    subprocess.run(["bash", "-n", str(script)], check=True)


def test_the_project_is_installed() -> None:
    # Where binder/ exists, repo2docker does not do it.
    assert "pip install --no-cache-dir ." in (BINDER / "postBuild").read_text(encoding="utf-8")
    environment = (BINDER / "environment.yml").read_text(encoding="utf-8")
    assert "python=3." in environment
