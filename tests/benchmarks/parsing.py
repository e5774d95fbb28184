"""Texts to call trees: whole processes, alternating, with the peak of their memory."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.figures import Row, summary
from tests.benchmarks.goals import GOALS
from tests.benchmarks.resident import resident_megabytes

_POLL_SECONDS = 0.004
_LIMIT_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Process:
    """A finished process: wall seconds, peak resident megabytes where the system says them, and its output."""

    seconds: float
    peak_mb: float | None
    output: bytes


def timed(command: Sequence[str]) -> Process:
    """Run a program; its memory is read while it runs, because ``wait`` would count this process's own pages too.

    Raises
    ------
    subprocess.CalledProcessError
        It failed.
    """
    peak: float | None = None
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=errors) as process:
            while process.poll() is None:
                peak = resident_megabytes(process.pid) or peak
                if time.perf_counter() - started > _LIMIT_SECONDS:
                    process.kill()
                time.sleep(_POLL_SECONDS)
            seconds = time.perf_counter() - started
        output.seek(0)
        errors.seek(0)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command, output.read(), errors.read())
        return Process(seconds, peak, output.read())


def child(kind: str, file: Path, *more: str) -> tuple[Process, dict[str, Any]]:
    """Run ``tests.benchmarks.child`` and return what it printed."""
    done = timed((sys.executable, "-m", "tests.benchmarks.child", kind, str(file), *more))
    return done, json.loads(done.output)


def python_profile(kind: str, file: Path) -> str:
    """Return where the time of a child goes, as a table of text."""
    done = timed((sys.executable, "-m", "tests.benchmarks.child", kind, str(file), "--profile"))
    return f"```\n{done.output.decode()}\n```"


def perf_rows(name: str, text: Path, collapse: Path, rounds: int) -> list[Row]:
    """Measure perf script text to call tree against ``inferno-collapse-perf``, round by round in turn.

    Parameters
    ----------
    name
        Of the input, in the table.
    text
        The file.
    collapse
        inferno's program; it uses all processors unless it is told otherwise.
    rounds
        How often each is run.
    """
    whole: list[Process] = []
    inside: list[dict[str, Any]] = []
    theirs: list[Process] = []
    single: list[Process] = []
    for _ in range(rounds):
        done, found = child("perf", text)
        whole.append(done)
        inside.append(found)
        theirs.append(timed((str(collapse), str(text))))
        single.append(timed((str(collapse), "--nthreads", "1", str(text))))
    title = f"{name}, {text.stat().st_size / 1e6:.0f} MB"
    return [
        _row(title, "whole process", "s", (p.seconds for p in whole), (p.seconds for p in theirs), key=name),
        _row(
            title,
            "in process, inferno with one thread",
            "s",
            (f["seconds"] for f in inside),
            (p.seconds for p in single),
        ),
        _row(title, "peak memory", "MB", _peaks(whole), _peaks(theirs)),
    ]


def folded_rows(text: Path, rounds: int) -> list[Row]:
    """Measure folded text to arrays."""
    done = [child("folded", text) for _ in range(rounds)]
    title = f"folded text, 1M nodes, {text.stat().st_size / 1e6:.0f} MB"
    return [
        _row(title, "in process", "s", (found["seconds"] for _, found in done), (), key="folded 1m"),
        _row(title, "whole process", "s", (process.seconds for process, _ in done), ()),
        _row(title, "peak memory", "MB", (found["peak_mb"] for _, found in done), (), key="folded 1m"),
    ]


def _peaks(processes: Sequence[Process]) -> list[float]:
    return [process.peak_mb for process in processes if process.peak_mb is not None]


def _row(title: str, figure: str, unit: str, ours: Any, theirs: Any, *, key: str = "") -> Row:
    found = {"duronb": summary(value for value in ours if value is not None), "inferno": summary(theirs)}
    cells = {tool: values for tool, values in found.items() if values is not None}
    return Row(title, figure, unit, dict(cells), GOALS.get((key, figure), []))
