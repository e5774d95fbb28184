"""cargo and rustc of this machine as child processes."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from duronb.engine.cargo.failures import build_failure
from duronb.engine.cargo.unused import cargo_home
from duronb.engine.machine.guard import ending_with_us
from duronb.errors import HostError
from duronb.subject.snapshot import TOOLCHAIN_FILES

_OUTPUT_LINES = 4000


def find_cargo() -> str | None:
    """Return cargo's path: from ``PATH``, otherwise where rustup installs it; ``None`` if it is not there."""
    return shutil.which("cargo") or shutil.which("cargo", path=str(cargo_home() / "bin"))


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


def run_program(command: Sequence[str], directory: Path, variables: Mapping[str, str]) -> tuple[int, bytes]:
    """Run a program that ends soon, and return its exit status and what it printed.

    Parameters
    ----------
    command
        Program and arguments.
    directory
        Working directory.
    variables
        Variables that are added to those of this process.

    Raises
    ------
    HostError
        The program cannot be started.
    """
    try:
        process = subprocess.Popen(
            command,
            cwd=directory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, **variables},
            start_new_session=True,
        )
    except OSError:
        raise _rust_missing() from None
    with process, ending_with_us(process):
        output, _ = process.communicate()
    return process.returncode, output


def overridden_toolchain(origin: Path, source: Path) -> dict[str, str]:
    """Return the variable that chooses the toolchain of a checkout for its snapshot, which is in another directory.

    Parameters
    ----------
    origin
        Root of the checkout: ``rustup override``, or a toolchain file of a directory above, may choose its toolchain.
    source
        The snapshot, whose own toolchain file has precedence.

    Raises
    ------
    HostError
        The chosen toolchain is not installed.
    """
    rustup = shutil.which("rustup")
    chosen = "RUSTUP_TOOLCHAIN" in os.environ or any((source / name).exists() for name in TOOLCHAIN_FILES)
    if rustup is None or chosen or not origin.is_dir():
        return {}
    status, output = run_program((rustup, "show", "active-toolchain"), origin, {})
    text = output.decode("utf-8", "replace").strip()
    if status:
        raise build_failure(text)
    name, _, why = text.partition(" ")
    return {} if not why or why.startswith("(default") else {"RUSTUP_TOOLCHAIN": name}


def run_cargo(
    command: tuple[str, ...],
    directory: Path,
    environment: Mapping[str, str],
    on_line: Callable[[str], None],
    messages: IO[str] | None = None,
) -> tuple[int, str]:
    """Run cargo until it ends. If this process ends before, cargo and what it started end, too.

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
    messages
        File for its standard output, so that ``on_line`` is called with standard error only; ``None`` for no file.

    Returns
    -------
    Its exit status, and its last 4,000 lines.
    """
    process = subprocess.Popen(
        command,
        cwd=directory,
        env={**os.environ, "CARGO_TERM_COLOR": "never", **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if messages is None else messages,
        stderr=subprocess.STDOUT if messages is None else subprocess.PIPE,
        start_new_session=True,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    kept: deque[str] = deque(maxlen=_OUTPUT_LINES)
    printed = process.stdout if messages is None else process.stderr
    assert printed is not None
    with printed, ending_with_us(process):
        for line in printed:
            kept.append(line)
            on_line(line.rstrip())
        return process.wait(), "".join(kept)


def _rust_missing() -> HostError:
    return HostError(
        "Rust is not installed: there is no cargo on PATH.", "Install it with rustup (rustup.rs), or start Docker."
    )
