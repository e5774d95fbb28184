from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from duronb.cache import cache_directory
from duronb.capture.turn import Turn
from duronb.errors import HostError

TURN = Turn("host", "recording")
OTHER = """
import sys
from duronb.capture.turn import Turn
with Turn("host", "recording").taken(sys.argv[1], lambda text: print(text, flush=True)):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_process(label: str) -> Iterator[subprocess.Popen[str]]:
    """Start a process that takes the turn, says ``held``, and keeps it until its input ends."""
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", OTHER, label],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().rstrip("\n")


def waiting_thread(label: str, order: list[str], texts: list[str] | None = None) -> threading.Thread:
    """Start a thread that takes the turn once, and return when it waits."""
    waits = threading.Event()

    def wait(text: str) -> None:
        if texts is not None:
            texts.append(text)
        waits.set()

    def take() -> None:
        with TURN.taken(label, wait):
            order.append(label)

    thread = threading.Thread(target=take)
    thread.start()
    assert waits.wait(10)
    return thread


def never(text: str) -> None:
    raise AssertionError(text)


def test_a_free_turn_is_taken_without_a_word_again_and_again() -> None:
    for _ in range(3):
        with TURN.taken("one", never):
            current = TURN.current()
            assert current is not None
        assert TURN.current() is None
    assert list((cache_directory() / "host.queue").iterdir()) == []


def test_one_that_waits_says_who_has_the_turn_with_what_and_since_when() -> None:
    texts: list[str] = []
    before = time.localtime(time.time())
    with TURN.taken("base line", never):
        after = time.localtime(time.time())
        thread = waiting_thread("two", [], texts)
    thread.join(10)
    moments = {time.strftime("%H:%M:%S", moment) for moment in (before, after)}
    assert texts[0] in {f"Waiting: process {os.getpid()} has been recording 'base line' since {at}." for at in moments}


def test_those_that_wait_go_first_and_in_the_order_in_which_they_asked() -> None:
    order: list[str] = []
    with TURN.taken("first", never):
        threads = [waiting_thread(name, order) for name in ("second", "third")]
    # As an A/B does between two blocks: the turn is asked for again at once.
    with TURN.taken("fourth", lambda _text: None):
        order.append("fourth")
    for thread in threads:
        thread.join(10)
    assert order == ["second", "third", "fourth"]


def test_a_second_turn_of_one_thread_is_an_error_and_no_endless_wait() -> None:
    message = "This thread is recording 'outer' already"
    with TURN.taken("outer", never), pytest.raises(HostError, match=message), TURN.taken("inner", never):
        pass
    with TURN.taken("later", never):
        pass


def test_an_interrupted_wait_leaves_the_queue() -> None:
    def interrupt(_text: str) -> None:
        raise KeyboardInterrupt

    order: list[str] = []

    def wait() -> None:
        with pytest.raises(KeyboardInterrupt), TURN.taken("given up", interrupt):
            order.append("given up")

    with TURN.taken("first", never):
        thread = threading.Thread(target=wait)
        thread.start()
        thread.join(10)
        assert list((cache_directory() / "host.queue").iterdir()) == []
    assert order == []


DAMAGED: list[Callable[[dict[str, object]], object]] = [
    lambda _facts: "",
    lambda _facts: [],
    lambda facts: {**facts, "since": 1e300},
    lambda facts: {**facts, "since": "NaN"},
    lambda facts: {**facts, "process": "\x1b[2J"},
    lambda facts: {name: value for name, value in facts.items() if name != "label"},
]


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_note_of_the_owner_is_not_shown(damage: Callable[[dict[str, object]], object]) -> None:
    with TURN.taken("x", never):
        note = cache_directory() / "host.owner"
        note.write_text(json.dumps(damage(json.loads(note.read_text(encoding="utf-8")))), encoding="utf-8")
        assert TURN.current() == "another process is recording something"


def test_a_hostile_label_is_escaped() -> None:
    with TURN.taken("\x1b[2J\nrm", never):
        text = TURN.current()
    assert text is not None
    assert r"recording '\x1b[2J\nrm' since" in text


def test_foreign_files_in_the_queue_are_ignored() -> None:
    queue = cache_directory() / "host.queue"
    (queue / "0-directory").mkdir(parents=True)
    (queue / ".nfs0001").write_text("", encoding="ascii")
    with TURN.taken("one", never):
        pass
    assert len(list(queue.iterdir())) == 2


def test_it_is_known_how_long_the_turn_was_taken_since_a_moment() -> None:
    assert TURN.held_seconds(0) == 0
    start = time.time()
    with TURN.taken("one", never):
        time.sleep(0.1)
        middle = time.time()
        time.sleep(0.1)
        assert 0.2 <= TURN.held_seconds(start) < time.time() - start
        assert TURN.held_seconds(middle) >= 0.1
    end = time.time()
    assert 0.2 <= TURN.held_seconds(start) <= end - start
    assert 0.1 <= TURN.held_seconds(middle) <= end - middle
    assert TURN.held_seconds(end) == 0


def test_a_killed_owner_does_not_hold_the_turn() -> None:
    with TURN.taken("one", never):
        note = (cache_directory() / "host.owner").read_text(encoding="utf-8")
    (cache_directory() / "host.owner").write_text(note, encoding="utf-8")
    assert json.loads(note)["until"] is None
    assert TURN.held_seconds(0) == 0


@pytest.mark.long
def test_a_killed_owner_and_a_killed_waiter_do_not_stop_the_next() -> None:
    with another_process("one") as owner:
        assert line_of(owner) == "held"
        with another_process("two") as waiter:
            assert f"process {owner.pid} has been recording 'one' since" in line_of(waiter)
            waiter.kill()
            waiter.wait()
        owner.kill()
        owner.wait()
        with TURN.taken("three", never):
            pass
    assert list((cache_directory() / "host.queue").iterdir()) == []


@pytest.mark.long
def test_another_process_gets_the_turn_between_two_of_this_one() -> None:
    with another_process("theirs") as other:
        assert line_of(other) == "held"
        texts: list[str] = []
        order: list[str] = []
        thread = waiting_thread("mine", order, texts)
        assert f"process {other.pid} has been recording 'theirs' since" in texts[0]
        assert order == []
        assert other.stdin is not None
        other.stdin.close()
        thread.join(10)
    assert order == ["mine"]


def test_a_cache_that_cannot_be_created_is_reported_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.write_text("")
    monkeypatch.setenv("DURONB_CACHE", str(file / "cache"))

    with pytest.raises(HostError, match="DURONB_CACHE") as failure, TURN.taken("x", never):
        pass
    assert str(failure.value).count("\n") == 0
