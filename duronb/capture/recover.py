"""Recovery: the recording of a killed process is stored as an interrupted run."""

from __future__ import annotations

import contextlib

from duronb.capture.collect import Picture, collect
from duronb.capture.recording_facts import RecordingFacts
from duronb.capture.warm_up import is_warm_up, stop_warm_up
from duronb.engine.choose import engine_called
from duronb.engine.protocol import Engine
from duronb.engine.recording import NothingRecordedError, Recording
from duronb.errors import DuronbError
from duronb.events import Emit, Event, silent
from duronb.model.run import RunRecord
from duronb.store import open_store


def recover_recordings(emit: Emit = silent, *, picture: Picture | None = None) -> list[RunRecord]:
    """Finish every abandoned recording of this machine.

    Parameters
    ----------
    emit
        Called with an event for each recording: a sentence on what happened to it.
    picture
        Draws the picture that is stored beside a run; ``None`` for no picture.

    Returns
    -------
    The stored runs. A recording that cannot be finished now is kept for the next call.
    """
    runs = []
    for recording in Recording.abandoned():
        content = recording.read()
        if not content:
            recording.remove()
            continue
        try:
            if is_warm_up(content):
                stop_warm_up(recording, content)
                continue
            facts = RecordingFacts.from_json(content)
            with contextlib.closing(engine_called(facts.engine)) as engine:
                run = None
                with contextlib.suppress(NothingRecordedError):
                    run = _finish_recording(recording, facts, engine, picture)
                engine.discard(recording)
            recording.remove()
            if run is None:
                continue
        except DuronbError as error:
            text = f"The recording {recording.id} of a killed process could not be finished: {error}"
        else:
            runs.append(run)
            text = f"The run {run.id} of a killed process was stored as {run.status}."
        finally:
            recording.release()
        emit(Event(kind="output", step="prepare", text=text))
    return runs


def _finish_recording(
    recording: Recording, facts: RecordingFacts, engine: Engine, picture: Picture | None
) -> RunRecord:
    ended = engine.recover(recording) if facts.ended is None else facts.ended
    return collect(recording, engine, open_store(facts.store), ended, picture=picture)
