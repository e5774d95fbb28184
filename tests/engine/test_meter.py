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

WAITS = """
import os, subprocess, sys, time

def lines():
    try:
        return open(sys.argv[1], "rb").read().count(b"\\n")
    except FileNotFoundError:
        return 0

def wait():  # until the meter has written, almost without CPU time: its values around an end of the window are equal
    enough, end = lines() + 3, time.monotonic() + 60
    while lines() < enough and time.monotonic() < end:
        time.sleep(0.01)

"""
BUSY = f"""{WAITS}
wait()
before = time.process_time()
print(time.time(), flush=True)
wait()
end = time.process_time() + 1.0
while time.process_time() < end:
    os.getppid()
wait()
print(time.time(), time.process_time() - before, flush=True)
wait()
"""
WAITED_FOR = f"""{WAITS}
wait()
print(time.time(), flush=True)
wait()
for _ in range(3):
    subprocess.run(["sh", "-c", "i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done"])
wait()
print(time.time(), flush=True)
wait()
"""
STEPS = f"""{WAITS}
wait()
end = time.process_time() + 2.0
while time.process_time() < end:
    print(time.time(), time.process_time(), flush=True)
    stop = time.process_time() + 0.02
    while time.process_time() < stop:
        os.getppid()
wait()
"""
PARENT = """
import subprocess, sys, time
end = time.process_time() + 0.3
while time.process_time() < end:
    pass
subprocess.run([sys.executable, "-c", sys.argv[2], sys.argv[1]])
"""
linux = pytest.mark.skipif(sys.platform != "linux", reason="the meter reads /proc")


def metered(command: list[str], file: Path, depth: int, text: str | None = None) -> tuple[Counters, list[float]]:
    """Return the counters of a process and the numbers that it printed; ``text`` replaces the meter's program."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        meter_words = list(meter_command(str(file), process.pid, depth))
        meter = subprocess.Popen([*meter_words[:2], text or meter_words[2], *meter_words[3:]])
        output, _ = process.communicate(timeout=90)
        assert meter.wait(timeout=10) == 0
    return read_counters([file.read_bytes()]), [float(number) for number in output.split()]


@linux
@pytest.mark.long
@pytest.mark.parametrize("depth", [0, 1])
def test_the_cpu_time_of_a_window_is_what_the_process_itself_counts(tmp_path: Path, depth: int) -> None:
    file = tmp_path / "counters"
    own = [sys.executable, "-c", BUSY, str(file)]
    command = own if depth == 0 else [sys.executable, "-c", PARENT, str(file), BUSY]
    counters, (started, ended, seconds) = metered(command, file, depth)
    used = counters.between(started, ended)
    assert used is not None
    # The 0.3 s of the parent, which stands for perf, are not counted.
    assert abs(used.seconds - seconds) <= used.error_seconds + 0.002
    assert used.error_seconds < 0.1 * seconds
    assert used.user_seconds > 0.02
    assert used.system_seconds > 0.02


@linux
@pytest.mark.long
def test_a_meter_that_is_interrupted_within_a_reading_keeps_its_bound(tmp_path: Path) -> None:
    """On a busy machine the kernel stops the meter anywhere, also between the time and the CPU time of a line."""
    text = meter_command("", 0, 0)[2]
    begin = "sub used {\n"
    assert text.count(begin) == 1
    late = text.replace(begin, f"my $calls = 0;\n{begin}    select(undef, undef, undef, 0.05) if $calls++ % 3 == 2;\n")
    file = tmp_path / "counters"
    counters, numbers = metered([sys.executable, "-c", STEPS, str(file)], file, 0, late)
    steps = list(zip(numbers[::2], numbers[1::2], strict=True))
    tested = 0
    for first, (started, before) in enumerate(steps):
        for ended, after in steps[first + 1 :]:
            if (used := counters.between(started, ended)) is not None:
                assert abs(used.seconds - (after - before)) <= used.error_seconds + 0.005
                tested += 1
    assert tested > 10


@linux
@pytest.mark.long
def test_children_that_were_waited_for_and_the_living_one_are_counted(tmp_path: Path) -> None:
    file = tmp_path / "counters"
    counters, (started, ended) = metered([sys.executable, "-c", WAITED_FOR, str(file)], file, 0)
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
