"""Blocks of an A/B: which runs are recorded, what happens to failed ones, and how a series is continued."""

from __future__ import annotations

import dataclasses
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from duronb.capture.ab.blocks import more_blocks, run_blocks
from duronb.capture.ab.series import Series, all_series, pinned_request, stored_series
from duronb.capture.ab.sides import SideBuildError, build_sides, check_blocks, emit_plan, prepare_sides
from duronb.capture.exclusive import sole_recording
from duronb.capture.session import Session
from duronb.errors import HostError, RequestError, StoreError, WorkloadError
from duronb.events import Event, silent
from duronb.model.record.environment import Environment
from duronb.request import ProfileRequest
from duronb.store import Store
from tests.capture.pretended import PretendedEngine


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "store"))


def requests(before: str = "0.1.1", after: str = "0.1.2") -> tuple[ProfileRequest, ProfileRequest]:
    options: dict[str, Any] = {"seconds": 2, "stages": ("file:2/2",), "engine": "native"}
    return (
        ProfileRequest(release=before, label="before-it", **options),
        ProfileRequest(release=after, label="after-it", **options),
    )


def record(store: Store, engine: PretendedEngine, blocks: int = 5, on_event: Any = silent, **options: Any) -> Series:
    with Session(store, on_event, engine=engine) as session:
        before, after = prepare_sides(session, *requests())
        emit_plan(session, before, after, blocks)
        return run_blocks(session, *build_sides(session, before, after), blocks, **options)


def more(store: Store, engine: PretendedEngine, blocks: int = 2, **options: Any) -> Series:
    with Session(store, engine=engine) as session:
        return more_blocks(session, stored_series(store), blocks, **options)


def test_warm_ups_come_first_and_every_block_has_one_run_of_each_side(store: Store) -> None:
    series = record(store, PretendedEngine(), seed=7)

    kept = [run.series for run in series.runs]
    assert [(facts.side, facts.warm_up, facts.block) for facts in kept[:2]] == [
        ("before", True, 0),
        ("after", True, 0),
    ]
    assert Counter(facts.block for facts in kept) == dict.fromkeys(range(6), 2)
    for number in range(1, 6):
        pair = [facts for facts in kept if facts.block == number]
        sides = "".join("A" if facts.side == "before" else "B" for facts in pair)
        assert {facts.order for facts in pair} == {sides}
        assert not any(facts.warm_up for facts in pair)
    assert {(facts.id, facts.look, facts.seed) for facts in kept} == {(series.id, 1, 7)}
    assert len(store.runs()) == 12
    before, after = series.pairs
    assert {run.label for run in before} == {"before-it"}
    assert {run.label for run in after} == {"after-it"}
    assert [run.series.block for run in before] == [run.series.block for run in after] == [1, 2, 3, 4, 5]


@pytest.mark.long
def test_the_order_is_that_of_the_seed_and_both_orders_occur(store: Store) -> None:
    def orders(seed: int) -> list[str | None]:
        series = record(store, PretendedEngine(), 8, seed=seed)
        return [run.series.order for run in series.runs[2::2]]

    first = orders(1)
    assert orders(1) == first
    assert set(first) == {"AB", "BA"}
    assert any(orders(seed) != first for seed in range(2, 5))


def test_both_sides_are_built_first_and_the_second_begins_with_the_lock_of_the_first(store: Store) -> None:
    engine = PretendedEngine()
    record(store, engine, 1)
    assert [seed is None for _, seed in engine.built] == [True, False]
    assert engine.built[1][1] == store.runs("before-it")[0].cargo_lock


def test_the_side_with_a_lock_file_of_its_own_is_built_first(store: Store) -> None:
    engine = PretendedEngine()
    with Session(store, engine=engine) as session:
        before, after = prepare_sides(session, *requests())
        plan = dataclasses.replace(after.plan, build=dataclasses.replace(after.plan.build, own_lock=True))
        first, second = build_sides(session, before, dataclasses.replace(after, plan=plan))
    assert [plan.source.source_hash for plan, _ in engine.built] == [after.source_hash, before.source_hash]
    assert engine.built[1][1] == second.build.cargo_lock
    assert first.planned.source_hash == before.source_hash


