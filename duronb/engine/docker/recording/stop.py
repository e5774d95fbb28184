"""Stopping the workload of a container, and completing its log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from duronb.engine.docker.client import engine_errors
from duronb.engine.docker.container import wait_for_exit
from duronb.engine.docker.recording.output import LogWriter
from duronb.engine.recording import Recording
from duronb.errors import HostError

if TYPE_CHECKING:
    from docker import APIClient

GENTLE_SECONDS = 20.0
"""Time limit for an interrupted workload to end."""


def stop(client: APIClient, container: str, gentle_seconds: float = GENTLE_SECONDS) -> int:
    """Interrupt the workload of a container, kill it if it does not end, and return its exit code."""
    send_signal(client, container, "SIGINT")
    with engine_errors("stop the workload"):
        state = wait_for_exit(client, container, gentle_seconds)
        if state is None:
            send_signal(client, container, "SIGKILL")
            state = wait_for_exit(client, container, gentle_seconds)
    if state is None:
        raise HostError("The workload's container does not end.", "Restart the Docker engine.")
    return state.exit_code


def send_signal(client: APIClient, container: str, signal: str) -> None:
    """Send a signal to a container, which may have ended already."""
    import docker.errors

    with engine_errors("stop the workload"):
        try:
            client.kill(container, signal)
        except docker.errors.APIError as error:
            if error.status_code not in (404, 409, 500):
                raise


def rebuild_log(client: APIClient, container: str, recording: Recording) -> None:
    """Rewrite the log from the output that the engine kept."""
    partial = recording.log.with_suffix(".partial")
    with engine_errors("read the workload's output"), partial.open("wb") as log:
        writer = LogWriter(log, lambda _line: None)
        for chunk in client.logs(container, stdout=True, stderr=True, stream=True, follow=False):
            writer.feed(1, chunk)
        writer.end()
    partial.replace(recording.log)
