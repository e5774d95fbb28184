"""cargo and rustc of this machine as child processes."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path

from duronb.errors import HostError

_OUTPUT_LINES = 4000


def find_cargo() -> str | None:
    """Return cargo's path: from ``PATH``, otherwise where rustup installs it; ``None`` if it is not there."""
    home = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")
    return shutil.which("cargo") or shutil.which("cargo", path=str(home / "bin"))


def installed_cargo() -> str:
    """Return cargo's path.

    Raises
    ------
    HostError
        Rust is not installed.
    """
    cargo = find_cargo()
    if cargo is None:
        raise _rust_missing()
    return cargo


def compiler_version(cargo: str, directory: Path) -> str:
    """Return what ``rustc -vV`` prints in a directory, since a checkout may choose its toolchain.

    Raises
    ------
    HostError
        rustc is not installed, or the toolchain does not work.
    """
    rustc = shutil.which("rustc") or str(Path(cargo).with_name("rustc"))
    try:
        done = subprocess.run(
            [rustc, "-vV"], cwd=directory, stdin=subprocess.DEVNULL, capture_output=True, check=False, text=True
        )
    except OSError:
        raise _rust_missing() from None
    if done.returncode:
        raise HostError(
            f"The Rust toolchain of this source does not work: {_last_line(done.stderr)}",
            "Run 'rustup show' to see why.",
        )
    return done.stdout


def run_cargo(
    command: tuple[str, ...], directory: Path, environment: Mapping[str, str], on_line: Callable[[str], None]
) -> tuple[int, str]:
    """Run cargo until it ends. If this process is interrupted, cargo is interrupted, too.

    Parameters
    ----------
    command
        cargo's path and its arguments.
    directory
        Working directory.
    environment
        Variables that are added to those of this process.
    on_line
        Called with each line that it prints.

    Returns
    -------
    Its exit status, and its last 4,000 lines.
    """
    process = subprocess.Popen(
        command,
        cwd=directory,
        env={**os.environ, "CARGO_TERM_COLOR": "never", **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    kept: deque[str] = deque(maxlen=_OUTPUT_LINES)
    try:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                kept.append(line)
                on_line(line.rstrip())
        return process.wait(), "".join(kept)
    except BaseException:
        # Ctrl-C, or an error in a callback: cargo must not continue to run.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        raise


def _rust_missing() -> HostError:
    return HostError(
        "Rust is not installed: there is no cargo on PATH.", "Install it with rustup (rustup.rs), or start Docker."
    )


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:200] if lines else "it printed nothing."
