"""From a request to a stored run, step by step."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Any

from duronb.capture.collect import Picture, check_workload, collect
from duronb.capture.host import load, sole_run
from duronb.capture.recover import recover_recordings
from duronb.capture.watch import Watch
from duronb.engine.choose import choose_engine
from duronb.engine.protocol import Engine, RecordPlan
from duronb.engine.recording import Recording
from duronb.events import Emit, Event, Step, silent
from duronb.model.run import RunRecord
from duronb.request import ProfileRequest
from duronb.store import Store
from duronb.subject.plan import WorkloadPlan, find_subject

STAGE_OVERHEAD_SECONDS = 2.5
"""What a stage takes beyond its seconds: the drain and the runtime's shutdown."""


def capture(
    request: ProfileRequest,
    store: Store,
    on_event: Emit = silent,
    *,
    picture: Picture | None = None,
    engine: Engine | None = None,
) -> RunRecord:
    """Make one run.

    Parameters
    ----------
    request
        What to profile and how.
    store
        Where the run goes.
    on_event
        Takes progress events, one at a time.
    picture
        Draws the SVG that lies beside the run.
    engine
        Where it runs; chosen by ``request.engine`` when ``None``.

    Returns
    -------
    The stored run; its status is ``interrupted`` when the user stopped the workload.

    Raises
    ------
    RequestError, HostError, BuildError
        Before the workload ran; nothing is stored.
    WorkloadError
        The workload misbehaved; what was captured is stored as ``failed``.
    KeyboardInterrupt
        The user interrupted before the workload ran.
    """
    notices: list[str] = []
    drawing = threading.Lock()

    def emit(event: Event) -> None:
        # From two threads, see _step; a front end draws one event at a time.
        with drawing:
            on_event(event)

    def tell(event: Event) -> None:
        if event.kind == "notice":
            notices.append(event.text)
        emit(event)

    with sole_run():
        store.check_writable()
        subject = find_subject(request)
        recover_recordings(emit, picture=picture)
        if engine is None:
            engine, why = choose_engine(request.engine)
            tell(Event(kind="output", step="prepare", text=why))
            environment = {"engine_choice": why}
        else:
            environment = {}
        with closing(engine):
            with _step(emit, "prepare"):
                engine.prepare(
                    tell, rebuild=request.rebuild, frequency_hz=request.frequency_hz, call_graph=request.call_graph
                )
                plan = subject.plan(request, engine.sampler, engine.resolve_release)
            for notice in plan.notices:
                tell(Event(kind="notice", step="prepare", text=notice))
            emit(Event(kind="plan", step="prepare", text=_expectation(plan), expected_seconds=_record_seconds(plan)))
            with _step(emit, "build"):
                build = engine.build(plan.build, tell, rebuild=request.rebuild)
            created = datetime.now(UTC)
            recording = Recording.create(store.reserve_id(engine.name, request.label, created))
            facts: dict[str, Any] = {
                "engine": engine.name,
                "sampler": engine.sampler,
                "store": store.root,
                "created": created.isoformat(),
                "request": request.to_json(),
                "subject": plan.subject,
                "environment": environment
                | engine.environment()
                | {"toolchain": build.toolchain, "flags": dict(build.flags), "load_before": load()},
                "build_seconds": round(build.seconds, 3),
                "expects": plan.expects.to_json(),
                "notices": notices,
            }
            try:
                (recording.path / "Cargo.lock").write_bytes(build.cargo_lock)
                recording.write(facts)
                with _step(emit, "record"):
                    watch = Watch(emit, stages=plan.expects.stages, expected_seconds=_record_seconds(plan))
                    ended = engine.record(
                        recording,
                        RecordPlan(
                            command=(build.binary, *plan.arguments),
                            frequency_hz=request.frequency_hz,
                            call_graph=request.call_graph,
                            repeat_seconds=plan.repeat_seconds,
                        ),
                        watch.line,
                        watch.tick,
                    )
            except BaseException:
                # Nothing of worth was recorded; what an engine holds for it must not outlive this.
                engine.discard(recording)
                recording.remove()
                raise
            facts["environment"]["load_after"] = load()
            facts["ended"] = {"exit_code": ended.exit_code, "interrupted": ended.interrupted}
            recording.write(facts)
            try:
                with _step(emit, "collect"):
                    run = collect(recording, engine, store, ended, picture=picture)
                engine.discard(recording)
                recording.remove()
            finally:
                # Where this failed (a full disk, a second interrupt), the next start may finish it.
                recording.release()
    check_workload(run)
    return run


def _record_seconds(plan: WorkloadPlan) -> float:
    return max(1, plan.expects.stages) * (plan.expects.seconds + STAGE_OVERHEAD_SECONDS)


def _expectation(plan: WorkloadPlan) -> str:
    """Say before the start how long it will take."""
    seconds = _record_seconds(plan)
    length = f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.1f} min"
    stages = f"{plan.expects.stages} stages of {plan.expects.seconds} s" if plan.expects.stages > 1 else "one stage"
    build = "minutes the first time, seconds when unchanged"
    return f"{plan.subject['name']}: {stages}, about {length}, after the build ({build})."


@contextmanager
def _step(emit: Emit, step: Step) -> Iterator[None]:
    """Tell of a step's start and end, and of the time in between: a compiler may be silent for minutes."""
    started = time.monotonic()
    over = threading.Event()

    def beat() -> None:
        while not over.wait(1.0):
            emit(Event(kind="tick", step=step, elapsed_seconds=time.monotonic() - started))

    emit(Event(kind="start", step=step))
    heart = threading.Thread(target=beat, daemon=True)
    if step != "record":  # whose ticks are the engine's
        heart.start()
    try:
        yield
    finally:
        over.set()
        if heart.ident is not None:
            heart.join()
    emit(Event(kind="done", step=step, elapsed_seconds=time.monotonic() - started))
