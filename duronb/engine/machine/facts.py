"""Facts about this machine that influence what a run measures."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path

from duronb.model.record.environment import Environment


def host_facts() -> Environment:
    """Return kernel, processor and cores."""
    return Environment(
        system=platform.system(),
        kernel=platform.release(),
        architecture=platform.machine(),
        cpu=cpu_name(),
        cores=os.cpu_count(),
        stated=frozenset({"cpu", "cores"}),
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
