"""The meter in the container of a recording, as a second process that the workload does not know."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from duronb.engine.docker.container import RECORDING
from duronb.engine.meter import FILE, meter_command, sampler_generations
from duronb.sampling.protocol import Sampler

if TYPE_CHECKING:
    from docker import APIClient

_INIT = 1
"""Process id of the container's init process, whose child is the recording's command."""


def start_meter(client: APIClient, container: str, sampler: Sampler) -> None:
    """Start the meter in a running container; it ends with it. The sampler does not see it: it is not its child.

    It is not an error if the engine refuses it, or if the container has ended: then CPU time is not measured.
    """
    import docker.errors
    import requests

    command = meter_command(f"{RECORDING}/{FILE}", _INIT, 1 + sampler_generations(sampler))
    with contextlib.suppress(docker.errors.DockerException, requests.RequestException):
        created = client.exec_create(container, list(command), stdout=False, stderr=False)
        client.exec_start(created["Id"], detach=True)
