"""A lock between processes. The system releases it when its owner exits or is killed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from filelock import BaseFileLock


def try_lock(path: Path) -> BaseFileLock | None:
    """Take the lock on a file, if nobody has it.

    The kernel holds the lock (``flock``), so it is free as soon as its owner has released it, has ended or was killed.
    Programs that the owner starts do not inherit it.

    Parameters
    ----------
    path
        The file; it is made if it is not there. Others may empty or remove it, so nothing else can be kept in it.

    Returns
    -------
    The lock, which is held until its ``release()`` or until it is garbage; ``None`` where another process, or another
    part of this one, has it.

    Raises
    ------
    OSError
        The file cannot be made or opened.
    """
    from filelock import FileLock, Timeout

    # Not of one thread: a session may end in another thread than it began in.
    lock = FileLock(path, mode=0o600, thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return None
    return lock
