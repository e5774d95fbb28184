"""A recording in a container: run the workload under the sampler, or finish the recording of a killed process."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from duronb.engine.docker.client import engine_errors
from duronb.engine.docker.container import (
    RECORDING,
    TARGET,
    TARGET_VOLUME,
    create_container,
    recording_volume,
)
from duronb.engine.docker.ownership import PROBE, RUN, owner_labels, remove_container
from duronb.engine.docker.recording.container_run import ContainerRun, starting
from duronb.engine.docker.recording.database import DATABASE, DIRECTORY, Database
from duronb.engine.docker.recording.ladder import NO_PRIVILEGES, RUNGS
from duronb.engine.docker.recording.stop import rebuild_log, stop
from duronb.engine.protocol import DEFAULT_ENVIRONMENT, Ended, RecordPlan
from duronb.engine.recording import NothingRecordedError, Recording
from duronb.engine.workload_command import sampled_command
from duronb.errors import HostError
from duronb.sampling.protocol import Sampler

if TYPE_CHECKING:
    from docker import APIClient

RUNG = "duronb.rung"
IMAGE = "duronb.image"
SAMPLER = "duronb.sampler"


def record(
    client: APIClient,
    recording: Recording,
    plan: RecordPlan,
    *,
    image: str,
    rung: str,
    sampler: Sampler,
    database: Database,
    on_line: Callable[[bytes], None],
    on_tick: Callable[[], None],
) -> Ended:
    """Run the workload under the sampler; see ``Engine.record``.

    Parameters
    ----------
    image
        Id of the tools image.
    rung
        Name of the rung whose privileges the container gets, or ``embedded`` for no privileges.
    sampler
        The sampler.
    database
        What the databases of the workload are on.

    Raises
    ------
    PerfRefusedError
        perf is refused on the rung, so the workload did not run.
    HostError
        The engine failed, or the log cannot be written.
    """
    labels = {RUN: recording.id, RUNG: rung, IMAGE: image, SAMPLER: sampler.name, DATABASE: database.on}
    container = ""
    try:
        with starting(sampler):
            client.create_volume(recording_volume(recording.id), labels={**owner_labels(), **labels})
        database.create(client, image, labels)
        with starting(sampler):
            container = create_container(
                client,
                image,
                sampled_command(plan, sampler, f"{RECORDING}/{sampler.file_name}"),
                labels=labels,
                volumes=recording_volumes(recording.id),
                privileges=RUNGS.get(rung, NO_PRIVILEGES),
                environment={**DEFAULT_ENVIRONMENT, "TMPDIR": DIRECTORY, **plan.environment},
                # The engine keeps the output, so that the log can be completed if this process is killed.
                log_driver="json-file",
                mounts=database.mounts,
                tmpfs=database.tmpfs,
            )
        return ContainerRun(client, container, recording, sampler, on_line=on_line, on_tick=on_tick).run()
    finally:
        if container:
            with engine_errors("remove the workload's container"):
                remove_container(client, container)
        # It may be large, and the samples do not need it. ``discard`` tries again.
        with contextlib.suppress(HostError):
            database.remove(client, image)


def recover(client: APIClient, recording: Recording) -> Ended:
    """Stop a recording whose owner was killed, and rewrite its log; see ``Engine.recover``."""
    with engine_errors("look for the recording"):
        found = client.containers(all=True, filters={"label": f"{RUN}={recording.id}"})
    found = [container for container in found if PROBE not in (container.get("Labels") or {})]
    # The log is created before the container is started.
    if not recording.log.exists() or any(container.get("State") == "created" for container in found):
        raise NothingRecordedError(f"Nothing was recorded as {recording.id}.", "Record again.")
    if not found:
        # The owner was killed after the end of the workload, so the log is complete.
        return Ended(exit_code=0, interrupted=True)
    container = str(found[0]["Id"])
    exit_code = stop(client, container)
    rebuild_log(client, container, recording)
    with engine_errors("remove the workload's container"):
        remove_container(client, container)
    return Ended(exit_code=exit_code, interrupted=True)


def recording_volumes(recording_id: str, mode: str = "rw") -> dict[str, tuple[str, str]]:
    """Return the volumes of a container that records or reads a recording."""
    return {TARGET_VOLUME: (TARGET, "ro"), recording_volume(recording_id): (RECORDING, mode)}
