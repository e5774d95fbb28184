from __future__ import annotations

import subprocess
import tempfile
import time
from typing import Literal

import pytest

from duronb.engine.protocol import RecordPlan
from duronb.engine.workload_command import sampled_command
from duronb.sampling.embedded import Embedded
from duronb.sampling.perf import Perf


def plan(*command: str, call_graph: Literal["fp", "dwarf"] = "fp", repeat_seconds: int | None = None) -> RecordPlan:
    return RecordPlan(command=command, frequency_hz=99, call_graph=call_graph, repeat_seconds=repeat_seconds)


def test_perf_runs_the_command_behind_a_double_dash() -> None:
    command = sampled_command(plan("/x/stress", "--samples", "30"), Perf(), "/samples")
    assert command[2:4] == ("perf", "record")
    assert command[command.index("--") :] == ("--", "/x/stress", "--samples", "30")
    assert command[command.index("-F") + 1] == "99"
    assert command[command.index("--call-graph") + 1] == "fp"


def test_dwarf_has_a_stack_of_16_kib() -> None:
    assert "dwarf,16384" in sampled_command(plan("/x/stress", call_graph="dwarf"), Perf(), "/samples")


def test_without_perf_the_workload_gets_options_to_sample_itself() -> None:
    command = sampled_command(plan("/x/stress", "30"), Embedded(), "/samples")
    assert command == ("/x/stress", "30", "--sample-file", "/samples", "--sample-frequency", "99")


def test_a_sampler_surrounds_all_repetitions_and_a_workload_that_samples_itself_each() -> None:
    around = sampled_command(plan("/x/stress", repeat_seconds=3), Perf(), "/samples")
    assert around[around.index("--") + 1] == "/bin/sh"
    assert around[-3:] == ("repeat", "3", "/x/stress")
    inside = sampled_command(plan("/x/stress", repeat_seconds=3), Embedded(), "/samples")
    assert inside[0] == "/bin/sh"
    assert inside[-7:-3] == ("repeat", "3", "/x/stress", "--sample-file")


@pytest.mark.long
def test_repetition_runs_until_the_time_is_over() -> None:
    started = time.monotonic()
    often = sampled_command(plan("sh", "-c", "echo again; sleep 0.2", repeat_seconds=2), Embedded(), "/samples")
    assert subprocess.run(often, capture_output=True, check=True).stdout.count(b"again\n") > 2
    assert 1.5 <= time.monotonic() - started < 20


@pytest.mark.long
def test_repetition_runs_at_least_once() -> None:
    once = sampled_command(plan("sh", "-c", "echo once; sleep 1.2", repeat_seconds=1), Embedded(), "/samples")
    assert subprocess.run(once, capture_output=True, check=True).stdout == b'once\n\x1e{"repetitions": 1}\n'


@pytest.mark.long
def test_repetitions_are_counted_when_they_ended() -> None:
    # The third run fails: two ran to their end.
    script = 'echo x >> "$1"; test "$(wc -l < "$1")" -lt 3'
    with tempfile.NamedTemporaryFile() as file:
        command = sampled_command(plan("sh", "-c", script, "sh", file.name, repeat_seconds=9), Embedded(), "/samples")
        done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stdout == b'\x1e{"repetitions": 1}\n\x1e{"repetitions": 2}\n'


def test_repetition_passes_arguments_and_the_exit_code_on() -> None:
    hostile = "$(exit 1) `x` ' \" \\ *"
    what = plan("sh", "-c", 'printf %s "$1"; exit 3', "sh", hostile, repeat_seconds=9)
    done = subprocess.run(sampled_command(what, Embedded(), "/samples"), capture_output=True, check=False)
    assert (done.returncode, done.stdout.decode()) == (3, hostile)
