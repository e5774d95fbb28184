"""Paths of files that a command writes, checked before anything is computed."""

from __future__ import annotations

from pathlib import Path

from duronb.errors import RequestError
from duronb.quoting import quoted

STDOUT = "-"


def check_directory(path: str) -> None:
    """Raise RequestError where a file's directory does not exist."""
    if path != STDOUT and not Path(path).expanduser().absolute().parent.is_dir():
        raise RequestError(f"{quoted(path)} is in no directory that exists.", "Make it, or give another path.")
