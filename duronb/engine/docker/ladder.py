"""The permission ladder: the least that a container must be allowed so that perf works in it."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duronb.cache import cache_directory
from duronb.engine.docker.client import engine_errors
from duronb.engine.docker.container import create_container, wait_for_exit
from duronb.engine.docker.owner import PROBE, remove_container
from duronb.errors import HostError
from duronb.quoting import one_line

if TYPE_CHECKING:
    from docker import APIClient

RUNGS: dict[str, dict[str, Any]] = {
    "perfmon": {"cap_drop": ["ALL"], "cap_add": ["PERFMON", "SYSLOG"]},
    "seccomp": {"security_opt": ["seccomp=unconfined"]},
    "sys_admin": {"cap_drop": ["ALL"], "cap_add": ["SYS_ADMIN", "SYSLOG"]},
    "privileged": {"privileged": True},
}
"""Rungs from the least to the most, and what each adds to a container's host configuration."""

EMBEDDED = "embedded"
"""In place of a rung's name: the workload samples itself."""

NO_PRIVILEGES: dict[str, Any] = {"cap_drop": ["ALL"]}
"""For the workload that samples itself."""

_PROBE_SECONDS = 20
_PROBE_HZ = 999
# User time in the loop, kernel time in dd; then one line a sample: address, symbol, (object).
_PROBE_SCRIPT = """
perf record -q -N -F "$1" --call-graph fp -o /tmp/probe.data -- sh -c '
  i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; dd if=/dev/zero of=/dev/null bs=1M count=3000 2>/dev/null
' 2>&1 || exit 1
exec perf script -f -i /tmp/probe.data --no-inline -G -F ip,sym,dso 2>/dev/null
"""
_KERNEL = re.compile(
    r"^\s*[0-9a-f]+\s+(.*?)\s+\((?:\[(?:kernel|guest\.kernel)\.[^)]*|\[(?!vdso|vsyscall)\w+\])\)\s*$", re.MULTILINE
)
_SAMPLE = re.compile(r"^\s*[0-9a-f]+\s+\S.*\)\s*$", re.MULTILINE)
_TELLING = re.compile(r"permi|denied|refus|not supported|invalid|failed|unable", re.IGNORECASE)
_TOO_FAST = re.compile(r"Maximum frequency rate \((\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rung:
    """A rung that was tried.

    Parameters
    ----------
    name
        Of ``RUNGS``.
    refused
        Why it gives no samples; empty where it does.
    user, kernel
        Whether it gives samples of programs, and of the kernel.
    kernel_names
        Whether the kernel's functions have names.
    """

    name: str
    refused: str = ""
    user: bool = False
    kernel: bool = False
    kernel_names: bool = False

    @property
    def whole(self) -> bool:
        """Nothing is missing: no need to climb higher."""
        return self.user and self.kernel and self.kernel_names

    @property
    def gives(self) -> str:
        """What it gives, in words."""
        if self.refused:
            return f"refused: {self.refused}"
        if not self.kernel:
            return "user frames"
        return f"user and kernel frames{'' if self.kernel_names else ', the kernel without names'}"


def climb(client: APIClient, image: str, frequency_hz: int) -> tuple[Rung | None, list[Rung]]:
    """Try the rungs from the least to the most.

    Returns
    -------
    The first rung that gives user and named kernel samples, else the first of those that give most, else ``None``;
    and all rungs that were tried.

    Raises
    ------
    HostError
        The engine stopped answering, or the kernel allows fewer samples a second.
    """
    tried: list[Rung] = []
    for name in RUNGS:
        tried.append(_try(client, image, name, frequency_hz))
        if tried[-1].whole:
            break
    usable = [rung for rung in tried if rung.user or rung.kernel]
    # max keeps the first of equals.
    best = max(usable, key=lambda rung: (rung.user, rung.kernel, rung.kernel_names), default=None)
    return best, tried


def judge(name: str, exit_code: int, output: str) -> Rung:
    """Read what a probe printed."""
    if exit_code:
        too_fast = _TOO_FAST.search(output)
        if too_fast is not None:
            raise too_many(int(too_fast[1]))
        return Rung(name, refused=_reason(output) or f"perf ended with exit code {exit_code}")
    kernel = [match[1] for match in _KERNEL.finditer(output)]
    samples = len(_SAMPLE.findall(output))
    if not samples:
        return Rung(name, refused="perf recorded no samples")
    named = any(not symbol.startswith("[unknown]") for symbol in kernel)
    return Rung(name, user=samples > len(kernel), kernel=bool(kernel), kernel_names=named)


def too_many(maximum: int) -> HostError:
    """Return the error for a frequency that the kernel refuses."""
    return HostError(
        f"The kernel takes at most {maximum} samples a second.", f"Ask for a frequency of {maximum} Hz or less."
    )


def rung_key(facts: Mapping[str, Any]) -> str:
    """Return the name under which a rung is remembered: it changes with whatever may change the answer."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def remembered(key: str) -> tuple[Rung | None, list[Rung]] | None:
    """Return what ``climb`` found the last time, if that is known."""
    try:
        stored = json.loads(_memory().read_text(encoding="utf-8"))
        if stored["key"] != key:
            return None
        tried = [Rung(**rung) for rung in stored["tried"]]
        return next((rung for rung in tried if rung.name == stored["best"]), None), tried
    except (OSError, ValueError, KeyError, TypeError):
        return None


def remember(key: str, best: Rung | None, tried: list[Rung]) -> None:
    """Store what ``climb`` found; a cache that cannot be written costs a second each time, no more."""
    fields = {"key": key, "best": best and best.name, "tried": [asdict(rung) for rung in tried]}
    path = _memory()
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(json.dumps(fields, indent=1), encoding="utf-8")
        partial.replace(path)
    except OSError:
        return


def forget() -> None:
    """Drop what is remembered: a recording showed that it no longer holds."""
    try:
        _memory().unlink(missing_ok=True)
    except OSError:
        return


def _memory() -> Path:
    return cache_directory() / "docker-rung.json"


def _try(client: APIClient, image: str, name: str, frequency_hz: int) -> Rung:
    import docker.errors

    container = None
    with engine_errors("try what perf may do in a container"):
        try:
            container = create_container(
                client,
                image,
                ["sh", "-c", _PROBE_SCRIPT, "sh", str(min(frequency_hz, _PROBE_HZ))],
                labels={PROBE: name},
                volumes={},
                privileges=RUNGS[name],
                log_driver="json-file",
            )
            client.start(container)
            state = wait_for_exit(client, container, _PROBE_SECONDS)
            if state is None:
                return Rung(name, refused=f"the probe did not end within {_PROBE_SECONDS} s")
            output = client.logs(container).decode("utf-8", "replace")
        except docker.errors.APIError as error:
            return Rung(name, refused=_reason(str(error.explanation or error)))
        finally:
            if container is not None:
                remove_container(client, container)
    return judge(name, int(state["ExitCode"]), output)


def _reason(output: str) -> str:
    """Pick the words that say why, from an engine's or perf's refusal."""
    text = re.sub(r"^.*OCI runtime create failed: (?:runc create failed: )?", "", output.strip(), flags=re.DOTALL)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if _TELLING.search(line)]
    return one_line((telling or lines or [""])[0], 160).removesuffix(": unknown")
