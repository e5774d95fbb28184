from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from duronb.engine.machine.process import run_recorded, stop_recorded
from duronb.engine.protocol import Ended
from duronb.engine.recording import Recording
from duronb.errors import HostError
from tests import ROOT


@pytest.fixture
def recording() -> Recording:
    return Recording.create("test")


def run(recording: Recording, script: str, lines: list[bytes] | None = None) -> Ended:
    return run_recorded(
        recording, ("/bin/sh", "-c", script), {}, (lines if lines is not None else []).append, lambda: None
    )


def is_alive(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until_gone(pid: int) -> bool:
    deadline = time.monotonic() + 20
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not is_alive(pid)


def test_both_outputs_are_logged_untouched_and_progress_goes_to_the_listener_alone(recording: Recording) -> None:
    lines: list[bytes] = []
    ended = run(recording, r"printf 'a\033[1m\377\n'; printf '\036{}\n' >&2; printf 'b\n' >&2; printf 'no end'", lines)
    assert ended == Ended(exit_code=0)
    assert recording.log.read_bytes() == b"a\x1b[1m\xff\nb\nno end\n"
    assert sorted(lines) == [b"\x1e{}", b"a\x1b[1m\xff", b"b", b"no end"]


@pytest.mark.parametrize(("script", "code"), [("exit 3", 3), ("kill -KILL $$", 137), ("kill -INT $$", 130)])
def test_the_exit_code_is_the_workloads(recording: Recording, script: str, code: int) -> None:
    assert run(recording, script) == Ended(exit_code=code)


@pytest.mark.parametrize(("set_to", "printed"), [(None, b"info"), ("warn", b"warn")])
def test_the_runtimes_log_is_on_unless_the_user_set_its_level(
    recording: Recording, monkeypatch: pytest.MonkeyPatch, set_to: str | None, printed: bytes
) -> None:
    monkeypatch.delenv("RUST_LOG", raising=False)
    if set_to is not None:
        monkeypatch.setenv("RUST_LOG", set_to)
    lines: list[bytes] = []
    run(recording, 'echo "$RUST_LOG"', lines)
    assert lines == [printed]


def test_a_missing_program_is_an_error(recording: Recording) -> None:
    with pytest.raises(HostError, match="nothing cannot be started"):
        run_recorded(recording, ("/no/such/nothing",), {}, lambda _: None, lambda: None)


def test_an_interrupt_sends_sigint_and_keeps_the_output_after_it(recording: Recording) -> None:
    def interrupt(line: bytes) -> None:
        if line == b"ready":
            raise KeyboardInterrupt

    ended = run_recorded(
        recording,
        ("/bin/sh", "-c", "trap 'echo stopped; exit 130' INT; echo ready; while :; do sleep 0.1; done"),
        {},
        interrupt,
        lambda: None,
    )
    assert ended == Ended(exit_code=130, interrupted=True)
    assert recording.log.read_bytes() == b"ready\nstopped\n"


def test_an_error_of_the_listener_ends_the_workload(recording: Recording) -> None:
    pids: list[int] = []

    def fail(line: bytes) -> None:
        pids.append(int(line))
        raise RuntimeError("listener")

    with pytest.raises(RuntimeError, match="listener"):
        run_recorded(recording, ("/bin/sh", "-c", "echo $$; sleep 60"), {}, fail, lambda: None)
    assert not is_alive(pids[0])


@pytest.mark.long
def test_nothing_that_the_workload_started_outlives_it(recording: Recording) -> None:
    lines: list[bytes] = []
    run(recording, "sleep 60 & echo $!", lines)
    assert wait_until_gone(int(lines[0]))


@pytest.mark.long
def test_ticks_come_while_the_workload_is_silent(recording: Recording) -> None:
    ticks: list[float] = []
    run_recorded(recording, ("/bin/sleep", "1.2"), {}, lambda _: None, lambda: ticks.append(time.monotonic()))
    assert len(ticks) >= 2


OWNER = """
import sys
from duronb.engine.machine.process import run_recorded
from duronb.engine.recording import Recording
recording = Recording.create("orphan")
script = "trap 'exit 130' INT; echo $$; while :; do sleep 0.1; done"
run_recorded(recording, ("/bin/sh", "-c", script), {}, lambda line: print(line.decode(), flush=True), lambda: None)
"""


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_when_the_owner_is_killed_the_workload_is_stopped_and_can_be_recovered() -> None:
    root = ROOT
    with subprocess.Popen(
        [sys.executable, "-c", OWNER], stdout=subprocess.PIPE, cwd=root, env={**os.environ, "PYTHONPATH": str(root)}
    ) as owner:
        assert owner.stdout is not None
        workload = int(owner.stdout.readline())
        assert is_alive(workload)
        owner.send_signal(signal.SIGKILL)
    assert wait_until_gone(workload)
    (recording,) = Recording.abandoned()
    assert stop_recorded(recording) == Ended(exit_code=130, interrupted=True)
    recording.remove()


def test_recovering_never_signals_another_process_of_the_same_number(recording: Recording) -> None:
    with subprocess.Popen(["/bin/sleep", "60"], start_new_session=True) as other:
        facts = f'{{"pid": {other.pid}, "born": "Mon Jan 1 00:00:00 2001"}}'
        (recording.path / "process.json").write_text(facts, encoding="utf-8")
        assert stop_recorded(recording).interrupted
        assert other.poll() is None
        other.kill()


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"pid": "x", "born": 1}'])
def test_a_damaged_record_of_the_process_is_no_reason_to_fail(recording: Recording, text: str) -> None:
    (recording.path / "process.json").write_text(text, encoding="utf-8")
    assert stop_recorded(recording).interrupted
