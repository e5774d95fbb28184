"""The host while a workload runs: only one recording at a time, and the load of the machine."""

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
    """Lock the host, so that no other recording disturbs the measurement.

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
            f"Another run is being recorded on this machine (process {_owner_id(owner)}).",
            "Wait for it, or interrupt it: two workloads at once would disturb each other's measurement.",
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
        "Set DURONB_CACHE to a writable directory.",
    )


def _owner_id(owner: Path) -> str:
    """Return the id of the process that owns the host's lock; ``unknown`` if it cannot be read."""
    try:
        text = owner.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        text = ""
    return text if text.isdecimal() else "unknown"


def load() -> Load:
    """Return load averages and CPU pressure of this machine; ``None`` for what the system does not state.

    Only Linux with pressure stall information (PSI) states the pressure.
    """
    load_1 = load_5 = pressure = None
    with contextlib.suppress(OSError, AttributeError):
        load_1, load_5 = (round(value, 2) for value in os.getloadavg()[:2])
    with contextlib.suppress(OSError, ValueError, IndexError):
        some = Path("/proc/pressure/cpu").read_text(encoding="ascii").split()
        pressure = float(some[1].removeprefix("avg10="))
    return Load(load_1=load_1, load_5=load_5, cpu_pressure_10=pressure)
