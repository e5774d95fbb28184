"""What ``--json`` says of a run, and the picture beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duronb.results.run import Run


def run_facts(run: Run) -> dict[str, Any]:
    """Return ``run.json`` with the run's ``location`` and its ``picture``."""
    picture = picture_of(run)
    return run.to_json() | {"location": run.location, "picture": None if picture is None else str(picture)}


def picture_of(run: Run) -> Path | None:
    """Return the SVG beside a run on this machine; ``None`` where there is none."""
    if not run.location or "://" in run.location:
        return None
    picture = Path(f"{run.location}.svg")
    return picture if picture.is_file() else None
