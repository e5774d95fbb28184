"""The host while a workload runs: one at a time, and how busy the machine was otherwise."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from duronb.cache import cache_directory
from duronb.errors import HostError


@contextlib.contextmanager
def sole_run() -> Iterator[None]:
    """Hold the host's lock: two workloads at once would measure each other.

    Raises
    ------
    HostError
        Another process is recording, or the cache directory cannot be written.
    """
    path = cache_directory() / "host.lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise HostError(
            f"The cache directory {path.parent} cannot be written ({error.strerror}).",
            "Set DURONB_CACHE to a directory that can.",
        ) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            owner = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
            raise HostError(
                f"Another run is being recorded on this machine (process {owner or 'unknown'}).",
                "Wait for it, or interrupt it: two workloads at once would measure each other.",
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def load() -> dict[str, Any]:
    """Return load averages and CPU pressure of this machine; empty where the system does not tell.

    Returns
    -------
    ``load_1``, ``load_5`` (runnable processes) and ``cpu_pressure_10`` (percent of the last ten seconds in which
    some process waited for a CPU; Linux with PSI).
    """
    facts: dict[str, Any] = {}
    with contextlib.suppress(OSError, AttributeError):
        facts["load_1"], facts["load_5"] = (round(value, 2) for value in os.getloadavg()[:2])
    with contextlib.suppress(OSError, ValueError, IndexError):
        some = Path("/proc/pressure/cpu").read_text(encoding="ascii").split()
        facts["cpu_pressure_10"] = float(some[1].removeprefix("avg10="))
    return facts
