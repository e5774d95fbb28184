"""Timer artefacts of a stage: as the run states them, or counted from the samples of runs of earlier versions."""

from __future__ import annotations

from collections.abc import Mapping
from weakref import WeakKeyDictionary

from duronb.errors import StoreError
from duronb.model.events.artefacts import artefact_samples, has_artefacts
from duronb.model.run import RunRecord
from duronb.model.stage import StageResult

_COUNTED: WeakKeyDictionary[RunRecord, Mapping[str, int]] = WeakKeyDictionary()
"""Artefacts by stage of runs that do not state them, so that several metrics and tables read the samples once."""


def artefacts_of(run: RunRecord, stage: StageResult) -> int | None:
    """Return how many samples of a stage are timer artefacts; ``None`` if unknown, or without samples.

    The samples of a run are read only if its event has artefacts and the run does not state their number.
    """
    if not stage.samples:
        return None
    if not has_artefacts(run.environment.event):
        return 0
    if stage.artefact_samples is not None:
        return stage.artefact_samples
    counted = _COUNTED.get(run)
    if counted is None:
        try:
            counted = artefact_samples(run.read_profile(), run.environment.event)
        except (LookupError, StoreError):
            counted = {}
        _COUNTED[run] = counted
    return counted.get(stage.name)
