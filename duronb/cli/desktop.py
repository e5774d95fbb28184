"""The browser of the desktop, if there is one."""

from __future__ import annotations

import os
import sys
import webbrowser
from collections.abc import Mapping
from pathlib import Path


def has_desktop(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool:
    """Return whether a window can be opened.

    On Linux this needs a display. macOS and Windows have a desktop, except in an SSH session.
    """
    if platform in ("darwin", "win32"):
        return "SSH_CONNECTION" not in environment
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def open_in_browser(path: Path) -> bool:
    """Open a file in the browser. Return whether a browser accepted it; a missing desktop is not an error."""
    if not has_desktop():
        return False
    try:
        return webbrowser.open(path.absolute().as_uri())
    except (webbrowser.Error, OSError, ValueError):
        return False