def test_packages_that_differ_all_the_same_are_kept_on_every_run(store: Store) -> None:
    engine = PretendedEngine()
    with Session(store, engine=engine) as session:
        before, after = prepare_sides(session, *requests())
        engine.tokio_of = {after.source_hash: "1.41.0"}
        series = run_blocks(session, *build_sides(session, before, after), 1)
    for run in series.runs:
        assert run.series.packages == {"tokio": (("1.40.0",), ("1.41.0",))}
        assert any("tokio 1.40.0 → 1.41.0" in notice for notice in run.quality.notices)
    assert not any(run.series.packages for run in record(store, PretendedEngine(), 1).runs)


def test_a_failed_run_is_kept_and_the_series_continues_with_the_next_block(store: Store) -> None:
    # The first run of block 2 fails, so block 2 has no second one; then the second run of block 3.
    engine = PretendedEngine(behaviours=["well"] * 4 + ["crash"] + ["well", "crash"])
    events: list[Event] = []
    series = record(store, engine, 4, events.append)
    assert [run.series.block for run in series.runs] == [0, 0, 1, 1, 2, 3, 3, 4, 4]
    assert [run.status for run in series.runs].count("failed") == 2
    assert [run.series.block for run in series.pairs[0]] == [1, 4]
    assert len(store.runs()) == 9
    said = [event.text for event in events if event.kind == "block"]
    assert len(said) == 9
    assert "failed: The workload ended with exit code 101" in said[4]
    assert not series.interrupted


@pytest.mark.parametrize(("behaviour", "kind"), [("crash", WorkloadError), ("refuse", HostError)])
def test_two_failures_in_a_row_end_it_and_what_was_recorded_stays(
    store: Store, behaviour: str, kind: type[Exception]
) -> None:
    engine = PretendedEngine(behaviours=["well"] * 4 + [behaviour] * 9)
    with pytest.raises(kind, match="2 consecutive runs failed") as failure:
        record(store, engine)
    assert len(engine.recorded) == 6
    assert len(stored_series(store).pairs[0]) == 1
    assert stored_series(store).id in str(failure.value)
    assert "\n" not in str(failure.value)


def test_an_interrupted_run_ends_the_series_and_everything_stays(store: Store) -> None:
    series = record(store, PretendedEngine(behaviours=["well"] * 5 + ["interrupt"]))
    assert series.interrupted
    assert [run.status for run in series.runs] == ["complete"] * 5 + ["interrupted"]
    assert [run.series.block for run in series.pairs[1]] == [1]
    assert len(store.runs()) == 6


def test_an_interrupt_between_runs_keeps_them_and_before_the_first_is_raised(store: Store) -> None:
    series = record(store, PretendedEngine(behaviours=["well"] * 3 + ["ctrl-c"]))
    assert series.interrupted
    assert len(series.runs) == 3
    with pytest.raises(KeyboardInterrupt):
        record(store, PretendedEngine(behaviours=["ctrl-c"]))


def test_progress_is_that_of_the_series(store: Store) -> None:
    events: list[Event] = []
    record(store, PretendedEngine(), 2, events.append)
    (plan,) = [event for event in events if event.kind == "plan"]
    assert "0.1.1 against duroxide 0.1.2: 2 blocks" in plan.text
    assert plan.expected_seconds == pytest.approx(3 * 2 * (2 + 2.5 + 1.5))
    assert [event.step for event in events if event.kind == "start"] == ["prepare", "build", "build", "record"]
    ticks = [event for event in events if event.kind == "tick" and event.step == "record"]
    assert {(tick.block, tick.blocks) for tick in ticks} == {(0, 2), (1, 2), (2, 2)}
    assert {tick.side for tick in ticks} == {"before", "after"}
    assert {tick.expected_seconds for tick in ticks} == {plan.expected_seconds}
    elapsed = [tick.elapsed_seconds for tick in ticks if tick.elapsed_seconds is not None]
    assert len(elapsed) == len(ticks)
    assert elapsed == sorted(elapsed)


def test_more_blocks_continue_the_numbers_with_the_next_look(store: Store) -> None:
    first = record(store, PretendedEngine(), 2)
    engine = PretendedEngine()

    added = more(store, engine, 3)

    assert added.id == first.id
    assert {run.series.look for run in added.runs} == {2}
    assert [run.series.block for run in added.runs] == [0, 0, 3, 3, 4, 4, 5, 5]
    whole = stored_series(store)
    assert len(whole.runs) == 6 + 8
    assert [run.series.block for run in whole.pairs[0]] == [1, 2, 3, 4, 5]
    assert [seed for _, seed in engine.built] == [first.side(name)[0].cargo_lock for name in ("before", "after")]
    assert {run.request for run in whole.side("after")} == {first.side("after")[0].request}
    assert more(store, PretendedEngine(), 1).runs[-1].series.look == 3


