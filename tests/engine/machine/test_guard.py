"""Nothing that was started goes on after the end of this process, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

BUILD = """
import sys
from pathlib import Path
from duronb.cli.signals import ended_by_signals
from duronb.engine.machine.cargo import run_cargo, run_program

with ended_by_signals():
    if sys.argv[2] == "build":
        run_cargo((sys.argv[1],), Path("/"), {}, lambda line: None)
    else:
        run_program((sys.argv[1],), Path("/"), {})
"""
CARGO = """#!/bin/sh
# A build with a compiler, and with a build script that ignores signals.
sh -c 'trap "" INT TERM HUP; echo $$ >>"$PIDS"; while :; do sleep 0.2; done' &
sleep 300 &
echo $! >>"$PIDS"
echo $$ >>"$PIDS"
wait
"""


def runs(process: int) -> bool:
    """Return whether a process runs; one that has ended but was not waited for does not."""
    try:
        status = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
@pytest.mark.parametrize("program", ["build", "question"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGKILL])
def test_a_build_ends_with_the_process_that_started_it(tmp_path: Path, number: signal.Signals, program: str) -> None:
    cargo, written = tmp_path / "cargo", tmp_path / "pids"
    cargo.write_text(CARGO, encoding="utf-8")
    cargo.chmod(0o755)
    with subprocess.Popen(
        [sys.executable, "-c", BUILD, str(cargo), program],
        env={**os.environ, "PIDS": str(written)},
        stderr=subprocess.DEVNULL,
    ) as session:
        deadline = time.monotonic() + 60
        while not written.exists() or len(written.read_text().split()) < 3:
            assert session.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        started = [int(text) for text in written.read_text().split()]
        assert all(map(runs, started))
        session.send_signal(number)
        deadline = time.monotonic() + 30  # about 4 s, but a loaded machine is slower
        while any(map(runs, started)) and time.monotonic() < deadline:
            time.sleep(0.05)
        left = [process for process in started if runs(process)]
        for process in left:
            os.kill(process, signal.SIGKILL)
        session.kill()
    assert left == []
