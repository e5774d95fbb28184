"""Facts about this machine that influence what a run measures."""

from __future__ import annotations

import os
import platform
import re
import tempfile
from pathlib import Path

from duronb.model.record.environment import Environment


def host_facts() -> Environment:
    """Return kernel, processor, cores, and the file system under the temporary directory."""
    temporary = Path(tempfile.gettempdir()).resolve()
    return Environment(
        system=platform.system(),
        kernel=platform.release(),
        architecture=platform.machine(),
        cpu=cpu_name(),
        cores=os.cpu_count(),
        # The workload's database is there. `File SQLite` is much faster in memory than on a disk.
        tmp_filesystem=filesystem_of(temporary),
        stated=frozenset({"cpu", "cores", "tmp_filesystem"}),
    )


def cpu_name(cpuinfo: Path = Path("/proc/cpuinfo")) -> str | None:
    """Return the name of the processor; ``None`` if it is unknown."""
    try:
        found = re.search(
            r"^model name\s*:\s*(.+)$", cpuinfo.read_text(encoding="utf-8", errors="replace"), re.MULTILINE
        )
    except OSError:
        found = None
    return found[1].strip() if found else platform.processor() or None


def filesystem_of(path: Path, mounts: Path = Path("/proc/self/mountinfo")) -> str | None:
    """Return the type of the file system that contains ``path``, such as ``ext4``; ``None`` if it is unknown."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return None
    best: tuple[int, str | None] = (-1, None)
    for line in lines:
        before, separator, after = line.partition(" - ")
        fields, kind = before.split(" "), after.split(" ")[0]
        if not separator or len(fields) < 5:
            continue
        # The kernel writes white space and backslashes as octal escapes.
        point = Path(re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), fields[4]))
        # A later mount over the same point hides the earlier one.
        if path.is_relative_to(point) and len(point.parts) >= best[0]:
            best = (len(point.parts), kind)
    return best[1]
