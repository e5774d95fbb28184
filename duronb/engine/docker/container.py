"""Containers of the tools image: volumes, labels and limits that all of them share."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from duronb.engine.docker.ownership import owner_labels

if TYPE_CHECKING:
    from docker import APIClient


@dataclass(frozen=True, slots=True)
class Exited:
    """How a container's process ended.

    Parameters
    ----------
    exit_code
        Of the process; 128 + n where signal n ended it.
    error
        Why the engine could not run it; empty where it could.
    """

    exit_code: int
    error: str


class Privileges(TypedDict, total=False):
    """What a container may do, as keys of the engine's host configuration; a missing key is the engine's default."""

    cap_drop: list[str]
    cap_add: list[str]
    security_opt: list[str]
    privileged: bool


SOURCES = "/duronb/source"
CARGO_HOME = "/duronb/cargo"
TARGET = "/duronb/target"
RECORDING = "/duronb/recording"

SOURCE_VOLUME = "duronb-source"
CARGO_VOLUME = "duronb-cargo"
TARGET_VOLUME = "duronb-target"
CACHED = {"duronb": "cache"}
"""Label of these volumes."""


def recording_volume(recording_id: str) -> str:
    """Return the name of the volume that holds a recording's samples."""
    return f"duronb-recording-{recording_id}"


def create_container(
    client: APIClient,
    image: str,
    command: Sequence[str],
    *,
    labels: Mapping[str, str],
    volumes: Mapping[str, tuple[str, str]],
    privileges: Privileges | None = None,
    environment: Mapping[str, str] | None = None,
    network: str | None = "none",
    log_driver: str = "none",
    tmpfs: str | None = None,
    auto_remove: bool = False,
    stdin_open: bool = False,
) -> str:
    """Create a container and return its id. Errors are docker-py's.

    Parameters
    ----------
    volumes
        Volume name to its path in the container and its mode, ``rw`` or ``ro``.
    privileges
        Capabilities and security options, as a rung of the ladder names them; the engine's defaults when ``None``.
    network
        Name of a network; ``None`` is the engine's default.
    tmpfs
        Mount options of a tmpfs at /tmp.
    stdin_open
        Give it an input, which ends with the first connection to it.
    """
    import docker.types

    host = client.create_host_config(
        binds={name: {"bind": path, "mode": mode} for name, (path, mode) in volumes.items()},
        network_mode=network,
        log_config=docker.types.LogConfig(type=log_driver),
        tmpfs=None if tmpfs is None else {"/tmp": tmpfs},  # noqa: S108
        auto_remove=auto_remove,
        # Without an init perf is process 1, for which the kernel ignores the signal that perf sends itself to pass
        # on the workload's death by a signal: a crash would look like exit code 0.
        init=True,
        **(privileges or {}),
    )
    created = client.create_container(
        image,
        command=list(command),
        labels={**owner_labels(), **labels},
        environment=dict(environment or {}),
        working_dir="/tmp",  # noqa: S108
        stdin_open=stdin_open,
        host_config=host,
    )
    return str(created["Id"])


def wait_for_exit(client: APIClient, container: str, seconds: float) -> Exited | None:
    """Return how a container ended, or ``None`` when it runs for longer. Errors are docker-py's."""
    deadline = time.monotonic() + seconds
    while (state := client.inspect_container(container)["State"])["Running"]:
        if time.monotonic() > deadline:
            return None
        time.sleep(0.05)
    return Exited(exit_code=int(state["ExitCode"]), error=str(state.get("Error") or ""))
