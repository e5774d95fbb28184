"""Running a container that records: read its output by lines, handle interrupts, detect that perf was refused."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from duronb.engine.docker.client import engine_errors, refused
from duronb.engine.docker.container import wait_for_exit
from duronb.engine.docker.recording.ladder import too_many
from duronb.engine.docker.recording.meter import start_meter
from duronb.engine.docker.recording.output import LogWriter, Output
from duronb.engine.docker.recording.stop import GENTLE_SECONDS, rebuild_log, send_signal
from duronb.engine.protocol import Ended
from duronb.engine.recording import Recording
from duronb.errors import HostError
from duronb.quoting import one_line
from duronb.sampling.perf_probe import is_refused, maximum_frequency
from duronb.sampling.protocol import Sampler

if TYPE_CHECKING:
    from docker import APIClient

_TICK_SECONDS = 0.5
_REFUSED_WITHIN_SECONDS = 10.0
_REFUSED_WITHIN_LINES = 40


class PerfRefusedError(HostError):
    """perf lacks a permission that it had when the rungs were tried."""


@contextlib.contextmanager
def starting(sampler: Sampler) -> Iterator[None]:
    """Raise PerfRefusedError if the engine refuses the privileges of a rung, HostError if it does not answer."""
    import docker.errors

    try:
        with engine_errors("start the workload"):
            yield
    except HostError as error:
        if not sampler.needs_permission or not isinstance(error.__cause__, docker.errors.APIError):
            raise
        raise PerfRefusedError(error.message, error.remedy) from error


class ContainerRun:
    """Runs a container that records.

    Parameters
    ----------
    client
        Of the engine.
    container
        Id of the container, which is created but not started.
    recording
        The output is written to its log.
    sampler
        The sampler in the container.
    on_line, on_tick
        As in ``Engine.record``.
    """

    def __init__(
        self,
        client: APIClient,
        container: str,
        recording: Recording,
        sampler: Sampler,
        *,
        on_line: Callable[[bytes], None],
        on_tick: Callable[[], None],
    ) -> None:
        self._client = client
        self._container = container
        self._recording = recording
        self._sampler = sampler
        self._on_line = on_line
        self._on_tick = on_tick
        self._first_lines: list[bytes] = []
        self._ticked = 0.0
        self._started = 0.0

    def run(self) -> Ended:
        """Start the container and read its output to the end. An interrupt sends SIGINT, a second one kills it."""
        interrupted = False
        try:
            with self._disk_errors(), self._recording.log.open("wb") as log:
                with starting(self._sampler):
                    output = Output(self._client, self._container)
                    self._client.start(self._container)
                start_meter(self._client, self._container, self._sampler)
                self._started = time.monotonic()
                writer = LogWriter(log, self._line)
                try:
                    try:
                        self._read_output(output, writer, None)
                    except KeyboardInterrupt:
                        interrupted = True
                        send_signal(self._client, self._container, "SIGINT")
                        self._read_output(output, writer, time.monotonic() + GENTLE_SECONDS)
                    writer.end()
                finally:
                    output.close()
        except KeyboardInterrupt:
            # The second interrupt, or one before the container was started.
            send_signal(self._client, self._container, "SIGKILL")
            if not interrupted:
                raise
        exit_code = self._exit_code(interrupted)
        if interrupted:
            # The interrupt may have come between reading a chunk and writing it.
            rebuild_log(self._client, self._container, self._recording)
        elif exit_code:
            self._check_refused()
        return Ended(exit_code=exit_code, interrupted=interrupted)

    def _read_output(self, output: Output, writer: LogWriter, deadline: float | None) -> None:
        """Write the output to the log until the container ends; kill it at the deadline."""
        while True:
            try:
                for stream, chunk in output.chunks(_TICK_SECONDS / 2):
                    writer.feed(stream, chunk)
                    self._tick()
            except EOFError:
                break
            self._tick()
            if deadline is not None and time.monotonic() > deadline:
                send_signal(self._client, self._container, "SIGKILL")
                deadline = None
        # A workload may close its output and continue to run.
        while self._running():
            self._tick()
            time.sleep(_TICK_SECONDS / 4)
            if deadline is not None and time.monotonic() > deadline:
                send_signal(self._client, self._container, "SIGKILL")
                deadline = None

    def _line(self, line: bytes) -> None:
        if len(self._first_lines) <= _REFUSED_WITHIN_LINES:
            self._first_lines.append(line[:1000])
        self._on_line(line)

    def _tick(self) -> None:
        now = time.monotonic()
        if now - self._ticked >= _TICK_SECONDS:
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
        if state.error and not interrupted:
            raise refused("run the workload", state.error)
        return state.exit_code

    def _check_refused(self) -> None:
        """Raise an error if perf exited before it started the workload."""
        if not self._sampler.needs_permission or time.monotonic() - self._started > _REFUSED_WITHIN_SECONDS:
            return
        text = b"\n".join(self._first_lines).decode("utf-8", "replace")
        maximum = maximum_frequency(text)
        if maximum is not None:
            raise too_many(maximum)
        if len(self._first_lines) <= _REFUSED_WITHIN_LINES and is_refused(text):
            raise PerfRefusedError(f"perf is refused in the container ({one_line(text, 160)}).", "Try again.")

    @contextlib.contextmanager
    def _disk_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise HostError(
                f"The log {self._recording.log} cannot be written ({error.strerror}).",
                "Free some space, or set DURONB_CACHE to another directory.",
            ) from error
