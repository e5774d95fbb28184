"""A recording in a container: perf around the workload, its output followed line by line."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from duronb.engine.docker_client import engine_errors, one_line, refused
from duronb.engine.docker_container import (
    RECORDING,
    TARGET,
    TARGET_VOLUME,
    create_container,
    recording_volume,
    wait_for_exit,
)
from duronb.engine.docker_ladder import NO_PRIVILEGES, RUNGS, too_many
from duronb.engine.docker_lines import LogWriter, Output
from duronb.engine.docker_owner import PROBE, RUN, owner_labels, remove_container
from duronb.engine.protocol import Ended, RecordPlan
from duronb.engine.recording import Recording
from duronb.errors import HostError

if TYPE_CHECKING:
    from docker import APIClient

PERF_DATA = f"{RECORDING}/perf.data"
EMBEDDED_SAMPLES = f"{RECORDING}/samples.raw"
EMBEDDED = "embedded"
"""In place of a rung's name: the workload samples itself."""
RUNG = "duronb.rung"
IMAGE = "duronb.image"

GENTLE_SECONDS = 20.0
"""How long an interrupted workload may take to end."""
TICK_SECONDS = 0.5
_REFUSED_WITHIN_SECONDS = 10.0
_REFUSED_WITHIN_LINES = 40
_REFUSED = re.compile(
    rb"perf_event_(?:open|paranoid)|performance monitoring|failed to mmap|No permission", re.IGNORECASE
)
_TOO_FAST = re.compile(rb"Maximum frequency rate \((\d+)", re.IGNORECASE)

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


class PerfRefusedError(HostError):
    """perf is not allowed what it was allowed when the ladder was climbed."""


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
        with _starting(rung):
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
        following = _Following(client, container, recording, on_line=on_line, on_tick=on_tick)
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


def stop(client: APIClient, container: str, gentle_seconds: float = GENTLE_SECONDS) -> int:
    """Interrupt what runs in a container, kill it if it does not end, and return its exit code."""
    send_signal(client, container, "SIGINT")
    with engine_errors("stop the workload"):
        state = wait_for_exit(client, container, gentle_seconds)
        if state is None:
            send_signal(client, container, "SIGKILL")
            state = wait_for_exit(client, container, gentle_seconds)
    if state is None:
        raise HostError("The workload's container does not end.", "Restart the Docker engine.")
    return int(state["ExitCode"])


def send_signal(client: APIClient, container: str, signal: str) -> None:
    """Send a signal to a container that may have ended already."""
    import docker.errors

    with engine_errors("stop the workload"):
        try:
            client.kill(container, signal)
        except docker.errors.APIError as error:
            if error.status_code not in (404, 409, 500):
                raise


def rebuild_log(client: APIClient, container: str, recording: Recording) -> None:
    """Write the log anew from what the engine kept of the container's output."""
    partial = recording.log.with_suffix(".partial")
    with engine_errors("read the workload's output"), partial.open("wb") as log:
        writer = LogWriter(log, lambda _line: None)
        for chunk in client.logs(container, stdout=True, stderr=True, stream=True, follow=False):
            writer.feed(1, chunk)
        writer.end()
    partial.replace(recording.log)


def recording_volumes(recording_id: str, mode: str = "rw") -> dict[str, tuple[str, str]]:
    """Return the volumes of a container that records, or reads what was recorded."""
    return {TARGET_VOLUME: (TARGET, "ro"), recording_volume(recording_id): (RECORDING, mode)}


@contextlib.contextmanager
def _starting(rung: str) -> Iterator[None]:
    """Tell an engine that does not grant a rung's privileges (any more) from one that does not answer."""
    import docker.errors

    try:
        with engine_errors("start the workload"):
            yield
    except HostError as error:
        if rung == EMBEDDED or not isinstance(error.__cause__, docker.errors.APIError):
            raise
        raise PerfRefusedError(error.message, error.remedy) from error


