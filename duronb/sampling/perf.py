"""Linux perf as a sampler: all options that duronb uses, and the path of perf on this machine."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from duronb.sampling.protocol import CallGraph

DWARF_BYTES = 16384
"""Bytes of the stack that perf copies for each DWARF sample."""
SCRIPT_FIELDS = "comm,pid,tid,time,event,ip,sym,dso"
EVENT = "cycles:P"
"""The event that is sampled, as precisely as the processor can. perf uses the CPU clock if it cannot count cycles."""
_SETTINGS = Path("/proc/sys/kernel")
_OWN_CONFIGURATION = ("/usr/bin/env", "PERF_CONFIG=/dev/null")
"""Beginning of every command: perf reads this empty file only. Settings such as ``call-graph.order`` in a user's
``.perfconfig`` would reverse all stacks, and perf refuses to start with settings that it does not know."""


@dataclass(frozen=True, slots=True)
class Perf:
    """Linux perf; see ``Sampler``. The event is CPU cycles, or the CPU clock on a machine that cannot count cycles.

    Parameters
    ----------
    program
        Name or path of perf where it runs.
    """

    program: str = "perf"

    name = "perf"
    reader = "perf"
    unit = "samples"
    file_name = "perf.data"
    needs_permission = True
    bundled_features = None

    @property
    def call_graphs(self) -> frozenset[CallGraph]:
        """Both kinds."""
        return frozenset({"fp", "dwarf"})

    @property
    def version_command(self) -> tuple[str, ...]:
        """The command that prints perf's version."""
        return (*_OWN_CONFIGURATION, self.program, "--version")

    def prefix(self, file: str, frequency_hz: int, call_graph: CallGraph) -> tuple[str, ...]:
        """Return the perf command that runs the command after it and writes samples to ``file``."""
        graph = f"dwarf,{DWARF_BYTES}" if call_graph == "dwarf" else call_graph
        # -N: do not copy every binary to ~/.debug. -k mono: the header then relates timestamps to the time of day.
        # -e: on processors with two kinds of cores perf then counts one event, on both kinds.
        options = ("-q", "-N", "-k", "mono", "-e", EVENT, "-F", str(frequency_hz), "--call-graph", graph, "-o", file)
        return (*_OWN_CONFIGURATION, self.program, "record", *options, "--")

    def arguments(self, file: str, frequency_hz: int) -> tuple[str, ...]:  # noqa: ARG002
        """Return no arguments: perf needs nothing from the workload."""
        return ()

    def read_command(self, file: str) -> tuple[str, ...] | None:
        """Return the command that prints a recording as text, with its header."""
        return (*self._script(file), "--header", "--show-lost-events", "-F", SCRIPT_FIELDS)

    def read_leaves_command(self, file: str) -> tuple[str, ...]:
        """Return the command that prints one line a sample: address, symbol and module of its innermost frame."""
        return (*self._script(file), "-G", "-F", "ip,sym,dso")

    def _script(self, file: str) -> tuple[str, ...]:
        # -f: the file may belong to another user, as in a volume. --no-inline: expanding inlined calls takes minutes.
        # Without DEBUGINFOD_URLS: perf does not download symbols.
        return (*_OWN_CONFIGURATION, "DEBUGINFOD_URLS=", self.program, "script", "-f", "-i", file, "--no-inline")


def find_perf() -> str | None:
    """Return the path of perf; ``None`` if it is not installed or this is not Linux."""
    return shutil.which("perf") if sys.platform == "linux" else None


def perf_version(perf: str) -> str:
    """Return perf's version, such as ``6.1.187``; ``unknown`` if perf does not report one."""
    try:
        done = subprocess.run(
            Perf(perf).version_command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            text=True,
            timeout=20,
        )
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"
    version = re.search(r"\d+(?:\.\d+)+\S*", done.stdout)
    return version[0] if version else "unknown"


def setting(name: str) -> int | None:
    """Return a kernel setting such as ``perf_event_paranoid``; ``None`` if it cannot be read."""
    try:
        return int((_SETTINGS / name).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
