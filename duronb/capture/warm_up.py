"""Warm-ups: the workload runs as it will be recorded, and nothing of it is kept."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

from duronb.capture.planned import Built, record_plan
from duronb.capture.pulse import step
from duronb.capture.watch import watch_of
from duronb.engine.choose import engine_called
from duronb.engine.protocol import Engine
from duronb.engine.recording import NothingRecordedError, Recording
from duronb.events import Emit, Event
from duronb.subject.plan import WorkloadPlan

_WARM_UP = "warm_up"
"""Key in ``recording.json`` of a warm-up."""


def run_warm_up(engine: Engine, built: Built, plan: WorkloadPlan, recording_id: str, emit: Emit) -> str:
    """Run the workload as it will be recorded, discard the recording, and return a notice for the run.

    Raises
    ------
    KeyboardInterrupt
        The user interrupted it.
    """
    length = f"{built.planned.request.warmup_seconds} s per stage"
    emit(Event(kind="output", step="record", text=f"Warm-up of {length}, which is not counted."))
    recording = Recording.create(f"{recording_id}-warm-up")
    watch = watch_of(emit, plan)
    try:
        # If this process is killed, the next one finds the engine in which the workload still runs.
        recording.write({"engine": engine.name, _WARM_UP: True})
        with step(emit, "record"):
            ended = engine.record(recording, record_plan(built, plan), watch.line, watch.tick)
    finally:
        engine.discard(recording)
        recording.remove()
    if ended.interrupted:
        raise KeyboardInterrupt
    failed = f" It ended with exit code {ended.exit_code}." if ended.exit_code else ""
    return f"The workload ran for {length} first, which is not counted.{failed}"


def is_warm_up(content: Mapping[str, object]) -> bool:
    """Return whether the content of a ``recording.json`` is that of a warm-up."""
    return content.get(_WARM_UP) is True


def stop_warm_up(recording: Recording, content: Mapping[str, object]) -> None:
    """Stop the warm-up of a killed process and remove everything of it.

    Raises
    ------
    HostError
        Its engine does not answer.
    """
    with contextlib.closing(engine_called(str(content.get("engine")))) as engine:
        with contextlib.suppress(NothingRecordedError):
            engine.recover(recording)
        engine.discard(recording)
    recording.remove()
