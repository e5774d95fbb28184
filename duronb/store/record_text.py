"""The text of ``run.json``."""

from __future__ import annotations

import json
import math

from duronb.model.run import RunRecord

LARGEST_RECORD = 16 * 2**20
METRIC_ONLY = "metric_only"
"""Field of a run that has no samples, such as one that was read from a table of results."""


def record_text(run: RunRecord, *, metric_only: bool) -> str:
    """Return what ``run.json`` holds."""
    fields = run.to_json() | ({METRIC_ONLY: True} if metric_only else {})
    return json.dumps(_plain(fields), indent=1, allow_nan=False)


def _plain(value: object) -> object:
    """Turn what is no JSON, such as NaN, a path or a NumPy number, into what is: a run must not fail at its end."""
    if isinstance(value, dict):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if value is None or isinstance(value, str | int):
        return value
    return _plain(value.item()) if hasattr(value, "item") else str(value)
