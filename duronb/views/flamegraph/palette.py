"""Colours of frames: a hue per kind, a stable shade per name; the same as in the interactive viewer."""

from __future__ import annotations

from functools import cache
from math import cos, radians, sin

from duronb.views.kit.theme import Mode

SHADES = 4
"""Shades per kind."""


# OKLCH hue in degrees, and chroma relative to the mode's.
_HUES: dict[str, tuple[float, float]] = {
    "duroxide": (256, 1.2),
    "workload": (208, 0.9),
    "sqlite": (152, 1),
    "sqlx": (118, 1),
    "tokio": (300, 1),
    "serde": (352, 1),
    "std": (78, 0.9),
    "kernel": (38, 1.1),
    "libc": (64, 0.32),
    "other": (250, 0.12),
    "unknown": (250, 0.03),
}
# Lightness, its step per shade, chroma.
_TONES: dict[Mode, tuple[float, float, float]] = {"light": (0.805, 0.024, 0.078), "dark": (0.405, 0.026, 0.074)}


def shade_of(name: str) -> int:
    """Return a name's shade, the same in every run: FNV-1a over its UTF-16 code units."""
    value = 0x811C9DC5
    units = name.encode("utf-16-le", "surrogatepass")
    for low, high in zip(units[::2], units[1::2], strict=True):
        value = ((value ^ (low | high << 8)) * 0x01000193) & 0xFFFFFFFF
    return ((value >> 16) ^ (value & 0xFFFF)) % SHADES


@cache
def fill(kind: str, shade: int, mode: Mode) -> str:
    """Return the fill of a frame as ``#rrggbb``."""
    hue, weight = _HUES.get(kind, _HUES["other"])
    lightness, step, chroma = _TONES[mode]
    return _oklch(lightness + shade * step, chroma * weight, hue)


@cache
def bucket_fill(place: int, count: int) -> str:
    """Return the colour of the bottleneck bucket at a place among so many, for light and dark backgrounds alike.

    The hues are those of the interactive viewer; the last bucket is that of what nobody claims.
    """
    if place == count - 1:
        return _oklch(0.62, 0.004, 250)
    return _oklch(0.68 if place % 2 == 0 else 0.6, 0.105, (20 + place * 137.508) % 360)


def _oklch(lightness: float, chroma: float, hue: float) -> str:
    """Convert OKLCH to sRGB; all kinds look equally light, which RGB hues do not."""
    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
    channels = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
    )
    return "#" + "".join(f"{_encoded(min(1.0, max(0.0, channel))):02x}" for channel in channels)


def _encoded(channel: float) -> int:
    linear_part = channel <= 0.0031308
    value: float = 12.92 * channel if linear_part else 1.055 * channel ** (1 / 2.4) - 0.055
    return int(value * 255 + 0.5)
