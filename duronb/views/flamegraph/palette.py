"""Colours of frames: a hue for each kind, a stable shade for each name. ``palette.json`` is the viewer's, too."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from math import cos, radians, sin
from typing import NotRequired, TypedDict

from duronb.views.kit.theme import Mode

SHADES = 4
"""Number of shades of each kind."""

_LIFT = 0.75
"""A step of lift, in steps from shade to shade."""


class _KindColours(TypedDict):
    """OKLCH hue in degrees, chroma relative to that of the tone, lift, and the colour in the Firefox Profiler.

    The lift is in steps of ``_LIFT`` of the tone's step of lightness; 0 if it is missing.
    """

    hue: float
    chroma: float
    lift: NotRequired[float]
    firefox: str


class _Tone(TypedDict):
    """Lightness in one mode, its step from shade to shade, and chroma."""

    lightness: float
    step: float
    chroma: float


class _Palette(TypedDict):
    kinds: dict[str, _KindColours]
    buckets: dict[str, float]
    """Hues in degrees: of the ``first`` bucket, the ``angle`` to the next one, of ``unknown`` work."""
    tones: dict[str, _Tone]


@cache
def _palette() -> _Palette:
    """Return the palette from the file with which the interactive viewer is built too."""
    palette: _Palette = json.loads(files(__package__).joinpath("palette.json").read_text(encoding="utf-8"))
    return palette


def shade_of(name: str) -> int:
    """Return the shade of a name, an FNV-1a hash of its UTF-16 code units, so that it is the same in every run."""
    value = 0x811C9DC5
    units = name.encode("utf-16-le", "surrogatepass")
    for low, high in zip(units[::2], units[1::2], strict=True):
        value = ((value ^ (low | high << 8)) * 0x01000193) & 0xFFFFFFFF
    return ((value >> 16) ^ (value & 0xFFFF)) % SHADES


@cache
def fill(kind: str, shade: int, mode: Mode) -> str:
    """Return the fill of a frame as ``#rrggbb``."""
    colours, tone = _colours_of(kind), _palette()["tones"][mode]
    lift = colours.get("lift", 0)
    lightness = tone["lightness"] + (shade + lift * _LIFT) * tone["step"]
    return _oklch(lightness, tone["chroma"] * colours["chroma"], colours["hue"])


def firefox_colour(kind: str) -> str:
    """Return the name of the colour of a kind in the Firefox Profiler. An unknown kind has that of ``other``."""
    return _colours_of(kind)["firefox"]


def _colours_of(kind: str) -> _KindColours:
    kinds = _palette()["kinds"]
    return kinds.get(kind, kinds["other"])


@cache
def bucket_fill(place: int, count: int) -> str:
    """Return the colour of a bucket for light and dark backgrounds, with its hue in the interactive viewer.

    Parameters
    ----------
    place
        Index of the bucket in its catalogue. The last one, for unknown work, is grey.
    count
        Number of buckets in the catalogue.
    """
    hues = _palette()["buckets"]
    if place == count - 1:
        return _oklch(0.62, 0.004, hues["unknown"])
    return _oklch(0.68 if place % 2 == 0 else 0.6, 0.105, (hues["first"] + place * hues["angle"]) % 360)


def _oklch(lightness: float, chroma: float, hue: float) -> str:
    """Convert OKLCH to sRGB. In OKLCH, colours of equal lightness look equally light."""
    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
    channels = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
    )
    return "#" + "".join(f"{_channel_byte(min(1.0, max(0.0, channel))):02x}" for channel in channels)


def _channel_byte(channel: float) -> int:
    linear_part = channel <= 0.0031308
    value: float = 12.92 * channel if linear_part else 1.055 * channel ** (1 / 2.4) - 0.055
    return int(value * 255 + 0.5)
