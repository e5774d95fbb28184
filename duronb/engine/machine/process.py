"""A workload as a child process: its output by lines, periodic calls, its end, also where this process is killed."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from duronb.engine.protocol import PROGRESS_MARK, Ended
from duronb.engine.recording import Recording
from duronb.errors import HostError
from duronb.options import remedy
from duronb.shell import shell_command

_TICK_SECONDS = 0.5
_GENTLE_SECONDS = 20.0
_CHUNK = 1 << 16
# A line without an end must not fill the memory.
_LONGEST_LINE = 1 << 20


def run_recorded(
    recording: Recording,
    command: Sequence[str],
    environment: Mapping[str, str],
    on_line: Callable[[bytes], None],
    on_tick: Callable[[], None],
) -> Ended:
    """Run ``command`` until it ends or KeyboardInterrupt, which stops it with SIGINT.

    Parameters
    ----------
    recording
        Its log takes the output; ``process.json`` beside it names the process for ``stop_recorded``.
    command
        Program and arguments.
    environment
        Set beside this process's own.
    on_line, on_tick
        As in ``Engine.record``.

    Raises
    ------
    HostError
        The program cannot be started, or the log cannot be written.
    """
    try:
        process = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment},
            # A session of its own: a terminal's Ctrl-C reaches this process alone, which then stops the group.
            start_new_session=True,
        )
    except OSError as error:
        raise HostError(
            f"{Path(command[0]).name} cannot be started: {error.strerror}.", f"See {remedy.command('doctor')}."
        ) from None
    interrupted = False
    try:
        with _guarded(process.pid):
            _remember(recording, process.pid)
            lines = _Lines(process, recording.log)
            try:
                _follow(process, lines, on_line, on_tick)
            except KeyboardInterrupt:
                interrupted = True
                _signal(process.pid, signal.SIGINT)
                _follow(process, lines, on_line, lambda: None, seconds=_GENTLE_SECONDS)
    except OSError as error:
        raise HostError(f"The log cannot be written: {error.strerror}.", "Free some space and try again.") from None
    finally:
        # Whatever happened, nothing of the group is left running.
        _signal(process.pid, signal.SIGKILL)
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
    code = process.returncode
    return Ended(exit_code=128 - code if code < 0 else code, interrupted=interrupted)


def stop_recorded(recording: Recording) -> Ended:
    """Wait for a process whose owner was killed, first gently, then by force."""
    try:
        facts = json.loads((recording.path / "process.json").read_text(encoding="utf-8"))
        pid, born = int(facts["pid"]), facts["born"]
    except (OSError, ValueError, KeyError, TypeError):
        return Ended(exit_code=128 + signal.SIGINT, interrupted=True)
    for number, seconds in ((signal.SIGINT, _GENTLE_SECONDS), (signal.SIGKILL, 2.0)):
        deadline = time.monotonic() + seconds
        # The number may belong to another process by now: then it was born at another time.
        if born is None or _born(pid) != born:
            break
        _signal(pid, number)
        while _born(pid) == born and time.monotonic() < deadline:
            time.sleep(0.1)
    return Ended(exit_code=128 + signal.SIGINT, interrupted=True)


class _Lines:
    """Splits a process's output into lines and keeps it in the log."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        assert process.stdout is not None
        self.stream = process.stdout
        self.open = True
        self._rest = b""
        self._log = log

    def read(self, on_line: Callable[[bytes], None]) -> None:
        chunk = os.read(self.stream.fileno(), _CHUNK)
        self.open = bool(chunk)
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        if self._rest and (not self.open or len(self._rest) > _LONGEST_LINE):
            lines.append(self._rest)
            self._rest = b""
        kept = b"".join(line + b"\n" for line in lines if not line.startswith(PROGRESS_MARK))
        if kept:
            with self._log.open("ab") as log:
                log.write(kept)
        for line in lines:
            on_line(line)


def _follow(
    process: subprocess.Popen[bytes],
    lines: _Lines,
    on_line: Callable[[bytes], None],
    on_tick: Callable[[], None],
    seconds: float | None = None,
) -> None:
    """Read until the output ends, the process has exited and prints no more, or the time is over."""
    started = time.monotonic()
    next_tick = started
    with selectors.DefaultSelector() as selector:
        selector.register(lines.stream, selectors.EVENT_READ)
        while lines.open and (seconds is None or time.monotonic() - started < seconds):
            if time.monotonic() >= next_tick:
                on_tick()
                next_tick = time.monotonic() + _TICK_SECONDS
            ended = process.poll() is not None
            if selector.select(max(0.0, next_tick - time.monotonic())):
                lines.read(on_line)
            elif ended:
                return  # something that it started holds the pipe open
    remaining = None if seconds is None else max(0.1, seconds - (time.monotonic() - started))
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(remaining)


@contextlib.contextmanager
def _guarded(group: int) -> Iterator[None]:
    """Have the process group stopped should this process be killed.

    A guard does it, in a session of its own, out of reach of what kills this process. PR_SET_PDEATHSIG would do on
    Linux alone, and needs Python code between fork and exec, which may deadlock.
    """
    reading, writing = os.pipe()
    try:
        guard = subprocess.Popen(
            shell_command("duronb.engine", "guard", str(group)),
            stdin=reading,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    finally:
        os.close(reading)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            os.write(writing, b"\n")
        os.close(writing)
        guard.wait()


def _remember(recording: Recording, pid: int) -> None:
    (recording.path / "process.json").write_text(json.dumps({"pid": pid, "born": _born(pid)}), encoding="utf-8")


def _born(pid: int) -> str | None:
    """Return the start time of a process, by which two of one number differ; ``None`` once it has exited."""
    try:
        # "-o lstart" is understood on Linux and macOS alike.
        shown = subprocess.run(
            ["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, check=False, text=True, timeout=10
        ).stdout.split()
    except (OSError, subprocess.TimeoutExpired):
        return None
    return " ".join(shown[1:]) if shown and not shown[0].startswith("Z") else None


def _signal(group: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
