"""One session builds several workloads and records each as often as wanted."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from duronb.cache import cache_directory
from duronb.capture.exclusive import sole_build, sole_recording
from duronb.capture.one_run import capture
from duronb.capture.recover import recover_recordings
from duronb.capture.session import Session
from duronb.engine.protocol import Ended, RecordPlan
from duronb.engine.recording import Recording
from duronb.errors import HostError, RequestError, WorkloadError
from duronb.events import STEPS, Event, silent
from duronb.model.record.series_member import SeriesMember
from duronb.request import ProfileRequest
from duronb.store import Store
from tests.capture.pretended import PretendedEngine, lock


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "store"))


def request(release: str, label: str = "profile", warmup_seconds: int = 0) -> ProfileRequest:
    return ProfileRequest(
        seconds=2, release=release, stages=("file:2/2",), engine="native", label=label, warmup_seconds=warmup_seconds
    )


def test_two_builds_are_recorded_in_any_order_each_as_a_run_of_its_own(store: Store) -> None:
    engine = PretendedEngine()
    with Session(store, engine=engine) as session:
        first, second = session.prepare(request("0.1.1", label="one"), request("0.1.2", label="two"))
        one, two = session.build(first), session.build(second, seed=lock("x"))
        ids = [session.record(built, series=SeriesMember(id="s", block=1)).id for built in (two, one, two)]

    assert (engine.prepared, engine.closed, len(engine.built)) == (1, 1, 2)
    assert [seed for _, seed in engine.built] == [None, lock("x")]
    assert engine.recorded == [two.build.binary, one.build.binary, two.build.binary]
    stored = {run.id: run for run in store.runs()}
    assert set(ids) == set(stored)
    assert [stored[run_id].label for run_id in ids] == ["two", "one", "two"]
    run = stored[ids[0]]
    assert (run.status, run.stages[0].completed, run.series) == ("complete", 40, SeriesMember(id="s", block=1))
    assert run.subject.version == "0.1.2"
    assert run.environment.build_source == second.source_hash
    assert run.cargo_lock == two.build.cargo_lock
    assert "Kernel functions have no names." in run.quality.notices
    assert not list((cache_directory() / "recordings").iterdir())


def test_nothing_is_left_of_a_recording_that_failed(store: Store) -> None:
    engine = PretendedEngine(behaviours=["refuse"])
    with Session(store, engine=engine) as session:
        (planned,) = session.prepare(request("0.1.1"))
        built = session.build(planned)
        with pytest.raises(HostError, match="perf is refused"):
            session.record(built)
    assert (engine.closed, engine.discarded) == (1, 1)
    assert not list((cache_directory() / "recordings").iterdir())
    with sole_recording("x"):
        pass


def test_a_mistake_is_reported_and_a_workload_built_while_another_run_is_recorded(
    store: Store, make_checkout: Callable[..., Path]
) -> None:
    misspelt = ProfileRequest(repo=str(make_checkout()), example="zebar", engine="native")
    events: list[Event] = []
    with ThreadPoolExecutor(1) as other, sole_recording("theirs"):
        with Session(store, engine=PretendedEngine()) as session, pytest.raises(RequestError, match="zebar"):
            session.prepare(misspelt)
        engine = PretendedEngine()
        recorded = other.submit(capture, request("0.1.1", label="mine"), store, events.append, engine=engine)
        waiting = wait_for(lambda: [event.text for event in events if event.text.startswith("Waiting: ")])
        assert "has been recording 'theirs' since" in waiting[0]
        assert (len(engine.built), engine.recorded) == (1, [])
        assert not recorded.done()
    assert recorded.result(10).status == "complete"
    assert any("This build disturbs another run" in event.text for event in events)


@pytest.mark.parametrize(("short", "said"), [(1e-6, True), (60.0, False)])
def test_a_build_by_another_process_during_a_recording_is_a_notice(
    store: Store, monkeypatch: pytest.MonkeyPatch, short: float, said: bool
) -> None:
    monkeypatch.setattr("duronb.capture.exclusive._SHORT_BUILD_SECONDS", short)

    def rate(_binary: str, _number: int) -> float:
        with ThreadPoolExecutor(1) as other:
            other.submit(build).result(10)
        return 20.0

    def build() -> None:
        with sole_build("theirs"):
            pass

    run = capture(request("0.1.1"), store, engine=PretendedEngine(rate=rate))
    assert any("Another duronb was building" in notice for notice in run.quality.notices) == said
    run = capture(request("0.1.1"), store, engine=PretendedEngine())
    assert not any("Another duronb was building" in notice for notice in run.quality.notices)


def wait_for(found: Callable[[], list[str]]) -> list[str]:
    """Return the first answer that is not empty."""
    deadline = time.monotonic() + 10
    while not (answer := found()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return answer


def test_what_the_database_is_on_is_recorded_and_checked_before_the_build(store: Store) -> None:
    engine = PretendedEngine()
    asked = replace(request("0.1.1"), database_on="~/somewhere")
    run = capture(asked, store, engine=engine)
    home = str(Path("~/somewhere").expanduser())
    assert engine.databases == [home]
    assert (run.environment.database_on, run.environment.tmp_filesystem) == (home, "ext4")
    assert run.request.database_on == "~/somewhere"

    engine = PretendedEngine(filesystem="")
    with pytest.raises(RequestError, match="There is none"):
        capture(asked, store, engine=engine)
    assert engine.built == []


@pytest.mark.parametrize(("filesystem", "said"), [("tmpfs", True), ("ramfs", True), ("ext4", False)])
def test_a_database_in_memory_is_a_notice(store: Store, filesystem: str, said: bool) -> None:
    run = capture(request("0.1.1"), store, engine=PretendedEngine(filesystem=filesystem))
    found = [notice for notice in run.quality.notices if "cannot show" in notice]
    assert bool(found) == said
    assert all(notice.startswith(f"File SQLite ran with its files on a {filesystem}") for notice in found)


def test_sides_on_two_engines_are_refused_before_anything_is_prepared(store: Store) -> None:
    engine = PretendedEngine()
    docker = ProfileRequest(release="0.1.1", engine="docker")
    with Session(store, engine=engine) as session, pytest.raises(RequestError, match="different engines"):
        session.prepare(request("0.1.1"), docker)
    assert engine.prepared == 0


def test_one_run_emits_its_steps_in_order_and_states_how_its_workload_ended(store: Store) -> None:
    events: list[Event] = []
    run = capture(request("0.1.1"), store, events.append, engine=PretendedEngine())
    kinds = [(event.kind, event.step) for event in events if event.kind in ("start", "done", "plan")]
    steps = [step for step in STEPS if step != "store"]
    assert kinds == [
        *(("start", "prepare"), ("done", "prepare"), ("plan", "prepare")),
        *((kind, step) for step in steps[1:] for kind in ("start", "done")),
    ]
    assert run.series == SeriesMember()
    assert "series" not in run.to_json()

    with pytest.raises(WorkloadError, match="exit code 101"):
        capture(request("0.1.1"), store, silent, engine=PretendedEngine(behaviours=["crash"]))
    assert [run.status for run in store.runs()] == ["failed", "complete"]


def test_a_run_that_could_not_be_stored_is_stored_by_the_next_start_with_its_series(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object, **_keywords: object) -> None:
        raise HostError("The disk is full.")

    with Session(store, engine=PretendedEngine()) as session:
        (planned,) = session.prepare(request("0.1.1"))
        built = session.build(planned)
        with monkeypatch.context() as patch:
            patch.setattr(Store, "save", full)
            with pytest.raises(HostError, match="full"):
                session.record(built, series=SeriesMember(id="s", side="before", block=3))
    monkeypatch.setattr("duronb.capture.recover.engine_called", lambda _name: PretendedEngine())

    (run,) = recover_recordings()

    assert run.series == SeriesMember(id="s", side="before", block=3)
    assert run.status == "complete"


def test_a_warm_up_runs_first_and_is_counted_nowhere(store: Store) -> None:
    events: list[Event] = []
    engine = PretendedEngine(rate=lambda _binary, number: 5 if number == 0 else 20)
    with Session(store, events.append, engine=engine) as session:
        (planned,) = session.prepare(request("0.1.1", warmup_seconds=3))
        run = session.record(session.build(planned))

    assert (len(engine.recorded), engine.discarded) == (2, 2)
    assert planned.warm_up is not None
    assert (planned.warm_up.arguments[0], planned.plan.arguments[0]) == ("3", "2")
    (stored,) = store.runs()
    assert (stored.id, stored.request.warmup_seconds, stored.request.seconds) == (run.id, 3, 2)
    # All that is counted is of the second execution: one stage, 20 a second for 2 s.
    assert [(stage.name, stage.completed, stage.seconds) for stage in stored.stages] == [("File SQLite 2/2", 40, 2.0)]
    assert "The workload ran for 3 s per stage first, which is not counted." in stored.quality.notices
    assert "Warm-up of 3 s per stage, which is not counted." in [event.text for event in events]
    assert not list((cache_directory() / "recordings").iterdir())


@pytest.mark.parametrize(
    ("warmup_seconds", "text", "seconds"),
    [
        # One stage of 2 s with 2.5 s for its start and end; a warm-up of 3 s takes another 5.5 s.
        (0, "0.1.1: one stage, about 4 s, after the build", 4.5),
        (3, "0.1.1: one stage after a warm-up of 3 s per stage, about 10 s, after the build", 10.0),
    ],
)
def test_the_announced_length_includes_the_warm_up(
    store: Store, warmup_seconds: int, text: str, seconds: float
) -> None:
    events: list[Event] = []
    capture(request("0.1.1", warmup_seconds=warmup_seconds), store, events.append, engine=PretendedEngine())
    (plan,) = [event for event in events if event.kind == "plan"]
    assert text in plan.text
    assert plan.expected_seconds == seconds


def test_a_warm_up_that_is_interrupted_leaves_nothing(store: Store) -> None:
    engine = PretendedEngine(behaviours=["interrupt"])
    with Session(store, engine=engine) as session:
        (planned,) = session.prepare(request("0.1.1", warmup_seconds=3))
        with pytest.raises(KeyboardInterrupt):
            session.record(session.build(planned))
    assert (len(engine.recorded), store.runs()) == (1, [])
    assert not list((cache_directory() / "recordings").iterdir())


def test_a_failed_warm_up_is_a_notice_on_the_run(store: Store) -> None:
    engine = PretendedEngine(behaviours=["crash", "well"])
    with Session(store, engine=engine) as session:
        (planned,) = session.prepare(request("0.1.1", warmup_seconds=1))
        run = session.record(session.build(planned))
    assert run.status == "complete"
    assert any("It ended with exit code 101." in notice for notice in run.quality.notices)


def test_a_workload_without_an_option_for_its_duration_has_no_warm_up(
    store: Store, make_checkout: Callable[..., Path]
) -> None:
    own = ProfileRequest(
        seconds=2, repo=str(make_checkout()), bin="sqlite-stress", args=("7",), engine="native", warmup_seconds=1
    )
    with Session(store, engine=PretendedEngine()) as session, pytest.raises(RequestError, match="Drop --warmup"):
        session.prepare(own)


def test_an_example_warms_up_by_being_repeated(store: Store, make_checkout: Callable[..., Path]) -> None:
    checkout = make_checkout()
    (checkout / "examples").mkdir(exist_ok=True)
    (checkout / "examples" / "zebra.rs").write_text("fn main() {}\n", encoding="utf-8")
    example = ProfileRequest(seconds=9, repo=str(checkout), example="zebra", engine="native", warmup_seconds=4)
    own = ProfileRequest(seconds=9, repo=str(checkout), engine="native", warmup_seconds=4)
    with Session(store, engine=PretendedEngine()) as session:
        planned, stress = session.prepare(example, own)
    assert planned.warm_up is not None
    assert stress.warm_up is not None
    assert (planned.warm_up.repeat_seconds, planned.plan.repeat_seconds) == (4, 9)
    assert (stress.warm_up.arguments, stress.plan.arguments) == (("4",), ("9",))
    assert stress.warm_up.build.source.source_hash == stress.source_hash


@pytest.mark.parametrize(
    ("kind", "printed", "outcome"),
    [
        ("example", 3, (Ended(exit_code=0), 3)),
        ("example", 2, (Ended(exit_code=1), 2)),
        ("example", 0, (Ended(exit_code=1), None)),
        ("bin", 0, (Ended(exit_code=0), 1)),
        ("bin", 0, (Ended(exit_code=0, interrupted=True), None)),
        ("bin", 0, (Ended(exit_code=1), None)),
    ],
)
def test_the_repetitions_of_a_program_without_stages_are_recorded(
    store: Store, make_checkout: Callable[..., Path], kind: str, printed: int, outcome: tuple[Ended, int | None]
) -> None:
    ended, repetitions = outcome

    class Repeating(PretendedEngine):
        def record(
            self, recording: Recording, plan: RecordPlan, on_line: Callable[[bytes], None], on_tick: Callable[[], None]
        ) -> Ended:
            assert (plan.repeat_seconds is not None) == (kind == "example")
            recording.log.write_bytes(b"hello\n" * printed)
            for number in range(printed):
                on_line(b"hello")
                on_line(b'\x1e{"repetitions": %d}' % (number + 1))
            return ended

    checkout = make_checkout()
    folder = checkout / ("examples" if kind == "example" else "src/bin")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "zebra.rs").write_text("fn main() {}\n", encoding="utf-8")
    own = ProfileRequest(
        seconds=2,
        repo=str(checkout),
        engine="native",
        **{kind: "zebra"},  # type: ignore[arg-type]  # a name
    )
    with Session(store, engine=Repeating()) as session:
        (planned,) = session.prepare(own)
        run = session.record(session.build(planned))
    (stage,) = run.stages
    assert (stage.name, stage.repetitions, stage.lock_warnings) == ("zebra", repetitions, None)
    assert store.load(run.id).stages[0].repetitions == repetitions
