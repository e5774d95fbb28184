"""The JSON object of a run, and the SVG file beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from duronb.model.stage import COUNTED_BY_KERNEL

if TYPE_CHECKING:
    from duronb.results.run import Run


def run_facts(run: Run) -> dict[str, Any]:
    """Return the contents of ``run.json``, with the ``location`` and the ``picture`` of the run.

    CPU time and steal of a stage are ``None`` if they were not measured; ``run.json`` does not contain them then.
    """
    picture = picture_of(run)
    return run.to_json() | {
        "stages": [dict.fromkeys(COUNTED_BY_KERNEL) | stage.to_json() for stage in run.stages],
        "location": run.location,
        "picture": None if picture is None else str(picture),
    }


def picture_of(run: Run) -> Path | None:
    """Return the path of the SVG beside a run; ``None`` if there is no SVG, or if the store is not on this machine."""
    if not run.location or "://" in run.location:
        return None
    picture = Path(f"{run.location}.svg")
    return picture if picture.is_file() else None
