"""Timer artefacts of a stage or a run: as the run states them, or counted from the samples where it does not."""

from __future__ import annotations

from collections.abc import Mapping
from weakref import WeakKeyDictionary

from duronb.errors import StoreError
from duronb.model.event_view import event_name
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


def artefacts_of_run(run: RunRecord) -> tuple[int, int]:
    """Return how many samples of a run are timer artefacts, and of how many samples; zeros if unknown.

    The samples are those of the stages. All samples are read and counted if the run has no stages, as imports have
    none; zeros are returned for a view that does not count samples.
    """
    if run.stages:
        known = [(artefacts_of(run, stage), stage.samples) for stage in run.stages]
        counted = [(artefacts, samples) for artefacts, samples in known if artefacts is not None]
        return sum(artefacts for artefacts, _ in counted), sum(samples for _, samples in counted)
    try:
        profile = run.profile
    except (LookupError, StoreError):
        return 0, 0
    if profile.unit != "samples":
        return 0, 0
    artefacts = artefact_samples(profile, event_name(profile, run.environment.event))
    return sum(artefacts.values()), profile.samples
