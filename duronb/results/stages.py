"""Check of the name of a stage against a run."""

from __future__ import annotations

from contextlib import suppress

from duronb.errors import RequestError
from duronb.model.run import RunRecord
from duronb.quoting import quoted


def check_stage(run: RunRecord, stage: str | None) -> None:
    """Raise RequestError if a run has no stage with this name; ``None`` means all stages."""
    if stage is None:
        return
    names = [each.name for each in run.stages]
    with suppress(LookupError):
        names = list(dict.fromkeys([*names, *run.profile.stages]))
    if stage not in names:
        raise RequestError(
            f"Run {run.id} has no stage {quoted(stage)}.",
            f"Choose {', '.join(names)}." if names else "Leave the stage out: the run has no stages.",
        )
