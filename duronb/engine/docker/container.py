"""Containers of the tools image, and the volumes, labels and limits that they have in common."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from duronb.engine.docker.ownership import owner_labels

if TYPE_CHECKING:
    from docker import APIClient
    from docker.types import Mount


@dataclass(frozen=True, slots=True)
class Exited:
    """How a container's process ended.

    Parameters
    ----------
    exit_code
        Exit code of the process; 128 + n if signal n ended it.
    error
        Why the engine could not run it; empty if it could.
    """

    exit_code: int
    error: str


class Privileges(TypedDict, total=False):
    """Privileges of a container: keys of the engine's host configuration. A missing key has the engine's default."""

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
MOST_PROCESSES = 4096
"""Limit of processes and threads in a container: a runaway workload must not take those of the host."""
CACHED = {"duronb": "cache"}
"""Label of these volumes."""


def recording_volume(recording_id: str) -> str:
    """Return the name of the volume that contains a recording's samples."""
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
    mounts: Sequence[Mount] = (),
    tmpfs: str | None = None,
    auto_remove: bool = False,
    stdin_open: bool = False,
) -> str:
    """Create a container and return its id. It raises the exceptions of docker-py.

    Parameters
    ----------
    volumes
        Volume name to its path in the container and its mode, ``rw`` or ``ro``.
    privileges
        Capabilities and security options, as in a rung of the ladder; ``None`` for the engine's defaults.
    network
        Name of a network; ``None`` for the engine's default.
    mounts
        Further mounts.
    tmpfs
        Mount options of a tmpfs at /tmp; ``None`` for no tmpfs.
    stdin_open
        Open its standard input, which ends when the first connection to it ends.
    """
    import docker.types

    host = client.create_host_config(
        binds={name: {"bind": path, "mode": mode} for name, (path, mode) in volumes.items()},
        mounts=list(mounts),
        network_mode=network,
        log_config=docker.types.LogConfig(type=log_driver),
        tmpfs=None if tmpfs is None else {"/tmp": tmpfs},  # noqa: S108
        auto_remove=auto_remove,
        # Without an init process, perf would be process 1. If a signal kills the workload, perf sends itself the same
        # signal, which the kernel ignores for process 1. Then a crash would look like exit code 0.
        init=True,
        pids_limit=MOST_PROCESSES,
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
    """Return how a container ended; ``None`` if it runs for longer. It raises the exceptions of docker-py."""
    deadline = time.monotonic() + seconds
    while (state := client.inspect_container(container)["State"])["Running"]:
        if time.monotonic() > deadline:
            return None
        time.sleep(0.05)
    return Exited(exit_code=int(state["ExitCode"]), error=str(state.get("Error") or ""))
