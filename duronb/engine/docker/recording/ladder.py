"""The permission ladder, which finds the least privileges with which perf works in a container."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from duronb.cache import cache_directory
from duronb.engine.docker.client import engine_errors
from duronb.engine.docker.container import Privileges, create_container, wait_for_exit
from duronb.engine.docker.ownership import PROBE, remove_container
from duronb.errors import HostError
from duronb.quoting import one_line
from duronb.sampling.perf import Perf
from duronb.sampling.perf_probe import Probe, maximum_frequency, probe_commands, read_probe
from duronb.shell import shell_command

if TYPE_CHECKING:
    from docker import APIClient

RUNGS: dict[str, Privileges] = {
    "perfmon": {"cap_drop": ["ALL"], "cap_add": ["PERFMON", "SYSLOG"]},
    "seccomp": {"cap_drop": ["ALL"], "security_opt": ["seccomp=unconfined"]},
    "sys_admin": {"cap_drop": ["ALL"], "cap_add": ["SYS_ADMIN", "SYSLOG"]},
    "privileged": {"privileged": True},
}
"""Rungs from the least to the most privileges. ``privileged`` drops no capability: the engine would ignore that."""

EMBEDDED = "embedded"
"""Stored instead of a rung's name if perf is refused on every rung, so that the workload samples itself."""

NO_PRIVILEGES: Privileges = {"cap_drop": ["ALL"]}
"""Privileges for a sampler that needs no permission."""

_PROBE_SECONDS = 20
_PROBE_HZ = 999
_PROBE_FILE = "/tmp/probe.data"  # noqa: S108 - in a container that exists for the probe
_REASON = re.compile(r"permi|denied|refus|not supported|invalid|failed|unable", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rung:
    """A rung that was tried.

    Parameters
    ----------
    name
        Name of the rung in ``RUNGS``.
    refused
        Why perf records no samples on it; empty if it does.
    user, kernel, kernel_names
        As in ``Probe``.
    """

    name: str
    refused: str = ""
    user: bool = False
    kernel: bool = False
    kernel_names: bool = False

    @property
    def sufficient(self) -> bool:
        """Whether perf records everything, so that the next rung need not be tried."""
        return self._probe.sufficient

    @property
    def records(self) -> str:
        """What perf records on it, in words."""
        return f"refused: {self.refused}" if self.refused else self._probe.records

    @property
    def _probe(self) -> Probe:
        return Probe(user=self.user, kernel=self.kernel, kernel_names=self.kernel_names)


def try_rungs(client: APIClient, image: str, frequency_hz: int) -> tuple[Rung | None, list[Rung]]:
    """Try the rungs from the least to the most privileges.

    Returns
    -------
    The first rung on which perf records user frames and named kernel frames. If there is no such rung, the first of
    those on which it records most; ``None`` if perf is refused on all. And all rungs that were tried.

    Raises
    ------
    HostError
        The engine stopped answering, or the kernel does not allow this frequency.
    """
    tried: list[Rung] = []
    for name in RUNGS:
        tried.append(_try_rung(client, image, name, frequency_hz))
        if tried[-1].sufficient:
            break
    usable = [rung for rung in tried if rung.user or rung.kernel]
    # max keeps the first of equals.
    best = max(usable, key=lambda rung: (rung.user, rung.kernel, rung.kernel_names), default=None)
    return best, tried


def judge(name: str, exit_code: int, output: str) -> Rung:
    """Return the result for a rung from the exit code and the output of its probe."""
    if exit_code:
        maximum = maximum_frequency(output)
        if maximum is not None:
            raise too_many(maximum)
        return Rung(name, refused=_reason(output) or f"perf ended with exit code {exit_code}")
    seen = read_probe(output)
    if not (seen.user or seen.kernel):
        return Rung(name, refused="perf recorded no samples")
    return Rung(name, user=seen.user, kernel=seen.kernel, kernel_names=seen.kernel_names)


def too_many(maximum: int) -> HostError:
    """Return the error for a frequency that the kernel refuses."""
    return HostError(
        f"The kernel allows at most {maximum} samples a second.", f"Give a frequency of {maximum} Hz or less."
    )


def rung_key(facts: Mapping[str, object]) -> str:
    """Return the key under which a rung is remembered.

    Parameters
    ----------
    facts
        Facts that may change the result, as plain JSON values. The privileges of the rungs are added.
    """
    return hashlib.sha256(json.dumps([facts, RUNGS], sort_keys=True).encode()).hexdigest()


def remembered(key: str) -> tuple[Rung | None, list[Rung]] | None:
    """Return the last result of ``try_rungs`` with this key; ``None`` if it is unknown."""
    try:
        stored = json.loads(_memory().read_text(encoding="utf-8"))
        if stored["key"] != key:
            return None
        tried = [Rung(**rung) for rung in stored["tried"]]
        return next((rung for rung in tried if rung.name == stored["best"]), None), tried
    except (OSError, ValueError, KeyError, TypeError):
        return None


def remember(key: str, best: Rung | None, tried: list[Rung]) -> None:
    """Store the result of ``try_rungs``. If the cache cannot be written, the rungs are tried again each time."""
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
    """Forget the remembered rung: a recording showed that it no longer works."""
    try:
        _memory().unlink(missing_ok=True)
    except OSError:
        return


def _memory() -> Path:
    return cache_directory() / "docker-rung.json"


def _try_rung(client: APIClient, image: str, name: str, frequency_hz: int) -> Rung:
    import docker.errors

    record, read = probe_commands(Perf(), _PROBE_FILE, min(frequency_hz, _PROBE_HZ))
    container = None
    with engine_errors("test perf in a container"):
        try:
            container = create_container(
                client,
                image,
                shell_command("duronb.engine.docker", "run_both", str(len(record)), *record, *read),
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
    return judge(name, state.exit_code, output)


def _reason(output: str) -> str:
    """Return the line of an error message that contains the reason, without prefixes."""
    text = re.sub(r"^.*OCI runtime create failed: (?:runc create failed: )?", "", output.strip(), flags=re.DOTALL)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    reasons = [line for line in lines if _REASON.search(line)]
    return one_line((reasons or lines or [""])[0], 160).removesuffix(": unknown")
