"""A series that goes on until it is decided: when it is looked at, when it ends, and what its runs state."""

from __future__ import annotations

from pathlib import Path

import pytest

from duronb.analysis.comparison.looks import Looks, looks_at, next_look
from duronb.capture.ab.blocks import more_blocks, run_blocks
from duronb.capture.ab.series import Series, stored_series
from duronb.capture.ab.sides import build_sides, emit_plan, prepare_sides
from duronb.capture.ab.until import Look, Until
from duronb.capture.session import Session
from duronb.errors import RequestError
from duronb.events import Event
from duronb.store import Store
from tests.capture.ab.test_blocks import requests
from tests.capture.pretended import PretendedEngine


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "store"))


class Watcher:
    """Looks at a series, and ends it at the look with a number of complete blocks."""

    def __init__(self, decided_at: int | None, seconds: float = 3600) -> None:
        self.seen: list[int] = []
        self._decided_at = decided_at
        self.until = Until(seconds=seconds, look=self._look, next_look=next_look)

    def _look(self, series: Series) -> Look:
        self.seen.append(len(series.pairs[0]))
        return Look(text="regressed" if (ends := self.seen[-1] == self._decided_at) else "not decided", ends=ends)


def record(store: Store, engine: PretendedEngine, watcher: Watcher, least: int = 3) -> tuple[Series, list[Event]]:
    events: list[Event] = []
    with Session(store, events.append, engine=engine) as session:
        before, after = prepare_sides(session, *requests())
        emit_plan(session, before, after, least, watcher.until)
        series = run_blocks(session, *build_sides(session, before, after), least, until=watcher.until)
    return series, events


def test_it_ends_with_the_decision_and_its_runs_state_each_look(store: Store) -> None:
    watcher = Watcher(5)
    series, events = record(store, PretendedEngine(), watcher)
    assert watcher.seen == [3, 4, 5]
    assert series.ended == "It ended by itself after 5 complete blocks: regressed."
    assert not series.interrupted
    stored = stored_series(store)
    assert [run.series.look for run in stored.pairs[0]] == [1, 1, 1, 2, 3]
    assert looks_at(stored.pairs[0]) == Looks((3, 4, 5), ("blocks",) * 3)
    texts = [event.text for event in events if event.kind == "block" and event.side is None]
    assert texts == [
        "look 1, after 3 complete blocks: not decided",
        "look 2, after 4 complete blocks: not decided",
        "look 3, after 5 complete blocks: regressed",
    ]
    assert {event.blocks for event in events if event.kind in ("tick", "start") and event.step == "record"} == {None}
    (plan,) = [event for event in events if event.kind == "plan"]
    assert "at least 3 blocks of one run each" in plan.text
    assert "then until decided, at most 60.0 min" in plan.text


def test_a_failed_block_is_no_look(store: Store) -> None:
    # Warm-ups, three blocks, a block whose first run fails, and one more.
    watcher = Watcher(4)
    series, _ = record(store, PretendedEngine(behaviours=["well"] * 8 + ["crash"]), watcher)
    assert watcher.seen == [3, 4]
    assert [run.series.block for run in series.pairs[0]] == [1, 2, 3, 5]
    assert looks_at(series.pairs[0]).blocks == (3, 4)


def test_the_time_ends_it_before_a_block_that_would_not_end_in_time(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0

    def rate(_binary: str, _number: int) -> float:
        nonlocal now
        now += 6.0  # as a run of 2 s is expected to take
        return 20.0

    monkeypatch.setattr("duronb.capture.ab.blocks.time.monotonic", lambda: now)
    watcher = Watcher(None, seconds=75)
    series, _ = record(store, PretendedEngine(rate=rate), watcher)
    # Warm-ups and five blocks take 72 s; a sixth would end at 84 s.
    assert watcher.seen == [3, 4, 5]
    assert series.ended == "The time limit of 75 s ended it after 5 complete blocks."


def test_a_least_number_of_blocks_that_takes_longer_is_refused_before_the_builds(store: Store) -> None:
    engine = PretendedEngine()
    with pytest.raises(RequestError, match=r"3 blocks and the warm-ups take about 48 s, longer than the limit of 40 s"):
        record(store, engine, Watcher(None, seconds=40))
    assert engine.built == []


def test_an_interrupted_series_goes_on_with_the_next_look(store: Store) -> None:
    watcher = Watcher(None)
    series, _ = record(store, PretendedEngine(behaviours=["well"] * 10 + ["interrupt"]), watcher)
    assert (series.interrupted, series.ended, watcher.seen) == (True, "", [3, 4])
    again = Watcher(6)
    with Session(store, engine=PretendedEngine()) as session:
        added = more_blocks(session, stored_series(store), 1, until=again.until)
    assert again.seen == [5, 6]
    assert added.ended.startswith("It ended by itself after 6 complete blocks")
    whole = stored_series(store)
    assert looks_at(whole.pairs[0]).blocks == (3, 4, 5, 6)
    assert [run.series.look for run in whole.pairs[0]] == [1, 1, 1, 2, 4, 5]
