"""A session: one engine on the locked host, its builds, and any number of runs of them."""

from __future__ import annotations

import threading
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from duronb.capture.collect import Picture, collect
from duronb.capture.exclusive import load, sole_run
from duronb.capture.planned import Built, Planned
from duronb.capture.pulse import step
from duronb.capture.recording_facts import RecordingFacts
from duronb.capture.recover import recover_recordings
from duronb.capture.watch import Watch, record_seconds, watch_of
from duronb.engine.choose import choose_engine
from duronb.engine.protocol import Ended, Engine, RecordPlan
from duronb.engine.recording import Recording
from duronb.errors import RequestError
from duronb.events import Emit, Event, silent
from duronb.model.record.environment import Environment
from duronb.model.record.series_member import SeriesMember
from duronb.model.run import RunRecord
from duronb.request import ProfileRequest
from duronb.store import Store
from duronb.subject.cargo_lock import dependencies_hash
from duronb.subject.plan import FoundSubject, WorkloadPlan, find_subject


class Session:
    """A session. It locks the host; call ``prepare`` once, then ``build`` and ``record`` any number of times.

    Parameters
    ----------
    store
        Store for the runs.
    on_event
        Called with each progress event, never concurrently.
    picture
        Draws the picture that is stored beside a run; ``None`` for no picture.
    engine
        Engine to use; ``None`` to choose one by the request. The session closes it.

    Raises
    ------
    HostError
        On entering the context: another process is recording, or the store cannot be written.
    """

    def __init__(
        self,
        store: Store,
        on_event: Emit = silent,
        *,
        picture: Picture | None = None,
        engine: Engine | None = None,
    ) -> None:
        self._store = store
        self._on_event = on_event
        self._picture = picture
        self._engine = engine
        self._environment = Environment()
        self._notices: list[str] = []
        self._emit_lock = threading.Lock()
        self._resources = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as resources:
            resources.enter_context(sole_run())
            self._store.check_writable()
            self._resources = resources.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._resources.__exit__(kind, error, traceback)

    def emit(self, event: Event) -> None:
        """Emit an event. Events come from two threads, see ``step``; the front end gets them one at a time."""
        with self._emit_lock:
            self._on_event(event)

    @property
    def engine(self) -> Engine:
        """The engine; known after ``prepare``."""
        if self._engine is None:
            raise RuntimeError("prepare was not called")
        return self._engine

    def prepare(self, *requests: ProfileRequest) -> tuple[Planned, ...]:
        """Prepare the engine, and return a plan for each request.

        Raises
        ------
        RequestError, HostError
            A request is invalid or not possible on this host, or the requests name different engines.
        """
        first = requests[0]
        if len({request.engine for request in requests}) > 1:
            raise RequestError("Runs on different engines cannot be compared.", "Give one --engine for both sides.")
        subjects = [find_subject(request) for request in requests]
        recover_recordings(self.emit, picture=self._picture)
        if self._engine is None:
            self._engine, why = choose_engine(first.engine)
            self.emit(Event(kind="output", step="prepare", text=why))
            self._environment = Environment(engine_choice=why)
        engine = self._resources.enter_context(closing(self._engine))
        with step(self.emit, "prepare"):
            engine.prepare(
                self._collecting_notices(self._notices),
                rebuild=any(request.rebuild for request in requests),
                frequency_hz=first.frequency_hz,
                call_graph=first.call_graph,
            )
            return tuple(self._plan(request, subject) for request, subject in zip(requests, subjects, strict=True))

    def build(self, planned: Planned, *, seed: bytes | None = None) -> Built:
        """Build a workload, or find it built. Later builds do not replace its binary.

        Parameters
        ----------
        planned
            As returned by ``prepare``.
        seed
            The ``Cargo.lock`` to start from, see ``Builder.build``.

        Raises
        ------
        BuildError, HostError, RequestError
            cargo failed.
        """
        notices = list(planned.plan.notices)
        with step(self.emit, "build"):
            build = self.engine.builder.build(
                planned.plan.build, self._collecting_notices(notices), rebuild=planned.request.rebuild, seed=seed
            )
        return Built(planned=planned, build=build, notices=tuple(notices))

    def record(
        self,
        built: Built,
        *,
        series: SeriesMember | None = None,
        notices: tuple[str, ...] = (),
        emit: Emit | None = None,
    ) -> RunRecord:
        """Run a built workload once under the sampler, and store the run.

        Parameters
        ----------
        built
            As returned by ``build``.
        series
            Membership in an A/B, stored in the run; ``None`` for other runs.
        notices
            Stored in the run, after the notices of the session and of the build.
        emit
            Called with this run's events instead of the session's ``on_event``.

        Returns
        -------
        The stored run, even if its workload misbehaved: see ``check_workload``.

        Raises
        ------
        HostError
            Nothing was recorded, or the recording could not be stored. The next session tries again to store it.
        """
        emit, engine = emit or self.emit, self.engine
        request, plan = built.planned.request, built.planned.plan
        stated = _build_facts(built)  # before a warm-up keeps the machine busy
        if built.planned.warm_up is not None:
            notices = (*notices, self._warm_up(built, built.planned.warm_up, emit))
        created = datetime.now(UTC)
        recording = Recording.create(self._store.reserve_id(engine.name, request.label, created))
        facts = RecordingFacts(
            engine=engine.name,
            sampler=engine.sampler.name,
            store=self._store.root,
            created=created,
            request=request,
            subject=plan.subject,
            environment=self._environment.updated(engine.environment()).updated(stated),
            build_seconds=round(built.build.seconds, 3),
            expects=plan.expects,
            notices=(*self._notices, *built.notices, *notices),
            series=series or SeriesMember(),
        )
        try:
            (recording.path / "Cargo.lock").write_bytes(built.build.cargo_lock)
            recording.write(facts.to_json())
            with step(emit, "record"):
                watch = watch_of(emit, plan)
                ended = engine.record(recording, _record_plan(built, plan), watch.line, watch.tick)
        except BaseException:
            # Nothing useful was recorded. Its containers and volumes in the engine must not remain.
            engine.discard(recording)
            recording.remove()
            raise
        environment = replace(facts.environment, load_after=load())
        facts = replace(facts, environment=environment, ended=ended, repetitions=_repetitions(plan, watch, ended))
        recording.write(facts.to_json())
        try:
            with step(emit, "collect"):
                run = collect(recording, engine, self._store, ended, picture=self._picture)
            engine.discard(recording)
            recording.remove()
        finally:
            # If this failed (a full disk, a second interrupt), the next session may finish it.
            recording.release()
        return run

    def _plan(self, request: ProfileRequest, subject: FoundSubject) -> Planned:
        engine, resolve = self.engine, self.engine.builder.resolve_release
        plan, warm_up = subject.plan(request, engine.sampler, resolve), None
        if request.warmup_seconds:
            shorter = replace(request, seconds=request.warmup_seconds)
            warm_up = subject.plan(shorter, engine.sampler, resolve)
            same = (warm_up.arguments, warm_up.repeat_seconds) == (plan.arguments, plan.repeat_seconds)
            if same and request.warmup_seconds != request.seconds:
                raise RequestError(
                    "This workload has no option for its duration, which --warmup needs.", "Drop --warmup."
                )
        return Planned(request=request, plan=plan, warm_up=warm_up)

    def _warm_up(self, built: Built, plan: WorkloadPlan, emit: Emit) -> str:
        """Run the workload as it will be recorded, discard the recording, and return a notice for the run."""
        length = f"{built.planned.request.warmup_seconds} s per stage"
        emit(Event(kind="output", step="record", text=f"Warm-up of {length}, which is not counted."))
        recording = Recording.create(
            f"{self._store.reserve_id(self.engine.name, built.planned.request.label, datetime.now(UTC))}-warm-up"
        )
        watch = watch_of(emit, plan)
        try:
            with step(emit, "record"):
                ended = self.engine.record(recording, _record_plan(built, plan), watch.line, watch.tick)
        finally:
            self.engine.discard(recording)
            recording.remove()
        if ended.interrupted:
            raise KeyboardInterrupt
        failed = f" It ended with exit code {ended.exit_code}." if ended.exit_code else ""
        return f"The workload ran for {length} first, which is not counted.{failed}"

    def _collecting_notices(self, notices: list[str]) -> Emit:
        """Return a function that emits events and appends the text of notices to a list."""

        def emit(event: Event) -> None:
            if event.kind == "notice":
                notices.append(event.text)
            self.emit(event)

        return emit


def _repetitions(plan: WorkloadPlan, watch: Watch, ended: Ended) -> int | None:
    """Return how often a workload ran to its end; ``None`` if unknown."""
    if plan.repeat_seconds is not None:
        return watch.repetitions
    return 1 if ended.exit_code == 0 and not ended.interrupted else None


def _record_plan(built: Built, plan: WorkloadPlan) -> RecordPlan:
    request = built.planned.request
    return RecordPlan(
        command=(built.build.binary, *plan.arguments),
        frequency_hz=request.frequency_hz,
        call_graph=request.call_graph,
        repeat_seconds=plan.repeat_seconds,
    )


def planned_seconds(planned: Planned) -> float:
    """Return the expected duration of a planned run in seconds, its warm-up included."""
    return sum(record_seconds(plan) for plan in (planned.warm_up, planned.plan) if plan is not None)


def _build_facts(built: Built) -> Environment:
    """Return the facts about a build, and the load of the machine now, before the start."""
    return Environment(
        toolchain=built.build.toolchain,
        flags=dict(built.build.flags),
        build_source=built.planned.source_hash,
        dependencies_sha256=dependencies_hash(built.build.cargo_lock),
        load_before=load(),
        stated=frozenset({"dependencies_sha256"}),
    )
