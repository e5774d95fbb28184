"""duronb's page with its functions' own names, for profiles: the bundle that ships has one-letter names."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from duronb.views.kit.bundles import bundle_text
from duronb.views.kit.escape import inline_script

_LABEXTENSION = Path(__file__).parents[2] / "labextension"


def readable_page(page: Path, to: Path) -> Path:
    """Write the page with its script bundled anew, not minified.

    Returns
    -------
    ``to``; or ``page`` itself where node or the packages of the extension are not there, or the sources do not compile.
    """
    node = shutil.which("node")
    esbuild = _LABEXTENSION / "node_modules/esbuild/bin/esbuild"
    if node is None or not esbuild.exists():
        return page
    command = [
        str(esbuild),
        "src/shells/page/index.ts",
        "--bundle",
        "--format=iife",
        "--charset=ascii",
        "--target=es2022",
        "--loader:.css=text",
    ]
    done = subprocess.run([node, *command], cwd=_LABEXTENSION, capture_output=True, check=False, text=True, timeout=120)
    if done.returncode:
        return page
    text = page.read_text(encoding="utf-8")
    shipped = inline_script(bundle_text("page.js"))
    if shipped not in text:
        return page
    to.write_text(text.replace(shipped, inline_script(done.stdout)), encoding="utf-8")
    return to
