"""Colours of text, background and lines in the light and the dark theme. The interactive viewer uses the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

Mode = Literal["light", "dark"]
MODES: tuple[Mode, ...] = get_args(Mode)


TEXT: dict[Mode, str] = {"light": "#1c2128", "dark": "#eceff3"}
"""Colour of labels on frames and of text beside them."""


BACKGROUND: dict[Mode, str] = {"light": "#ffffff", "dark": "#16191d"}


ROOT: dict[Mode, str] = {"light": "#dfe2e6", "dark": "#3a3f46"}


MUTED: dict[Mode, str] = {"light": "#59636e", "dark": "#9aa4af"}


LINE: dict[Mode, str] = {"light": "#d1d9e0", "dark": "#3d444d"}


Rules = Mapping[str, Mapping[str, Mapping[Mode, str]]]
"""Colour in each theme, by selector and property."""


def themed_css(rules: Rules) -> str:
    """Return a style sheet with colours that follow the light or dark theme of the system.

    It has no custom properties, because SVG readers other than browsers do not support them.
    """
    light, dark = (
        "".join(
            f"{selector}{{{';'.join(f'{name}:{colour[mode]}' for name, colour in properties.items())}}}"
            for selector, properties in rules.items()
        )
        for mode in MODES
    )
    return f"{light}@media (prefers-color-scheme:dark){{{dark}}}"
