"""The host while a workload runs: one at a time, and how busy the machine was otherwise."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from duronb.cache import cache_directory
from duronb.engine.lock import try_lock
from duronb.errors import HostError
from duronb.model.record.environment import Load


@contextlib.contextmanager
def sole_run() -> Iterator[None]:
    """Hold the host's lock: two workloads at once would measure each other.

    Raises
    ------
    HostError
        Another process is recording, or the cache directory cannot be written.
    """
    path = cache_directory() / "host.lock"
    owner = path.with_suffix(".owner")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = try_lock(path)
    except OSError as error:
        raise _unwritable(path.parent, error) from error
    if lock is None:
        raise HostError(
            f"Another run is being recorded on this machine (process {_process(owner)}).",
            "Wait for it, or interrupt it: two workloads at once would measure each other.",
        )
    try:
        try:
            owner.write_text(str(os.getpid()), encoding="ascii")
        except OSError as error:
            raise _unwritable(path.parent, error) from error
        yield
    finally:
        lock.release()


def _unwritable(directory: Path, error: OSError) -> HostError:
    return HostError(
        f"The cache directory {directory} cannot be written ({error.strerror}).",
        "Set DURONB_CACHE to a directory that can.",
    )


def _process(owner: Path) -> str:
    """Return the number of the process that holds the host's lock."""
    try:
        text = owner.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        text = ""
    return text if text.isdecimal() else "unknown"


def load() -> Load:
    """Return load averages and CPU pressure of this machine; ``None`` for what the system does not state.

    The pressure is known on Linux with PSI.
    """
    load_1 = load_5 = pressure = None
    with contextlib.suppress(OSError, AttributeError):
        load_1, load_5 = (round(value, 2) for value in os.getloadavg()[:2])
    with contextlib.suppress(OSError, ValueError, IndexError):
        some = Path("/proc/pressure/cpu").read_text(encoding="ascii").split()
        pressure = float(some[1].removeprefix("avg10="))
    return Load(load_1=load_1, load_5=load_5, cpu_pressure_10=pressure)
