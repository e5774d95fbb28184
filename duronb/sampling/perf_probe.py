"""A short recording that shows what perf is permitted to record, on this machine or in a container."""

from __future__ import annotations

import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from duronb.errors import DuronbError, HostError, RequestError
from duronb.sampling.perf import Perf, setting
from duronb.shell import shell_command

_PROBE_SECONDS = 30
_KERNEL = re.compile(
    r"^\s*[0-9a-f]+\s+(.*?)\s+\((?:\[(?:kernel|guest\.kernel)\.[^)]*|\[(?!vdso|vsyscall)\w+\])\)\s*$", re.MULTILINE
)
_SAMPLE = re.compile(r"^\s*[0-9a-f]+\s+\S.*\)\s*$", re.MULTILINE)
_REFUSED = re.compile(
    r"perf_event_(?:open|paranoid)|performance monitoring|failed to mmap|No permission", re.IGNORECASE
)
_NO_PERF_FOR = re.compile(r"perf not found for kernel [\w.+-]+\w")
"""What Ubuntu's command ``perf`` prints: a script that starts the perf of the running kernel."""
_CAUSE = re.compile(r"(?:error|failed|cannot|unable|invalid|not found|unknown|refused)\b.*\w", re.IGNORECASE)
_TOO_FAST = re.compile(r"Maximum frequency rate \((\d[\d,]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Probe:
    """What a short recording contained.

    Parameters
    ----------
    user, kernel
        Whether a sample was taken in a program, and in the kernel.
    kernel_names
        Whether a function of the kernel has a name.
    """

    user: bool = False
    kernel: bool = False
    kernel_names: bool = False

    @property
    def sufficient(self) -> bool:
        """Whether user and kernel frames are recorded, all with names."""
        return self.user and self.kernel and self.kernel_names

    @property
    def records(self) -> str:
        """What is recorded, in a few words."""
        if not self.kernel:
            return "user frames only"
        return "user and kernel frames" if self.kernel_names else "user frames, kernel frames without names"


def probe_commands(perf: Perf, file: str, frequency_hz: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the command that records a busy program, and the one that prints the recording for ``read_probe``."""
    busy = shell_command("duronb.sampling", "busy")
    return (*perf.prefix(file, frequency_hz, "fp"), *busy), perf.read_leaves_command(file)


def read_probe(text: str) -> Probe:
    """Read what the second command of ``probe_commands`` printed."""
    kernel = [match[1] for match in _KERNEL.finditer(text)]
    named = any(not symbol.startswith("[unknown]") for symbol in kernel)
    return Probe(user=len(_SAMPLE.findall(text)) > len(kernel), kernel=bool(kernel), kernel_names=named)


def probe(perf: str, frequency_hz: int) -> Probe:
    """Record a busy program on this machine, and return what the recording contained.

    Parameters
    ----------
    perf
        Path of perf.
    frequency_hz
        Samples per second.

    Raises
    ------
    HostError
        perf does not work here; the remedy says what to change.
    RequestError
        The frequency is above what the kernel allows.
    """
    with tempfile.TemporaryDirectory(prefix="duronb-") as directory:
        record, read = probe_commands(Perf(perf), str(Path(directory, "probe.data")), frequency_hz)
        recorded = _run_command(record)
        if recorded.returncode:
            raise refusal(recorded.stdout + recorded.stderr, frequency_hz)
        return read_probe(_run_command(read).stdout)


def maximum_frequency(output: str) -> int | None:
    """Return the limit in perf's message about a frequency that is too high; ``None`` for another message."""
    found = _TOO_FAST.search(output)
    return None if found is None else int(found[1].replace(",", ""))


def is_refused(output: str) -> bool:
    """Return whether perf's output says that it has no permission."""
    return _REFUSED.search(output) is not None


def refusal(output: str, frequency_hz: int) -> DuronbError:
    """Return the error for what perf printed when it failed on this machine."""
    if re.search(r"maximum (?:sampling )?frequency|-F freq.* lower value|max_sample_rate", output, re.IGNORECASE):
        allowed = setting("perf_event_max_sample_rate")
        return RequestError(
            f"perf is not permitted to take {frequency_hz} samples a second here.",
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
    kernel = _NO_PERF_FOR.search(output)
    if kernel is not None:
        return HostError(
            f"perf is not installed for this kernel: {kernel[0][:160]}.",
            "Install linux-tools-generic and put its perf (/usr/lib/linux-tools/*/perf) first on PATH,"
            " or use --engine embedded.",
        )
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    # perf prints the cause first and hints below it, but may begin with other warnings.
    cause = next((line for line in lines if _CAUSE.search(line)), lines[0] if lines else "it printed nothing")
    return HostError(
        f"perf does not work here: {cause.rstrip('.')[:160]}.",
        "Install the perf of the running kernel, or use --engine embedded.",
    )


def version_problem(perf: str) -> DuronbError | None:
    """Return why a perf that is installed cannot even print its version; ``None`` if it can."""
    done = _run_command(Perf(perf).version_command)
    return refusal(done.stdout + done.stderr, 0) if done.returncode else None


def _run_command(command: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
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
