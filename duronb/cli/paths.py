"""Checks of the paths that a command writes to, made before anything is computed."""

from __future__ import annotations

from pathlib import Path

from duronb.errors import RequestError
from duronb.quoting import quoted

STDOUT = "-"


def check_directory(path: str) -> None:
    """Raise RequestError if the directory of a file does not exist. ``-``, for standard output, is accepted."""
    if path != STDOUT and not Path(path).expanduser().absolute().parent.is_dir():
        raise RequestError(
            f"The directory of {quoted(path)} does not exist.", "Create the directory, or give another path."
        )
