"""The text of ``run.json``."""

from __future__ import annotations

import json
import math

from duronb.model.run import RunRecord

LARGEST_RECORD = 16 * 2**20
METRIC_ONLY = "metric_only"
"""Field in the record of a run without samples, such as an imported table of results."""


def record_text(run: RunRecord, *, metric_only: bool) -> str:
    """Return the content of ``run.json``."""
    fields = run.to_json() | ({METRIC_ONLY: True} if metric_only else {})
    return json.dumps(_plain(fields), indent=1, allow_nan=False)


def _plain(value: object) -> object:
    """Convert values that JSON cannot represent (NaN, paths, NumPy numbers). An error would lose a finished run."""
    if isinstance(value, dict):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if value is None or isinstance(value, str | int):
        return value
    return _plain(value.item()) if hasattr(value, "item") else str(value)
