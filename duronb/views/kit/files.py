"""A file that is written completely or not at all."""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path

from duronb.errors import HostError
from duronb.quoting import quoted


def replace_file(target: Path, content: bytes) -> None:
    """Write a file beside its place and move it there.

    Raises
    ------
    HostError
        The place cannot be written.
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
            f"{quoted(str(target))} cannot be written ({error.strerror}).", "Give a path that can, or make room."
        ) from error
    finally:
        if partial:
            with suppress(FileNotFoundError):
                Path(partial).unlink()


def write_page(html: str, path: str | os.PathLike[str] | None, name: str) -> Path:
    """Write a page, whole or not at all, and return its path.

    Parameters
    ----------
    html
        The page.
    path
        Where; a file of the working directory that is called after ``name`` when ``None``.
    name
        What it is of.

    Raises
    ------
    HostError
        It cannot be written.
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
