"""Colours of what surrounds a drawing, in a light and in a dark theme; the interactive viewer has the same."""

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
"""By selector and property: a colour in the light and in the dark theme."""


def themed_css(rules: Rules) -> str:
    """Return colours as a style sheet, for the light theme and, where the system prefers it, for the dark one.

    SVG files get rules of this form too, because readers outside of browsers know no custom properties.
    """
    light, dark = (
        "".join(
            f"{selector}{{{';'.join(f'{name}:{colour[mode]}' for name, colour in properties.items())}}}"
            for selector, properties in rules.items()
        )
        for mode in MODES
    )
    return f"{light}@media (prefers-color-scheme:dark){{{dark}}}"
