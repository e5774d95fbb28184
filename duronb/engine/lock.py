"""A lock between processes. The system releases it when its owner exits or is killed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from filelock import BaseFileLock


def try_lock(path: Path) -> BaseFileLock | None:
    """Acquire the lock on a file, if it is free.

    The kernel manages the lock (``flock``), so it is released when its owner releases it, exits or is killed.
    Child processes do not inherit it.

    Parameters
    ----------
    path
        The file, which is created if necessary. Other processes may empty or remove it, so it cannot store anything.

    Returns
    -------
    The lock, which is held until ``release()`` is called or the object is garbage-collected; ``None`` if it is held by
    another process or elsewhere in this one.

    Raises
    ------
    OSError
        The file cannot be created or opened.
    """
    from filelock import FileLock, Timeout

    # Not bound to a thread, since a session may end in another thread than it started in.
    lock = FileLock(path, mode=0o600, thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return None
    return lock
