"""A recording in a container: perf around the workload, its output followed line by line."""

from __future__ import annotations

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
from duronb.engine.docker.follow import Following, starting
from duronb.engine.docker.ladder import EMBEDDED, NO_PRIVILEGES, RUNGS
from duronb.engine.docker.owner import PROBE, RUN, owner_labels, remove_container
from duronb.engine.docker.stop import rebuild_log, stop
from duronb.engine.protocol import Ended, RecordPlan
from duronb.engine.recording import Recording

if TYPE_CHECKING:
    from docker import APIClient

PERF_DATA = f"{RECORDING}/perf.data"
EMBEDDED_SAMPLES = f"{RECORDING}/samples.raw"
RUNG = "duronb.rung"
IMAGE = "duronb.image"

# The clock is read by the shell itself: a process for it would be in the samples.
_REPEAT = """
seconds=$1; shift
read -r now rest </proc/uptime; end=$((${now%.*} + seconds))
while :; do
  "$@" || exit $?
  read -r now rest </proc/uptime
  [ "${now%.*}" -lt "$end" ] || exit 0
done
"""


def perf_command(plan: RecordPlan, rung: str) -> list[str]:
    """Return the command that the recording's container runs.

    Parameters
    ----------
    rung
        Name of the ladder's rung, or ``embedded``: then no perf, and the workload is told to sample itself.
    """
    workload = list(plan.command)
    if rung == EMBEDDED:
        workload += ["--sample-file", EMBEDDED_SAMPLES, "--sample-frequency", str(plan.frequency_hz)]
    if plan.repeat_seconds is not None:
        workload = ["sh", "-c", _REPEAT, "sh", str(plan.repeat_seconds), *workload]
    if rung == EMBEDDED:
        return workload
    call_graph = "dwarf,16384" if plan.call_graph == "dwarf" else plan.call_graph
    # -N: no copies of every binary in perf's own cache. -k mono: the clock that the log's time stamps can be set to.
    options = ["-q", "-N", "-k", "mono", "-F", str(plan.frequency_hz), "--call-graph", call_graph]
    return ["perf", "record", *options, "-o", PERF_DATA, "--", *workload]


def record(
    client: APIClient,
    recording: Recording,
    plan: RecordPlan,
    *,
    image: str,
    rung: str,
    tmpfs: str,
    on_line: Callable[[bytes], None],
    on_tick: Callable[[], None],
) -> Ended:
    """Run the workload under the sampler; see ``Engine.record``.

    Raises
    ------
    PerfRefusedError
        The rung does not hold: nothing ran.
    HostError
        The engine failed, or the log cannot be written.
    """
    labels = {RUN: recording.id, RUNG: rung, IMAGE: image}
    container = ""
    try:
        with starting(rung):
            client.create_volume(recording_volume(recording.id), labels={**owner_labels(), **labels})
            container = create_container(
                client,
                image,
                perf_command(plan, rung),
                labels=labels,
                volumes=recording_volumes(recording.id),
                privileges=RUNGS.get(rung, NO_PRIVILEGES),
                environment={"RUST_LOG": "info", **plan.environment},
                # Keeps what is printed, so that a killed owner's log can be made whole.
                log_driver="json-file",
                tmpfs=tmpfs,
            )
        following = Following(client, container, recording, on_line=on_line, on_tick=on_tick)
        return following.run(rung)
    finally:
        if container:
            with engine_errors("remove the workload's container"):
                remove_container(client, container)


def recover(client: APIClient, recording: Recording) -> Ended:
    """Stop a recording whose owner was killed, and write its log anew; see ``Engine.recover``."""
    with engine_errors("look for the recording"):
        found = client.containers(all=True, filters={"label": f"{RUN}={recording.id}"})
    found = [container for container in found if PROBE not in (container.get("Labels") or {})]
    if not found:
        # Its owner died between the end of the workload and the next step; the log is complete.
        return Ended(exit_code=0, interrupted=True)
    container = str(found[0]["Id"])
    exit_code = stop(client, container)
    rebuild_log(client, container, recording)
    with engine_errors("remove the workload's container"):
        remove_container(client, container)
    return Ended(exit_code=exit_code, interrupted=True)


def recording_volumes(recording_id: str, mode: str = "rw") -> dict[str, tuple[str, str]]:
    """Return the volumes of a container that records, or reads what was recorded."""
    return {TARGET_VOLUME: (TARGET, "ro"), recording_volume(recording_id): (RECORDING, mode)}
