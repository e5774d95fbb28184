"""Locks between real processes, which end, are killed, and have children."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from duronb.engine.lock import try_lock

HOLDER = """
import subprocess, sys
from pathlib import Path
from duronb.engine.lock import try_lock
lock = try_lock(Path(sys.argv[1]))
child = subprocess.Popen(["/bin/sleep", "60"])
print("held" if lock else "refused", child.pid, flush=True)
sys.stdin.readline()
lock.release()
print("released", flush=True)
sys.stdin.readline()
"""


@contextmanager
def holder(path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Start a process that takes a lock, and starts a child that outlives it."""
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    ) as process:
        assert process.stdout is not None
        said, child = process.stdout.readline().split()
        assert said == "held"
        try:
            yield process, int(child)
        finally:
            process.kill()
            os.kill(int(child), signal.SIGKILL)


def test_the_lock_of_a_killed_owner_is_free_even_if_its_child_runs(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with holder(path) as (owner, child):
        assert try_lock(path) is None
        owner.kill()
        owner.wait()
        os.kill(child, 0)
        lock = try_lock(path)
        assert lock is not None
        assert try_lock(path) is None
        lock.release()


def test_a_lock_that_was_released_is_free_while_its_owner_lives(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with holder(path) as (owner, _child):
        assert try_lock(path) is None
        assert owner.stdin is not None
        assert owner.stdout is not None
        owner.stdin.write("\n")
        owner.stdin.flush()
        assert owner.stdout.readline() == "released\n"
        lock = try_lock(path)
        assert lock is not None
        lock.release()


def test_only_one_of_many_threads_gets_it_and_another_may_release_it(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    got = []
    threads = [threading.Thread(target=lambda: got.append(try_lock(path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held = [lock for lock in got if lock is not None]
    assert (len(held), len(got)) == (1, 8)
    held[0].release()
    again = try_lock(path)
    assert again is not None
    again.release()


def test_only_the_user_may_open_it(tmp_path: Path) -> None:
    lock = try_lock(tmp_path / "lock")
    assert lock is not None
    assert (tmp_path / "lock").stat().st_mode & 0o777 == 0o600
    lock.release()


def test_a_directory_that_cannot_be_written_is_an_error_not_a_held_lock(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        try_lock(tmp_path / "file" / "lock")
