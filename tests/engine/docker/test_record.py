from __future__ import annotations

import subprocess
import sys
import time
from typing import Literal

import pytest

from duronb.engine.docker.ladder import EMBEDDED
from duronb.engine.docker.record import perf_command
from duronb.engine.protocol import RecordPlan


def plan(*command: str, call_graph: Literal["fp", "dwarf"] = "fp", repeat_seconds: int | None = None) -> RecordPlan:
    return RecordPlan(command=command, frequency_hz=99, call_graph=call_graph, repeat_seconds=repeat_seconds)


def test_perf_runs_the_command_behind_a_double_dash() -> None:
    command = perf_command(plan("/x/stress", "--samples", "30"), "sys_admin")
    assert command[:2] == ["perf", "record"]
    assert command[command.index("--") :] == ["--", "/x/stress", "--samples", "30"]
    assert command[command.index("-F") + 1] == "99"
    assert command[command.index("--call-graph") + 1] == "fp"


def test_dwarf_has_a_stack_of_16_kib() -> None:
    assert "dwarf,16384" in perf_command(plan("/x/stress", call_graph="dwarf"), "sys_admin")


def test_without_perf_the_workload_is_told_to_sample_itself() -> None:
    command = perf_command(plan("/x/stress", "30"), EMBEDDED)
    assert command[:2] == ["/x/stress", "30"]
    assert command[2] == "--sample-file"
    assert command[4:] == ["--sample-frequency", "99"]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc/uptime")
def test_repetition_runs_at_least_once_and_until_the_time_is_over() -> None:
    once = perf_command(plan("sh", "-c", "echo once; exit 0", repeat_seconds=0), EMBEDDED)
    assert subprocess.run(once, capture_output=True, check=True).stdout == b"once\n"
    started = time.monotonic()
    often = perf_command(plan("sh", "-c", "echo again; sleep 0.2", repeat_seconds=2), EMBEDDED)
    assert subprocess.run(often, capture_output=True, check=True).stdout.count(b"again") > 2
    assert time.monotonic() - started >= 1


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc/uptime")
def test_repetition_passes_arguments_and_the_exit_code_on() -> None:
    hostile = "$(exit 1) `x` ' \" \\ *"
    command = perf_command(plan("sh", "-c", 'printf %s "$1"; exit 3', "sh", hostile, repeat_seconds=9), EMBEDDED)
    done = subprocess.run(command, capture_output=True, check=False)
    assert (done.returncode, done.stdout.decode()) == (3, hostile)
