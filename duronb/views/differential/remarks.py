"""Sentences of a differential beside its table: sides, result, limits, and how it was tested."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from duronb.views.kit.escape import visible
from duronb.views.kit.markup import notices_html


def remarks_of(payload: Mapping[str, Any]) -> list[str]:
    """Return the result in sentences."""
    return [*map(str, payload.get("sentences", []))]


def notices_of(payload: Mapping[str, Any]) -> list[str]:
    """Return what limits the result. It is shown first."""
    return [*map(str, payload.get("notices", []))]


def methods_of(payload: Mapping[str, Any]) -> list[str]:
    """Return how it was tested; an empty list for a payload of an earlier version, which has this in its sentences."""
    return [*map(str, payload.get("methods", []))]


def tested_html(payload: Mapping[str, Any]) -> str:
    """Return how it was tested, as HTML that is collapsed at first; empty if it is unknown."""
    methods = methods_of(payload)
    return f"<details><summary>How this was tested</summary>{notices_html(methods)}</details>" if methods else ""


def tested_texts(payload: Mapping[str, Any]) -> list[str]:
    """Return one text with all sentences about how it was tested, or an empty list."""
    methods = methods_of(payload)
    return [f"How this was tested: {' '.join(methods)}"] if methods else []


def sides_text(payload: Mapping[str, Any]) -> str:
    """Return one line that describes both sides: title, number of runs, samples."""
    parts = []
    for name in ("before", "after"):
        side = payload[name]
        runs = side.get("runs")
        count = "" if runs is None else f"{runs} {'run' if runs == 1 else 'runs'}, "
        parts.append(f"{name} {visible(str(side['title']), 60)} ({count}{int(side['samples']):,} samples)")
    return " → ".join(parts)
