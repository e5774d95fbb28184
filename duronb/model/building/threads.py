"""Names of threads in several processes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

MOST_PROCESSES = 32
"""Largest number of processes for which threads of one name are kept apart. In more processes they are one thread."""

Thread = tuple[str, int | None]
"""Name of a thread, and the id of its process or ``None`` if that is unknown."""


def thread_names(threads: Sequence[Thread]) -> list[str]:
    """Return a name for each thread: with the id of the process where several processes have threads of one name.

    Parameters
    ----------
    threads
        Distinct threads.
    """
    processes = Counter(name for name, _ in threads)
    return [
        f"{name} (process {process})" if process is not None and 1 < processes[name] <= MOST_PROCESSES else name
        for name, process in threads
    ]


def many_processes(threads: Sequence[Thread]) -> list[str]:
    """Return the names of threads that occur in more than ``MOST_PROCESSES`` processes, sorted."""
    processes = Counter(name for name, _ in threads)
    return sorted(name for name, number in processes.items() if number > MOST_PROCESSES)
