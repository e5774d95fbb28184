"""Where duronb keeps what can be made again: sources, builds, unfinished recordings."""

from __future__ import annotations

import os
from pathlib import Path


def cache_directory() -> Path:
    """Return duronb's directory for what can be made again.

    It is ``DURONB_CACHE``, else the cache of the system's conventions (``~/.cache/duronb`` on Linux,
    ``~/Library/Caches/duronb`` on macOS).
    """
    override = os.environ.get("DURONB_CACHE")
    if override:
        return Path(override).expanduser()
    # Earlier versions used this one on macOS, too. What is in it stays in use.
    earlier = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "duronb")
    if os.access(earlier, os.F_OK):
        return earlier
    from platformdirs import user_cache_path

    return user_cache_path("duronb", appauthor=False)
