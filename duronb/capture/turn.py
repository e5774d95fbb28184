"""A lock of a host for which processes queue: whoever asked first gets it first, and those that wait see who has it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from duronb.cache import cache_directory
from duronb.engine.lock import try_lock
from duronb.errors import HostError
from duronb.quoting import quoted

if TYPE_CHECKING:
    from filelock import BaseFileLock

_POLL_SECONDS = 0.2
_TICKET = "{:020d}-{}-{}"
_IS_TICKET = re.compile(r"[0-9]{20}-[0-9]+-[0-9]+").fullmatch


@dataclass(frozen=True, slots=True)
class _Owner:
    """Who has or had a lock: its process and thread, what it does, and from when until when in Unix time."""

    process: int
    thread: int
    label: str
    since: float
    until: float | None = None

    def is_of(self, other: _Owner) -> bool:
        """Return whether both are of the same thread."""
        return (self.process, self.thread) == (other.process, other.thread)


class Turn:
    """A lock in the cache directory. The kernel releases it if its owner is killed.

    Parameters
    ----------
    name
        Name of its files.
    doing
        What its owner does, to complete "process 12 has been … 'label'".
    """

    def __init__(self, name: str, doing: str) -> None:
        self._name = name
        self._doing = doing

    @contextlib.contextmanager
    def taken(self, label: str, on_wait: Callable[[str], None]) -> Iterator[None]:
        """Wait for the lock, hold it, and release it.

        Parameters
        ----------
        label
            What the owner works on.
        on_wait
            Called with a sentence on what is waited for, whenever that changes.

        Raises
        ------
        HostError
            The cache directory cannot be written, or this thread has the lock already.
        """
        mine = _Owner(os.getpid(), threading.get_ident(), label, time.time())
        lock = self._acquire(mine, on_wait)
        since = time.time()
        try:
            with _cache_errors():
                self._write(_Owner(mine.process, mine.thread, label, since))
            yield
        finally:
            with contextlib.suppress(HostError), _cache_errors():
                self._write(_Owner(mine.process, mine.thread, label, since, time.time()))
            lock.release()

    def current(self) -> str | None:
        """Return who has the lock and since when, as a sentence without its full stop; ``None`` if it is free."""
        with contextlib.suppress(OSError):
            free = try_lock(self._path(".lock"))
            if free is None:
                return self._owner_text()
            free.release()
        return None

    def held_seconds(self, since: float) -> float:
        """Return for how many seconds after ``since``, in Unix time, the last owner has held the lock."""
        owner = self._read()
        if owner is None or (owner.until is None and self.current() is None):
            return 0.0
        return max(0.0, (owner.until or time.time()) - max(owner.since, since))

    def _acquire(self, mine: _Owner, on_wait: Callable[[str], None]) -> BaseFileLock:
        with _cache_errors():
            queue = self._path(".queue")
            queue.mkdir(parents=True, exist_ok=True)
            ticket, waiting = _queued(queue)
        said, polls = "", 0
        try:
            while True:
                with _cache_errors():
                    lock = None if _is_behind(ticket) else try_lock(self._path(".lock"))
                if lock is not None:
                    return lock
                owner = self._read()
                if owner is not None and owner.until is None and owner.is_of(mine):
                    raise HostError(
                        f"This thread is {self._doing} {quoted(owner.label)} already.", "Let that end first."
                    )
                text, polls = f"Waiting: {self._owner_text()}.", polls + 1
                # An owner writes its note just after it got the lock.
                if text != said and (polls > 1 or (owner is not None and owner.until is None)):
                    on_wait(text)
                    said = text
                time.sleep(_POLL_SECONDS)
        finally:
            ticket.unlink(missing_ok=True)
            waiting.release()

    def _owner_text(self) -> str:
        owner = self._read()
        if owner is None or owner.until is not None:
            return f"another process is {self._doing} something"
        since = time.strftime("%H:%M:%S", time.localtime(owner.since))
        return f"process {owner.process} has been {self._doing} {quoted(owner.label)} since {since}"

    def _read(self) -> _Owner | None:
        """Return the last owner; ``None`` if the file is missing or damaged."""
        try:
            facts = json.loads(self._path(".owner").read_text(encoding="utf-8"))
            until = facts["until"]
            return _Owner(
                process=int(facts["process"]),
                thread=int(facts["thread"]),
                label=str(facts["label"]),
                since=_moment(facts["since"]),
                until=None if until is None else _moment(until),
            )
        except (OSError, ValueError, KeyError, TypeError, OverflowError):
            return None

    def _write(self, owner: _Owner) -> None:
        path = self._path(".owner")
        partial = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}")
        partial.write_text(json.dumps(asdict(owner)), encoding="utf-8")
        partial.replace(path)

    def _path(self, suffix: str) -> Path:
        return cache_directory() / f"{self._name}{suffix}"


def _queued(queue: Path) -> tuple[Path, BaseFileLock]:
    """Create a ticket at the end of a queue, and return it with its lock, which shows that its owner waits."""
    while True:
        # The clock of the system is the same for all processes; the id of the thread distinguishes equal times.
        ticket = queue / _TICKET.format(time.time_ns(), os.getpid(), threading.get_ident())
        lock = try_lock(ticket)
        # Another process may have found the ticket before it was locked, and removed it.
        if lock is not None:
            if ticket.exists():
                return ticket, lock
            lock.release()


def _is_behind(ticket: Path) -> bool:
    """Return whether a process that still waits has an earlier ticket. Tickets of killed processes are removed."""
    earlier = (path for path in ticket.parent.iterdir() if _IS_TICKET(path.name) and path.name < ticket.name)
    for path in sorted(earlier):
        lock = try_lock(path)
        if lock is None:
            return True
        path.unlink(missing_ok=True)
        lock.release()
    return False


def _moment(value: object) -> float:
    """Return a time that the clock of this machine can show. Raise an error of ``time.localtime`` for another value."""
    moment = float(str(value))
    time.localtime(moment)
    return moment


@contextlib.contextmanager
def _cache_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise HostError(
            f"The cache directory {cache_directory()} cannot be written ({error.strerror}).",
            "Set DURONB_CACHE to a writable directory.",
        ) from error
