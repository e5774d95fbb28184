"""Groups of child processes that end with this process, even if it is killed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator

from duronb.shell import shell_command

_GENTLE_SECONDS = 3.0


@contextlib.contextmanager
def guard_group(group: int) -> Iterator[None]:
    """Interrupt a process group if this process is killed; kill it four seconds later.

    A guard process does this. It has a session of its own, so that it is not killed with this process.
    PR_SET_PDEATHSIG works on Linux only, and needs Python code between fork and exec, which may deadlock.
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


@contextlib.contextmanager
def ending_with_us(process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> Iterator[None]:
    """Guard a process that leads a session. If the block is left by an exception, end its whole group.

    Parameters
    ----------
    process
        Was started with ``start_new_session``.
    """
    try:
        with guard_group(process.pid):
            yield
    except BaseException:
        # Ctrl-C, a signal, or an error in a callback: nothing of the group must continue to run.
        signal_group(process.pid, signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_GENTLE_SECONDS)
        # A compiler or a build script that ignores SIGINT outlives cargo.
        signal_group(process.pid, signal.SIGKILL)
        process.wait()
        raise


def signal_group(group: int, number: int) -> None:
    """Send a signal to a process group, which may have ended already."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
