"""Where duronb keeps what can be made again: sources, builds, unfinished recordings."""

from __future__ import annotations

import os
from pathlib import Path


def cache_directory() -> Path:
    """Return duronb's directory for what can be made again: ``DURONB_CACHE``, else ``~/.cache/duronb``."""
    override = os.environ.get("DURONB_CACHE")
    if override:
        return Path(override).expanduser()
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "duronb"
