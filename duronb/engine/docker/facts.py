"""Facts about a Docker engine and its machine, which influence what a run measures."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from duronb.engine.docker.building.build_container import BuildContainer
from duronb.engine.docker.building.image import ToolsImage, build_network
from duronb.engine.docker.client import engine_errors
from duronb.engine.docker.endpoint import Endpoint
from duronb.model.record.environment import Environment
from duronb.shell import shell_command

if TYPE_CHECKING:
    from docker import APIClient


def engine_facts(client: APIClient, endpoint: Endpoint, image: ToolsImage, container: BuildContainer) -> Environment:
    """Return the facts that are known before a recording: everything except the sampler and the rung.

    Parameters
    ----------
    client
        Client of the engine.
    endpoint
        Endpoint of the engine.
    image
        The tools image.
    container
        A container of that image, in which the facts about its machine are read.

    Raises
    ------
    HostError
        The engine does not answer.
    """
    with engine_errors("describe itself"):
        info, version = client.info(), client.version()
    described = container.must(shell_command("duronb.engine.docker", "machine_facts"), "describe the engine's machine")
    lines = iter(described.decode().splitlines())
    # In the order in which machine_facts.sh prints them.
    kernel, paranoid, restrict, perf, cpu = (next(lines, "").strip() for _ in range(5))
    memory_mb = int(info.get("MemTotal", 0)) // 2**20
    return Environment(
        engine="docker",
        engine_version=str(version.get("Version", "")),
        engine_id=str(info.get("ID", "")),
        endpoint=endpoint.kind,
        image=image.tag,
        image_id=image.id,
        base_image=image.base,
        build_network=build_network() or "bridge",
        kernel=kernel,
        perf_event_paranoid=_number(paranoid),
        kptr_restrict=_number(restrict),
        perf_version=perf,
        cpu=cpu,
        cores=int(info.get("NCPU", 0)),
        memory_mb=memory_mb,
        operating_system=str(info.get("OperatingSystem", "")),
        architecture=str(info.get("Architecture", "")),
    )


def _number(text: str) -> int | str:
    with contextlib.suppress(ValueError):
        return int(text)
    return text
