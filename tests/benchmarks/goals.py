"""What is wanted of duronb, by input and figure."""

from __future__ import annotations

from tests.benchmarks.figures import Goal

_BESIDE_SPEEDSCOPE = {"load": 10, "heap": 10, "zoom": 4, "search": 4}
_BESIDE_SVG = 20
_FRAME_MS = 16

GOALS: dict[tuple[str, str], list[Goal]] = {
    **{
        ("1m", figure): [Goal(factor, "speedscope"), Goal(_BESIDE_SVG, "SVG")]
        for figure, factor in _BESIDE_SPEEDSCOPE.items()
    },
    ("1m", "drawing"): [Goal(_FRAME_MS, at_most=True)],
    ("10m", "load"): [Goal(3000, at_most=True)],
    ("10m", "zoom"): [Goal(50, at_most=True)],
    ("10m", "drawing"): [Goal(_FRAME_MS, at_most=True)],
    ("perf text", "whole process"): [Goal(1.2, "inferno", at_most=True)],
    ("folded 1m", "in process"): [Goal(1.0, at_most=True)],
    ("folded 1m", "peak memory"): [Goal(300, at_most=True)],
    ("5k samples", "recorded to drawn"): [Goal(1.0, at_most=True)],
}
"""By input and figure; the figures are those of ``browse.py`` and ``parsing.py``."""
