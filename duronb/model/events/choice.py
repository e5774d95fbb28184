"""A run of which another event, or samples instead of weights, are shown."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from duronb.errors import RequestError
from duronb.model.event import Weighting
from duronb.model.event_view import main_event, view
from duronb.model.events.names import base_event
from duronb.model.events.stage_samples import with_samples
from duronb.model.profile import Profile
from duronb.model.run import RunRecord
from duronb.model.run_files import RunFiles
from duronb.quoting import quoted

_UNKNOWN: dict[str, Any] = dict.fromkeys(
    ("lost", "unresolved_kernel", "unresolved_user", "unknown_roots", "without_stack")
)
"""What the record states only for the event with the most samples."""

AnyRun = TypeVar("AnyRun", bound=RunRecord)


def with_event(run: AnyRun, event: str | None = None, weighting: Weighting | None = None) -> AnyRun:
    """Return a copy of a run with another view of its samples, and with the numbers of samples of this view.

    Parameters
    ----------
    run
        The run.
    event
        Name of the event; ``None`` for the one with the most samples.
    weighting
        ``samples``, or ``period`` for weights; ``None`` for what the event's samples are shown by.

    Raises
    ------
    RequestError
        The run has no such event, or no weights.
    LookupError
        The run has no samples.
    """
    if event is None and weighting is None:
        return run
    stored = run.files.read_profile()
    names = [each.name for each in stored.events]
    named = run.environment.event or ""
    if event is not None and event not in names:
        if names or event not in (named, base_event(named)):
            listed = ", ".join(map(quoted, names)) if names else quoted(named) if named else ""
            raise RequestError(
                f"Run {run.id} has no event {quoted(event)}.",
                f"Choose {listed}." if listed else "Leave the event out: the run has one event without a name.",
            )
        event = None
    if weighting == "period" and stored.weight is None:
        raise RequestError(f"The samples of run {run.id} have no periods.", "Leave the weight out to count samples.")
    shown = view(stored, event, weighting)
    counted = view(stored, event, "samples")
    chosen = next((each for each in stored.events if each.name == event), main_event(stored))
    stages = with_samples(run.stages, counted, named if chosen is None else chosen.name)
    quality = run.quality
    # The record of a run that is shown by weight keeps the frequency, although it does not apply to weights.
    frequency_known = quality.frequency_known or quality.frequency_hz is not None
    return replace(
        run,
        parts=run.with_parts(
            environment=run.environment if chosen is None else replace(run.environment, event=chosen.name),
            stages=stages,
            quality=replace(
                quality,
                samples=counted.samples,
                outside=None if quality.outside is None else counted.samples - sum(each.samples for each in stages),
                other_events=stored.samples - counted.samples,
                **({} if chosen in (None, main_event(stored)) else _UNKNOWN),
                frequency_known=frequency_known and shown.frequency_hz > 0,
            ),
        ).parts,
        files=_ViewedFiles(run.files, shown),
    )


class _ViewedFiles(RunFiles):
    """The files of a run, with a given view of its samples."""

    def __init__(self, files: RunFiles, shown: Profile) -> None:
        self._files = files
        self._shown = shown

    @property
    def has_profile(self) -> bool:
        return self._files.has_profile

    def read_profile(self) -> Profile:
        return self._files.read_profile()

    def read_view(self) -> Profile:
        return self._shown

    def read_log(self) -> bytes:
        return self._files.read_log()

    def read_cargo_lock(self) -> bytes:
        return self._files.read_cargo_lock()