def test_more_blocks_of_another_build_are_refused(store: Store) -> None:
    record(store, PretendedEngine(), 1)
    with pytest.raises(RequestError, match=r"built with rustc 1\.95\.0, now it is rustc 1\.96\.0"):
        more(store, PretendedEngine(toolchain="rustc 1.96.0"))
    engine = PretendedEngine()
    engine.tokio_of = {stored_series(store).runs[0].environment.build_source or "": "1.41.0"}
    with pytest.raises(RequestError, match=r"another Cargo\.lock"):
        more(store, engine)
    assert len(store.runs()) == 4


def test_a_side_that_does_not_compile_is_named(store: Store) -> None:
    engine = PretendedEngine()
    engine.broken = lambda _plan: len(engine.built) == 2
    with pytest.raises(SideBuildError, match=r"duroxide 0\.1\.2, the side 'after'") as failure:
        record(store, engine)
    assert (failure.value.side, failure.value.output) == ("after", "error: broken")
    assert not store.runs()


def test_series_are_found_by_id_beginning_or_last(store: Store) -> None:
    with pytest.raises(StoreError, match="There is no A/B"):
        stored_series(store)
    first, second = (record(store, PretendedEngine(), 1) for _ in range(2))
    assert [series.id for series in all_series(store.runs())] == [second.id, first.id]
    assert stored_series(store).id == second.id
    assert stored_series(store, first.id).id == first.id
    assert stored_series(store, first.id[:-1]).id == first.id
    with pytest.raises(StoreError, match="2 series begin with"):
        stored_series(store, "20")
    with pytest.raises(StoreError, match="no series 'nope'"):
        stored_series(store, "nope")


@pytest.mark.parametrize("blocks", [0, -1, 1001, True, "5", 2.5])
def test_an_invalid_number_of_blocks_is_refused(blocks: Any) -> None:
    with pytest.raises(RequestError, match="blocks cannot be"):
        check_blocks(blocks)


def test_blocks_are_not_divided_and_another_session_gets_its_turn_between_them(store: Store) -> None:
    order: list[str] = []
    waits = threading.Event()

    def see_wait(event: Event) -> None:
        if event.text.startswith("Waiting: "):
            order.append(event.text)
            waits.set()

    def record_other() -> None:
        with sole_recording("theirs", see_wait):
            order.append("theirs")

    other = threading.Thread(target=record_other)

    def rate(_binary: str, number: int) -> float:
        order.append(f"run {number}")
        if number == 2:  # the first run of block 1, after two warm-ups
            other.start()
            assert waits.wait(10)
        return 20.0

    record(store, PretendedEngine(rate=rate), blocks=2)
    other.join(10)
    (waiting,) = [text for text in order if text.startswith("Waiting: ")]
    assert "has been recording 'before-it against after-it, block 1 of 2' since" in waiting
    order.remove(waiting)
    assert order == ["run 0", "run 1", "run 2", "run 3", "theirs", "run 4", "run 5"]


@pytest.mark.parametrize(
    ("engine", "environment", "on"),
    [
        # A run of an earlier version, whose default was a tmpfs.
        ("docker", {"engine": "docker", "tmp": "tmpfs, 64 MB"}, "tmpfs"),
        ("docker", {"engine": "docker", "tmp_filesystem": "ext4", "database_on": "volume"}, "volume"),
        ("docker", {"engine": "docker"}, None),
        ("native", {"engine": "native", "tmp_filesystem": "tmpfs"}, None),
        ("native", {"engine": "native", "tmp_filesystem": "ext4", "database_on": "/disk"}, "/disk"),
    ],
)
def test_more_blocks_have_the_database_on_the_same(
    store: Store, engine: str, environment: dict[str, str], on: str | None
) -> None:
    run = record(store, PretendedEngine(), blocks=1).runs[0].with_parts(environment=Environment.from_json(environment))
    assert run.engine == engine
    request = pinned_request(run)
    assert request.database_on == on
