"""A session: one engine, its builds, and any number of runs of them, which take turns with other sessions."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from duronb.capture.collect import Picture, collect
from duronb.capture.exclusive import Disturbance, sole_build, sole_recording
from duronb.capture.load import load
from duronb.capture.planned import Built, Planned, build_facts, record_plan
from duronb.capture.pulse import step
from duronb.capture.recording_facts import RecordingFacts
from duronb.capture.recover import recover_recordings
from duronb.capture.warm_up import run_warm_up
from duronb.capture.watch import Watch, watch_of
from duronb.engine.choose import choose_engine
from duronb.engine.protocol import Ended, Engine
from duronb.engine.recording import Recording
from duronb.errors import RequestError
from duronb.events import Emit, Event, silent
from duronb.model.record.environment import Environment
from duronb.model.record.series_member import SeriesMember
from duronb.model.run import RunRecord
from duronb.request import ProfileRequest
from duronb.store import Store
from duronb.subject.plan import FoundSubject, WorkloadPlan, find_subject


class Session:
    """A session. Call ``prepare``, then ``build`` and ``record`` any number of times; ``prepare`` again for more sides.

    The host is locked only while something is recorded, so mistakes in a request are reported at once.

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
        On entering the context: the store cannot be written.
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
        self._has_turn = False
        self._prepared = False

    def __enter__(self) -> Self:
        self._store.check_writable()
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
        engine = self._engine
        if not self._prepared:
            self._resources.enter_context(closing(engine))
            self._prepared = True
        # A further call emits the same notices again.
        self._notices.clear()
        rebuild = any(request.rebuild for request in requests)
        # With ``rebuild`` the engine removes what was built, which another process may be using.
        turn = sole_build(first.label, self.emit) if rebuild else nullcontext()
        with turn, step(self.emit, "prepare"):
            engine.prepare(
                self._collecting_notices(self._notices),
                rebuild=rebuild,
                frequency_hz=first.frequency_hz,
                call_graph=first.call_graph,
            )
            planned = [self._plan(request, subject) for request, subject in zip(requests, subjects, strict=True)]
            return tuple(replace(each, database=engine.database(each.request.database_place)) for each in planned)

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
        alone = sole_build(planned.request.label, self.emit, has_turn=self._has_turn)
        with alone, step(self.emit, "build"):
            build = self.engine.builder.build(
                planned.plan.build, self._collecting_notices(notices), rebuild=planned.request.rebuild, seed=seed
            )
        return Built(planned=planned, build=build, notices=tuple(notices))

    @contextmanager
    def turn(self, label: str, emit: Emit | None = None) -> Iterator[None]:
        """Lock the host for several recordings, between which no other session may record.

        Parameters
        ----------
        label
            What is recorded, for the messages of sessions that wait.
        emit
            Called with what is waited for, instead of the session's ``on_event``.

        Raises
        ------
        HostError
            The cache directory cannot be written.
        """
        if self._has_turn:
            yield
            return
        with sole_recording(label, emit or self.emit):
            self._has_turn = True
            try:
                yield
            finally:
                self._has_turn = False

    def record(
        self,
        built: Built,
        *,
        series: SeriesMember | None = None,
        notices: tuple[str, ...] = (),
        emit: Emit | None = None,
    ) -> RunRecord:
        """Run a built workload once under the sampler, and store the run. Wait for recordings of other sessions.

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
        with self.turn(built.planned.request.label):
            return self._record(built, series or SeriesMember(), notices, emit or self.emit)

    def _record(self, built: Built, series: SeriesMember, notices: tuple[str, ...], emit: Emit) -> RunRecord:
        engine = self.engine
        request, plan = built.planned.request, built.planned.plan
        stated = build_facts(built)  # before a warm-up keeps the machine busy
        if built.planned.warm_up is not None:
            reserved = self._store.reserve_id(engine.name, request.label, datetime.now(UTC))
            notices = (*notices, run_warm_up(engine, built, built.planned.warm_up, reserved, emit))
        created = datetime.now(UTC)
        recording = Recording.create(self._store.reserve_id(engine.name, request.label, created))
        facts = RecordingFacts(
            engine=engine.name,
            sampler=engine.sampler.name,
            store=self._store.root,
            created=created,
            request=request,
            subject=plan.subject,
            environment=self._environment.updated(engine.environment()).updated(built.planned.database).updated(stated),
            build_seconds=round(built.build.seconds, 3),
            expects=plan.expects,
            notices=(*self._notices, *built.notices, *notices),
            series=series,
        )
        disturbance = Disturbance()
        try:
            (recording.path / "Cargo.lock").write_bytes(built.build.cargo_lock)
            recording.write(facts.to_json())
            with step(emit, "record"):
                watch = watch_of(emit, plan)
                ended = engine.record(recording, record_plan(built, plan), watch.line, watch.tick)
        except BaseException:
            # Nothing useful was recorded. Its containers and volumes in the engine must not remain.
            engine.discard(recording)
            recording.remove()
            raise
        facts = replace(
            facts,
            environment=replace(facts.environment, load_after=load()),
            notices=(*facts.notices, *disturbance.notices),
            ended=ended,
            repetitions=_repetitions(plan, watch, ended),
        )
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
