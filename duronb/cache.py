"""The cache directory: sources, builds and unfinished recordings."""

from __future__ import annotations

import os
from pathlib import Path


def cache_directory() -> Path:
    """Return duronb's cache directory.

    It is ``DURONB_CACHE`` if that is set, otherwise the user's cache directory on this system
    (``~/.cache/duronb`` on Linux, ``~/Library/Caches/duronb`` on macOS).
    """
    override = os.environ.get("DURONB_CACHE")
    if override:
        return Path(override).expanduser()
    # Earlier versions used this directory on macOS, too. It stays in use where it exists.
    earlier = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "duronb")
    if os.access(earlier, os.F_OK):
        return earlier
    from platformdirs import user_cache_path

    return user_cache_path("duronb", appauthor=False)
