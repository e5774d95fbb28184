"""The type of the file system under a directory, from the kernel's list of mounts."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

MOUNTS = Path("/proc/self/mountinfo")
"""The mounts that a process sees."""


def filesystem_of(path: Path, mounts: Path = MOUNTS) -> str | None:
    """Return the type of the file system that contains ``path``, such as ``ext4``; ``None`` if it is unknown."""
    try:
        return filesystem_in(PurePosixPath(path), mounts.read_text(encoding="utf-8", errors="surrogateescape"))
    except OSError:
        return None


def filesystem_in(path: PurePosixPath, mountinfo: str) -> str | None:
    """Return the type of the file system that contains ``path``; ``None`` if it is unknown.

    Parameters
    ----------
    path
        An absolute path without symbolic links.
    mountinfo
        Content of ``/proc/self/mountinfo`` where the path is.
    """
    best: tuple[int, str | None] = (-1, None)
    for line in mountinfo.splitlines():
        before, separator, after = line.partition(" - ")
        fields, kind = before.split(" "), after.split(" ")[0]
        if not separator or len(fields) < 5:
            continue
        # The kernel writes white space and backslashes as octal escapes.
        point = PurePosixPath(re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), fields[4]))
        # A later mount over the same point hides the earlier one.
        if path.is_relative_to(point) and len(point.parts) >= best[0]:
            best = (len(point.parts), kind)
    return best[1]
