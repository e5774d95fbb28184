"""The memory of one process, as the system counts it."""

from __future__ import annotations

import re
from pathlib import Path


def resident_megabytes(process: int | str = "self", *, peak: bool = True) -> float | None:
    """Return the resident megabytes of a process; ``None`` where the system does not say or the process is gone.

    ``getrusage`` would not do: it counts the pages that a child shared with its parent before ``exec``.

    Parameters
    ----------
    process
        Its number.
    peak
        The most it ever had; else what it has now.
    """
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    found = re.search(rf"^{'VmHWM' if peak else 'VmRSS'}:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) * 1024 / 1e6 if found else None
