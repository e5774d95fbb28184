"""Labels with the owner of a container or volume, by which those of killed processes are found and removed."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Container
from pathlib import Path
from typing import TYPE_CHECKING

from duronb.cache import cache_directory
from duronb.engine.docker.client import connect, engine_errors

if TYPE_CHECKING:
    from docker import APIClient

RUN = "duronb.run"
"""Label of a recording's containers and volume: the recording's id."""
BUILDER = "duronb.builder"
"""Label of a container that runs cargo."""
PROBE = "duronb.probe"
"""Label of a container that tries a rung of the ladder or reads samples."""
OWNER = "duronb.owner"
HOST = "duronb.host"
CACHE = "duronb.cache"


def owner_labels() -> dict[str, str]:
    """Return the labels of this process: its id and start time, its host, and its cache directory."""
    process = f"{_boot()}:{os.getpid()}:{_start_time(os.getpid())}"
    return {OWNER: process, HOST: platform.node(), CACHE: str(cache_directory().absolute())}


def owner_is_gone(labels: dict[str, str]) -> bool:
    """Return whether the process that created a labelled object has certainly exited.

    A process on another host, or in another container with its own process ids, counts as running.
    """
    if labels.get(HOST) != platform.node():
        return False
    boot, _, process = labels.get(OWNER, "").partition(":")
    number, _, started = process.partition(":")
    if boot != _boot() or not number.isdecimal():
        return True
    try:
        os.kill(int(number), 0)
    except (ProcessLookupError, OverflowError):
        return True
    except PermissionError:
        pass
    return _start_time(int(number)) != started


def remove_orphans(alive: set[str], client: APIClient | None = None) -> list[str]:
    """Remove duronb's containers and recording volumes whose owner is gone.

    Those of a recording are kept while the recording's directory exists, since it can be recovered.

    Parameters
    ----------
    alive
        Ids of other recordings to keep.
    client
        Client of the engine; ``None`` for the user's engine.

    Returns
    -------
    Kinds and names of the removed containers and volumes.

    Raises
    ------
    HostError
        No engine answers.
    """
    if client is None:
        client, _ = connect()
        try:
            return remove_orphans(alive, client)
        finally:
            client.close()
    removed = []
    with engine_errors("list duronb's containers"):
        for container in client.containers(all=True, filters={"label": OWNER}):
            identity, name = container["Id"], (container.get("Names") or [container["Id"][:12]])[0]
            if is_orphan(container.get("Labels") or {}, alive) and remove_container(client, identity):
                removed.append(f"container {str(name).lstrip('/')}")
        volumes = client.volumes(filters={"label": RUN}).get("Volumes") or ()
        removed += [
            f"volume {volume['Name']}"
            for volume in volumes
            if is_orphan(volume.get("Labels") or {}, alive) and remove_volume(client, volume["Name"])
        ]
    return removed


def is_orphan(labels: dict[str, str], alive: Container[str] = ()) -> bool:
    """Return whether an object with these labels can be removed: its owner has exited, and no recording needs it."""
    return owner_is_gone(labels) and labels.get(RUN) not in alive and not is_recoverable(labels)


def is_recoverable(labels: dict[str, str]) -> bool:
    """Return whether an object belongs to a recording that can be recovered: its directory exists."""
    recording = labels.get(RUN)
    return recording is not None and (Path(labels.get(CACHE, ""), "recordings") / recording).is_dir()


def remove_container(client: APIClient, container: str) -> bool:
    """Remove a container, running or not; return whether it existed."""
    return _remove(lambda: client.remove_container(container, force=True, v=True))


def remove_volume(client: APIClient, name: str) -> bool:
    """Remove a volume; return whether it existed."""
    return _remove(lambda: client.remove_volume(name, force=True))


def _remove(remove: Callable[[], object]) -> bool:
    import docker.errors

    try:
        remove()
    except docker.errors.NotFound:
        return False
    except docker.errors.APIError as error:
        # The engine reports a conflict if two processes remove the object at the same time.
        if error.status_code == 409:
            return False
        raise
    return True


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return "-"


def _start_time(process: int) -> str:
    """Return the start time of a process in clock ticks, which distinguishes it from a later one with its id."""
    try:
        status = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "-"
    return status.rpartition(")")[2].split()[19]
