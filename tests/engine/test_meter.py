import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from duronb.engine.meter import meter_command, sampler_generations
from duronb.ingest.counters import Counters, read_counters
from duronb.sampling.embedded import Embedded
from duronb.sampling.perf import Perf

BUSY = """
import os, time
time.sleep(0.3)
before = time.process_time()
print(time.time(), flush=True)
end = time.time() + 2.0
while time.time() < end:
    os.getppid()
print(time.time(), time.process_time() - before, flush=True)
time.sleep(0.3)
"""
PARENT = """
import subprocess, sys, time
end = time.process_time() + 0.3
while time.process_time() < end:
    pass
subprocess.run([sys.executable, "-c", sys.argv[1]])
"""
linux = pytest.mark.skipif(sys.platform != "linux", reason="the meter reads /proc")


def metered(command: list[str], file: Path, depth: int) -> tuple[Counters, list[float]]:
    """Return the counters of a process and the numbers that it printed."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        meter = subprocess.Popen(meter_command(str(file), process.pid, depth))
        output, _ = process.communicate(timeout=60)
        assert meter.wait(timeout=10) == 0
    return read_counters([file.read_bytes()]), [float(number) for number in output.split()]


@linux
@pytest.mark.long
@pytest.mark.parametrize("depth", [0, 1])
def test_the_cpu_time_of_a_window_is_what_the_process_itself_counts(tmp_path: Path, depth: int) -> None:
    own = [sys.executable, "-c", BUSY]
    command = own if depth == 0 else [sys.executable, "-c", PARENT, BUSY]
    counters, (started, ended, seconds) = metered(command, tmp_path / "counters", depth)
    used = counters.between(started, ended)
    assert used is not None
    # The 0.3 s of the parent, which stands for perf, are not counted.
    assert abs(used.seconds - seconds) <= used.error_seconds + 0.002
    assert used.error_seconds < 0.1 * seconds
    assert used.user_seconds > 0.02
    assert used.system_seconds > 0.02


@linux
@pytest.mark.long
def test_children_that_were_waited_for_and_the_living_one_are_counted(tmp_path: Path) -> None:
    one = "i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done"
    script = f"for n in 1 2 3; do sh -c '{one}'; done; date +%s.%N"
    started = time.time() - 1
    counters, (ended,) = metered(["sh", "-c", script], tmp_path / "counters", 0)
    spent = os.times()
    used = counters.between(started, ended)
    assert used is not None
    assert 0.05 < used.seconds < spent.children_user + spent.children_system


@linux
def test_the_meter_of_a_process_that_is_gone_ends_without_readings(tmp_path: Path) -> None:
    process = subprocess.Popen(["true"])
    process.wait()
    subprocess.run(meter_command(str(tmp_path / "counters"), process.pid, 0), check=True, timeout=10)
    assert read_counters([(tmp_path / "counters").read_bytes()]).between(0.0, time.time()) is None


def test_perf_is_a_process_before_the_workload() -> None:
    assert [sampler_generations(Perf()), sampler_generations(Embedded())] == [1, 0]
