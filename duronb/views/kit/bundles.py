"""The JavaScript that is built from ``labextension/`` into ``duronb/dist/``."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from duronb.errors import HostError

Bundle = Literal["duronb.js", "page.js", "svg.js", "widget.js"]

DIRECTORY = Path(__file__).resolve().parents[2] / "dist"


def bundle_text(name: Bundle) -> str:
    """Return the source of a bundle.

    Raises
    ------
    HostError
        The bundle is not built.
    """
    path = DIRECTORY / name
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        raise HostError(
            f"The JavaScript of duronb is not built: dist/{name} is missing.", "Run `make build`."
        ) from None
    return _read(path, changed)


@cache
def _read(path: Path, changed: int) -> str:  # noqa: ARG001 - a rebuilt bundle is read again
    return path.read_text(encoding="utf-8")
