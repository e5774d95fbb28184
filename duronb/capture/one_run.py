"""Record one run: from a request to a stored run."""

from __future__ import annotations

from duronb.capture.collect import Picture, check_workload
from duronb.capture.planned import Planned, planned_seconds
from duronb.capture.session import Session
from duronb.engine.protocol import Engine
from duronb.events import Emit, Event, silent
from duronb.model.run import RunRecord
from duronb.request import ProfileRequest
from duronb.store import Store


def capture(
    request: ProfileRequest,
    store: Store,
    on_event: Emit = silent,
    *,
    picture: Picture | None = None,
    engine: Engine | None = None,
) -> RunRecord:
    """Record and store one run.

    Parameters
    ----------
    request
        What to profile and how.
    store
        Store for the run.
    on_event
        Called with each progress event, never concurrently.
    picture
        Draws the picture that is stored beside the run; ``None`` for no picture.
    engine
        Engine to use; ``None`` to choose one by ``request.engine``.

    Returns
    -------
    The stored run; its status is ``interrupted`` when the user stopped the workload.

    Raises
    ------
    RequestError, HostError, BuildError
        The workload could not run; nothing is stored. HostError also if its results could not be collected.
    WorkloadError
        The workload misbehaved; what was captured is stored as ``failed``.
    KeyboardInterrupt
        The user interrupted before the workload ran.
    """
    with Session(store, on_event, picture=picture, engine=engine) as session:
        (planned,) = session.prepare(request)
        for notice in planned.plan.notices:
            session.emit(Event(kind="notice", step="prepare", text=notice))
        text, seconds = _plan_text(planned), planned_seconds(planned)
        session.emit(Event(kind="plan", step="prepare", text=text, expected_seconds=seconds))
        run = session.record(session.build(planned))
    check_workload(run)
    return run


def duration_text(seconds: float) -> str:
    """Return a length of time for a sentence: ``45 s``, ``3.5 min``."""
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.1f} min"


def _plan_text(planned: Planned) -> str:
    """Return the sentence on what will run and how long it will take, a warm-up included."""
    plan = planned.plan
    length = duration_text(planned_seconds(planned))
    stages = f"{plan.expects.stages} stages of {plan.expects.seconds} s" if plan.expects.stages > 1 else "one stage"
    if planned.warm_up is not None:
        stages += f" after a warm-up of {planned.request.warmup_seconds} s per stage"
    build = "minutes the first time, seconds when unchanged"
    return f"{plan.subject.name}: {stages}, about {length}, after the build ({build})."
