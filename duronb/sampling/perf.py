"""Linux perf on this machine: is it there, is it allowed, and what does it see."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from duronb.errors import DuronbError, HostError, RequestError

SCRIPT_FIELDS = "comm,pid,tid,time,event,ip,sym,dso"
DWARF_BYTES = 16384
_PROBE_SECONDS = 30
# Busy in user space and in the kernel, for long enough that every clock ticks.
_BUSY = 'i=0; while [ "$i" -lt 60000 ]; do i=$((i+1)); [ -e /dev/null ]; done'
_SETTINGS = Path("/proc/sys/kernel")


@dataclass(frozen=True, slots=True)
class PerfProbe:
    """What a short recording showed.

    Parameters
    ----------
    kernel_samples
        Some sample was taken in the kernel.
    kernel_symbols
        And its function has a name.
    event
        The event that perf chose: ``cycles``, or ``cpu-clock`` where the processor counts none.
    """

    kernel_samples: bool
    kernel_symbols: bool
    event: str | None

    @property
    def rung(self) -> str:
        """What is seen, in a few words."""
        if not self.kernel_samples:
            return "user frames only"
        return "user and kernel frames" if self.kernel_symbols else "user frames, kernel frames without names"


def find_perf() -> str | None:
    """Return the path of perf; ``None`` where there is none or this is no Linux."""
    return shutil.which("perf") if sys.platform == "linux" else None


def perf_version(perf: str) -> str:
    """Return perf's version, such as ``6.1.187``."""
    try:
        done = subprocess.run(
            [perf, "--version"], stdin=subprocess.DEVNULL, capture_output=True, check=False, text=True, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"
    version = re.search(r"\d+(?:\.\d+)+\S*", done.stdout)
    return version[0] if version else "unknown"


def record_command(perf: str, file: Path, frequency_hz: int, call_graph: str) -> tuple[str, ...]:
    """Return the command that records what follows it into ``file``."""
    graph = f"dwarf,{DWARF_BYTES}" if call_graph == "dwarf" else "fp"
    # -N: do not copy every binary to ~/.debug. -k mono: the header then relates the stamps to the time of day.
    options = ("-q", "-N", "-k", "mono", "-F", str(frequency_hz), "--call-graph", graph, "-o", str(file))
    return (perf, "record", *options, "--")


def script_command(perf: str, file: Path) -> tuple[str, ...]:
    """Return the command that prints a recording as text, with its header."""
    return (perf, "script", "--header", "--no-inline", "--show-lost-events", "-F", SCRIPT_FIELDS, "-i", str(file))


def probe(perf: str, frequency_hz: int) -> PerfProbe:
    """Record a busy moment and look at it.

    Raises
    ------
    HostError
        perf does not work here; the remedy says what to change.
    RequestError
        The frequency is above what the kernel allows.
    """
    with tempfile.TemporaryDirectory(prefix="duronb-") as directory:
        file = Path(directory, "probe.data")
        recorded = _run((*record_command(perf, file, frequency_hz, "fp"), "/bin/sh", "-c", _BUSY))
        if recorded.returncode:
            raise refusal(recorded.stdout + recorded.stderr, frequency_hz)
        text = _run((perf, "script", "--no-inline", "-F", "event,ip,sym,dso", "-i", str(file))).stdout
    kernel = re.findall(r"^\s+[0-9a-f]+ (\S+).*\(\[(?:kernel\.|guest\.)?k\w*\]?", text, re.MULTILINE)
    event = re.search(r"^\s*([\w:-]+?):\s*$", text, re.MULTILINE)
    return PerfProbe(bool(kernel), any(name != "[unknown]" for name in kernel), event[1] if event else None)


def refusal(output: str, frequency_hz: int) -> DuronbError:
    """Turn perf's complaint into the error to raise."""
    if re.search(r"maximum (?:sampling )?frequency|-F freq.* lower value|max_sample_rate", output, re.IGNORECASE):
        allowed = setting("perf_event_max_sample_rate")
        return RequestError(
            f"perf may not take {frequency_hz} samples a second here.",
            f"Give at most --frequency {allowed}." if allowed is not None else "Give a lower --frequency.",
        )
    paranoid = setting("perf_event_paranoid")
    if re.search(r"permi(?:ssion|tted)|access to performance|paranoid|EACCES|EPERM", output, re.IGNORECASE):
        if paranoid is not None and paranoid > 2:
            return HostError(
                f"perf is refused: kernel.perf_event_paranoid is {paranoid}.",
                "Run 'sudo sysctl kernel.perf_event_paranoid=1', or use --engine embedded.",
            )
        return HostError(
            "perf is refused by the kernel or by the container that this runs in.",
            "Use --engine embedded, or allow perf_event_open.",
        )
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return HostError(
        f"perf does not work here: {lines[-1][:160] if lines else 'it says nothing'}.",
        "Install the perf of the running kernel, or use --engine embedded.",
    )


def setting(name: str) -> int | None:
    """Return a kernel setting such as ``perf_event_paranoid``; ``None`` where it cannot be read."""
    try:
        return int((_SETTINGS / name).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _run(command: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            text=True,
            errors="replace",
            timeout=_PROBE_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(command, 1, "", str(error))
