"""Atomic writing of files."""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path

from duronb.errors import HostError
from duronb.quoting import quoted


def replace_file(target: Path, content: bytes) -> None:
    """Write a file atomically: under a temporary name in the same directory, then renamed.

    Raises
    ------
    HostError
        The file cannot be written.
    """
    partial = ""
    try:
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name[:40]}.", delete=False) as file:
            partial = file.name
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(partial, 0o666 & ~_umask())  # noqa: PTH101 - a temporary file is private, this one is not
        Path(partial).replace(target)
    except OSError as error:
        raise HostError(
            f"{quoted(str(target))} cannot be written ({error.strerror}).",
            "Choose a writable path, or free disk space.",
        ) from error
    finally:
        if partial:
            with suppress(FileNotFoundError):
                Path(partial).unlink()


def write_page(html: str, path: str | os.PathLike[str] | None, name: str) -> Path:
    """Write a page atomically, and return its path.

    Parameters
    ----------
    html
        The page.
    path
        Path of the page. ``None`` for a file in the working directory, named after ``name``.
    name
        Name of what the page shows.

    Raises
    ------
    HostError
        The file cannot be written.
    """
    if path is None:
        path = f"{re.sub(r'[^A-Za-z0-9._-]+', '-', name).strip('-.')[:120] or 'report'}.html"
    target = Path(path).expanduser()
    replace_file(target, html.encode("utf-8", "replace"))
    return target


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
