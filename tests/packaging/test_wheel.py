"""One wheel carries the package, the built JavaScript and the labextension, and building it needs no Node."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests import ROOT


@pytest.mark.slow
def test_wheel_built_without_node_carries_everything_once(tmp_path: Path) -> None:
    source = tmp_path / "source"
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    tracked = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True).stdout.split(b"\0")
    for name in filter(None, tracked):
        path = Path(os.fsdecode(name))
        if (ROOT / path).is_file():
            (source / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / path, source / path)
    programs = os.pathsep.join(
        directory for directory in os.environ["PATH"].split(os.pathsep) if shutil.which("node", path=directory) is None
    )
    assert shutil.which("node", path=programs) is None

    built = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", str(tmp_path), str(source)],
        env=os.environ | {"PATH": programs},
        capture_output=True,
        text=True,
        check=False,
    )

    assert built.returncode == 0, built.stdout[-4000:] + built.stderr[-4000:]
    (wheel,) = tmp_path.glob("duronb-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert len(names) == len(set(names))
    for wanted in (
        "duronb/py.typed",
        "duronb/_version.py",
        "duronb/bokeh.ext.json",
        "duronb/dist/duronb.js",
        "duronb/dist/page.js",
        "duronb/dist/svg.js",
        "duronb/engine/docker/Dockerfile",
        "duronb/engine/docker/scripts/build.sh",
        "duronb/engine/scripts/repeat.sh",
        "duronb/sampling/scripts/busy.sh",
        "duronb/store/run.schema.json",
        "duronb/subject/workload/src/main.rs",
        "duronb/subject/workload/src/sampler/table.rs",
        *(
            str(path.relative_to(ROOT))
            for ending in ("css", "js")
            for path in (ROOT / "duronb/views").rglob(f"*.{ending}")
        ),
    ):
        assert wanted in names
    shared = [name for name in names if "share/jupyter/labextensions/@duronb/labextension/" in name]
    assert any(name.endswith("/package.json") for name in shared)
    assert any(name.endswith("/install.json") for name in shared)
    assert any("/static/remoteEntry" in name for name in shared)
    assert not [name for name in names if name.startswith(("duronb/labextension/", "tests/", "labextension/"))]
    assert not [name for name in names if "node_modules" in name or "/target/" in name]
    # Without package.json's "main" Bokeh inlines the extension instead of loading it from a content network.
    assert "duronb/package.json" not in names
