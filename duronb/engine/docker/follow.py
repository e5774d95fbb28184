"""A recording container from its start to its end: its output line by line, an interrupt, a refusal of perf."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from duronb.engine.docker.client import engine_errors, refused
from duronb.engine.docker.container import wait_for_exit
from duronb.engine.docker.ladder import EMBEDDED, too_many
from duronb.engine.docker.lines import LogWriter, Output
from duronb.engine.docker.stop import GENTLE_SECONDS, rebuild_log, send_signal
from duronb.engine.protocol import Ended
from duronb.engine.recording import Recording
from duronb.errors import HostError
from duronb.quoting import one_line

if TYPE_CHECKING:
    from docker import APIClient

_TICK_SECONDS = 0.5
_REFUSED_WITHIN_SECONDS = 10.0
_REFUSED_WITHIN_LINES = 40
_REFUSED = re.compile(
    rb"perf_event_(?:open|paranoid)|performance monitoring|failed to mmap|No permission", re.IGNORECASE
)
_TOO_FAST = re.compile(rb"Maximum frequency rate \((\d+)", re.IGNORECASE)


class PerfRefusedError(HostError):
    """perf is not allowed what it was allowed when the ladder was climbed."""


@contextlib.contextmanager
def starting(rung: str) -> Iterator[None]:
    """Tell an engine that does not grant a rung's privileges (any more) from one that does not answer."""
    import docker.errors

    try:
        with engine_errors("start the workload"):
            yield
    except HostError as error:
        if rung == EMBEDDED or not isinstance(error.__cause__, docker.errors.APIError):
            raise
        raise PerfRefusedError(error.message, error.remedy) from error


class Following:
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
                with starting(rung):
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
                for stream, chunk in output.chunks(_TICK_SECONDS / 2):
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
