"""A workload as a child process: its output by lines, periodic calls, and its end, even if this process is killed."""

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

from duronb.engine.machine.guard import guard_group, signal_group
from duronb.engine.meter import FILE, meter_command
from duronb.engine.protocol import DEFAULT_ENVIRONMENT, PROGRESS_MARK, Ended
from duronb.engine.recording import Recording
from duronb.errors import HostError
from duronb.options import remedy

_TICK_SECONDS = 0.5
_GENTLE_SECONDS = 20.0
_CHUNK = 1 << 16
# A line without an end must not use unlimited memory.
_LONGEST_LINE = 1 << 20


def run_recorded(
    recording: Recording,
    command: Sequence[str],
    environment: Mapping[str, str],
    on_line: Callable[[bytes], None],
    on_tick: Callable[[], None],
    *,
    generations: int = 0,
) -> Ended:
    """Run ``command`` until it ends. KeyboardInterrupt stops it with SIGINT.

    Parameters
    ----------
    recording
        The output is appended to its log. Its ``process.json`` identifies the process for ``stop_recorded``.
    command
        Program and arguments.
    environment
        Variables that are added to those of this process.
    on_line, on_tick
        As in ``Engine.record``.
    generations
        Number of processes before the workload, as for ``meter_command``.

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
            env={**DEFAULT_ENVIRONMENT, **os.environ, **environment},
            # In a new session, so that a terminal's Ctrl-C reaches only this process, which then stops the group.
            start_new_session=True,
        )
    except OSError as error:
        raise HostError(
            f"{Path(command[0]).name} cannot be started: {error.strerror}.", f"See {remedy.command('doctor')}."
        ) from None
    interrupted = False
    try:
        with guard_group(process.pid), _metered(recording, process.pid, generations):
            _write_process(recording, process.pid)
            lines = _Lines(process, recording.log)
            try:
                _read_output(process, lines, on_line, on_tick)
            except KeyboardInterrupt:
                interrupted = True
                signal_group(process.pid, signal.SIGINT)
                _read_output(process, lines, on_line, lambda: None, seconds=_GENTLE_SECONDS)
    except OSError as error:
        raise HostError(f"The log cannot be written: {error.strerror}.", "Free some space and try again.") from None
    finally:
        # No process of the group may remain, whatever happened.
        signal_group(process.pid, signal.SIGKILL)
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
    code = process.returncode
    return Ended(exit_code=128 - code if code < 0 else code, interrupted=interrupted)


def stop_recorded(recording: Recording) -> Ended:
    """Stop a process whose owner was killed: with SIGINT, then with SIGKILL."""
    try:
        facts = json.loads((recording.path / "process.json").read_text(encoding="utf-8"))
        pid, born = int(facts["pid"]), facts["born"]
    except (OSError, ValueError, KeyError, TypeError):
        return Ended(exit_code=128 + signal.SIGINT, interrupted=True)
    for number, seconds in ((signal.SIGINT, _GENTLE_SECONDS), (signal.SIGKILL, 2.0)):
        deadline = time.monotonic() + seconds
        # The process id may have been reused, but then the start time differs.
        if born is None or _start_time(pid) != born:
            break
        signal_group(pid, number)
        while _start_time(pid) == born and time.monotonic() < deadline:
            time.sleep(0.1)
    return Ended(exit_code=128 + signal.SIGINT, interrupted=True)


class _Lines:
    """Splits a process's output into lines and appends them to the log."""

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


def _read_output(
    process: subprocess.Popen[bytes],
    lines: _Lines,
    on_line: Callable[[bytes], None],
    on_tick: Callable[[], None],
    seconds: float | None = None,
) -> None:
    """Read until the output ends, until the process has exited and its output is read, or for ``seconds``."""
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
                return  # a child of it keeps the pipe open
    remaining = None if seconds is None else max(0.1, seconds - (time.monotonic() - started))
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(remaining)


@contextlib.contextmanager
def _metered(recording: Recording, pid: int, generations: int) -> Iterator[None]:
    """Let the meter count the workload's CPU time meanwhile. It ends by itself if this process is killed."""
    try:
        meter = subprocess.Popen(
            meter_command(str(recording.path / FILE), pid, generations),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        yield  # without Perl CPU time is not measured
        return
    try:
        yield
    finally:
        meter.terminate()
        meter.wait()


def _write_process(recording: Recording, pid: int) -> None:
    (recording.path / "process.json").write_text(json.dumps({"pid": pid, "born": _start_time(pid)}), encoding="utf-8")


def _start_time(pid: int) -> str | None:
    """Return the start time of a process, which differs if its id was reused; ``None`` if it has exited."""
    try:
        # "-o lstart" works on Linux and macOS.
        fields = subprocess.run(
            ["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, check=False, text=True, timeout=10
        ).stdout.split()
    except (OSError, subprocess.TimeoutExpired):
        return None
    return " ".join(fields[1:]) if fields and not fields[0].startswith("Z") else None
