"""What the figures were taken on: no host names, no paths."""

from __future__ import annotations

import os
import platform
import re
from importlib.metadata import version
from pathlib import Path


def machine(versions: dict[str, str]) -> dict[str, str]:
    """Describe the machine and the versions of everything that was measured.

    Parameters
    ----------
    versions
        Of the browser and of the peers.
    """
    return {
        "processor": f"{os.cpu_count()} cores of {_processor()}",
        "memory": f"{_memory_bytes() / 2**30:.0f} GiB",
        "graphics": "none: Chromium rasters on the processor, and WebGL is SwiftShader",
        "system": f"{platform.system()} {_release()}, {platform.machine()}",
        "Python": f"{platform.python_version()}, numpy {version('numpy')}, Playwright {version('playwright')}",
        "versions": ", ".join(f"{name} {number}" for name, number in versions.items()),
    }


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return platform.processor() or "unknown"
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return found[1].strip() if found else "unknown"


def _memory_bytes() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _release() -> str:
    found = re.match(r"\d+(?:\.\d+)*", platform.release())
    return found[0] if found else "unknown"
