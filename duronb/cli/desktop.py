"""The desktop's browser, where there is a desktop."""

from __future__ import annotations

import os
import sys
import webbrowser
from collections.abc import Mapping
from pathlib import Path


def has_desktop(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool:
    """Whether a window can be opened: a display on Linux; macOS and Windows have one unless reached over SSH."""
    if platform in ("darwin", "win32"):
        return "SSH_CONNECTION" not in environment
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def open_in_browser(path: Path) -> bool:
    """Open a file in the browser; return whether one was asked to. Says nothing where there is none."""
    if not has_desktop():
        return False
    try:
        return webbrowser.open(path.absolute().as_uri())
    except (webbrowser.Error, OSError, ValueError):
        return False