class _Following:
    """One container from its start to its end."""

    def __init__(
        self,
        client: APIClient,
        container: str,
        recording: Recording,
        *,
        on_line: Callable[[bytes], None],
        on_tick: Callable[[], None],
    ) -> None:
        self._client = client
        self._container = container
        self._recording = recording
        self._on_line = on_line
        self._on_tick = on_tick
        self._first_lines: list[bytes] = []
        self._ticked = 0.0
        self._started = 0.0

    def run(self, rung: str) -> Ended:
        """Start the container and follow it; an interrupt stops it gently, a second one at once."""
        interrupted = False
        try:
            with self._disk_errors(), self._recording.log.open("wb") as log:
                with _starting(rung):
                    output = Output(self._client, self._container)
                    self._client.start(self._container)
                self._started = time.monotonic()
                writer = LogWriter(log, self._line)
                try:
                    try:
                        self._follow(output, writer, None)
                    except KeyboardInterrupt:
                        interrupted = True
                        send_signal(self._client, self._container, "SIGINT")
                        self._follow(output, writer, time.monotonic() + GENTLE_SECONDS)
                    writer.end()
                finally:
                    output.close()
        except KeyboardInterrupt:
            # The second one, or one before there was anything to stop gently.
            send_signal(self._client, self._container, "SIGKILL")
            if not interrupted:
                raise
        exit_code = self._exit_code(interrupted)
        if interrupted:
            # The interrupt may have fallen between taking a chunk and writing it.
            rebuild_log(self._client, self._container, self._recording)
        elif exit_code:
            self._check_refused(rung)
        return Ended(exit_code=exit_code, interrupted=interrupted)

    def _follow(self, output: Output, writer: LogWriter, deadline: float | None) -> None:
        """Pass on what is printed until the container ends; kill it at the deadline."""
        while True:
            try:
                for stream, chunk in output.chunks(TICK_SECONDS / 2):
                    writer.feed(stream, chunk)
                    self._tick()
            except EOFError:
                break
            self._tick()
            if deadline is not None and time.monotonic() > deadline:
                send_signal(self._client, self._container, "SIGKILL")
                deadline = None
        # A workload may close its output and go on.
        while self._running():
            self._tick()
            time.sleep(TICK_SECONDS / 4)
            if deadline is not None and time.monotonic() > deadline:
                send_signal(self._client, self._container, "SIGKILL")
                deadline = None

    def _line(self, line: bytes) -> None:
        if len(self._first_lines) <= _REFUSED_WITHIN_LINES:
            self._first_lines.append(line[:1000])
        self._on_line(line)

    def _tick(self) -> None:
        now = time.monotonic()
        if now - self._ticked >= TICK_SECONDS:
            self._ticked = now
            self._on_tick()

    def _running(self) -> bool:
        with engine_errors("follow the workload"):
            return bool(self._client.inspect_container(self._container)["State"]["Running"])

    def _exit_code(self, interrupted: bool) -> int:
        with engine_errors("follow the workload"):
            state = wait_for_exit(self._client, self._container, GENTLE_SECONDS)
        if state is None:
            raise HostError("The workload's container does not end.", "Restart the Docker engine.")
        if state.get("Error") and not interrupted:
            raise refused("run the workload", str(state["Error"]))
        return int(state["ExitCode"])

    def _check_refused(self, rung: str) -> None:
        """Raise where perf ended before it ran the workload."""
        if rung == EMBEDDED or time.monotonic() - self._started > _REFUSED_WITHIN_SECONDS:
            return
        text = b"\n".join(self._first_lines)
        too_fast = _TOO_FAST.search(text)
        if too_fast is not None:
            raise too_many(int(too_fast[1]))
        if len(self._first_lines) <= _REFUSED_WITHIN_LINES and _REFUSED.search(text):
            reason = one_line(text.decode("utf-8", "replace"), 160)
            raise PerfRefusedError(f"perf is refused in the container ({reason}).", "Try again.")

    @contextlib.contextmanager
    def _disk_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise HostError(
                f"The log {self._recording.log} cannot be written ({error.strerror}).",
                "Free some space, or set DURONB_CACHE to another directory.",
            ) from error
