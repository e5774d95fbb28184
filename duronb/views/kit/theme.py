"""Colours of what surrounds a drawing, in a light and in a dark theme; the interactive viewer has the same."""

from __future__ import annotations

from typing import Literal

Mode = Literal["light", "dark"]


TEXT: dict[Mode, str] = {"light": "#1c2128", "dark": "#eceff3"}
"""Colour of labels on frames and of text beside them."""


BACKGROUND: dict[Mode, str] = {"light": "#ffffff", "dark": "#16191d"}


ROOT: dict[Mode, str] = {"light": "#dfe2e6", "dark": "#3a3f46"}


MUTED: dict[Mode, str] = {"light": "#59636e", "dark": "#9aa4af"}


LINE: dict[Mode, str] = {"light": "#d1d9e0", "dark": "#3d444d"}
