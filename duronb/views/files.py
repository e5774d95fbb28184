"""A file written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from duronb.errors import HostError
from duronb.request import shown as quoted


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


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
