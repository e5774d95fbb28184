from __future__ import annotations

import re

import pytest

from duronb.engine.docker.engine import DockerEngine
from duronb.engine.docker.recording import ladder as docker_ladder
from duronb.engine.docker.recording.ladder import Rung
from duronb.engine.protocol import Build
from duronb.engine.recording import Recording
from duronb.errors import HostError
from duronb.events import silent
from duronb.ingest.counters import read_counters
from tests.docker.conftest import containers_of, interrupt_after, nothing, run_plan, shell, volumes_of


def test_samples_have_the_workloads_and_the_kernels_functions(
    engine: DockerEngine, built: Build, recording: Recording
) -> None:
    lines: list[bytes] = []
    ended = engine.record(recording, run_plan(built.binary, "", "0.7"), lines.append, nothing)
    assert (ended.exit_code, ended.interrupted) == (0, False)
    assert lines == [b"version one", b"started", b"done"]
    assert recording.log.read_bytes() == b"version one\nstarted\ndone\n"
    text = b"".join(engine.samples(recording)).decode()
    assert "# cmdline" in text
    assert "clockid: monotonic" in text
    assert "tiny::busy_loop" in text
    environment = engine.environment()
    if environment.rungs and environment.rungs.get(environment.rung or "") == "user and kernel frames":
        assert re.search(r"[0-9a-f]+ [a-z]\w+.* \(\[kernel\.kallsyms\]\)", text)


def test_dwarf_call_graphs_reach_the_workloads_main(engine: DockerEngine, built: Build, recording: Recording) -> None:
    plan = run_plan(built.binary, "", "0.3")
    engine.record(recording, type(plan)(command=plan.command, frequency_hz=99, call_graph="dwarf"), nothing, nothing)
    text = b"".join(engine.samples(recording)).decode()
    assert "tiny::main" in text


@pytest.mark.parametrize(("behaviour", "exit_code"), [("fail", 7), ("abort", 134)])
def test_the_workloads_exit_code_comes_through(
    engine: DockerEngine, built: Build, recording: Recording, behaviour: str, exit_code: int
) -> None:
    ended = engine.record(recording, run_plan(built.binary, behaviour, "0.1"), nothing, nothing)
    assert (ended.exit_code, ended.interrupted) == (exit_code, False)
    assert "tiny::busy_loop" in b"".join(engine.samples(recording)).decode()


def test_progress_lines_are_passed_on_but_not_logged(engine: DockerEngine, recording: Recording) -> None:
    lines: list[bytes] = []
    engine.record(recording, shell(r"printf 'a\n\036{}\nb\n'; echo c >&2"), lines.append, nothing)
    assert b"\x1e{}" in lines
    assert sorted(recording.log.read_bytes().splitlines()) == [b"a", b"b", b"c"]


def test_the_cpu_time_of_the_workload_is_counted_without_that_of_perf(
    engine: DockerEngine, recording: Recording
) -> None:
    lines: list[bytes] = []
    # The shell reads its own ticks of 10 ms at both ends of a loop that lasts a second.
    script = """
    own() { read -r stat </proc/$$/stat; set -- ${stat##*) }; shift 11; echo "$(date +%s.%N) $(($1 + $2))"; }
    sleep 0.7; own; i=0; while [ $i -lt 900000 ]; do i=$((i+1)); done; own; sleep 0.3
    """
    engine.record(recording, shell(script), lines.append, nothing)
    (started, before), (ended, after) = (map(float, line.split()) for line in lines)
    used = read_counters(engine.counters(recording)).between(started, ended)
    assert used is not None
    assert abs(used.seconds - (after - before) / 100) <= 0.02 + used.error_seconds
    assert used.error_seconds < 0.1 * used.seconds


def test_a_silent_workload_ticks(engine: DockerEngine, recording: Recording) -> None:
    ticks: list[int] = []
    engine.record(recording, shell("exec >/dev/null 2>&1; sleep 2"), nothing, lambda: ticks.append(1))
    assert len(ticks) >= 2


def test_a_huge_line_is_logged_complete(engine: DockerEngine, recording: Recording) -> None:
    lines: list[bytes] = []
    engine.record(recording, shell("head -c 3000000 /dev/zero | tr '\\0' x; echo"), lines.append, nothing)
    assert recording.log.read_bytes() == b"x" * 3_000_000 + b"\n"
    assert max(map(len, lines)) <= 1 << 20


def test_a_short_command_is_repeated(engine: DockerEngine, recording: Recording) -> None:
    lines: list[bytes] = []
    plan = run_plan("sh", "-c", "echo once; sleep 0.3", repeat_seconds=2)
    assert engine.record(recording, plan, lines.append, nothing).exit_code == 0
    assert lines.count(b"once") > 2
    assert lines[-1] == b'\x1e{"repetitions": %d}' % lines.count(b"once")
    assert set(recording.log.read_bytes().splitlines()) == {b"once"}


def test_repetition_ends_with_the_first_failure(engine: DockerEngine, recording: Recording) -> None:
    lines: list[bytes] = []
    plan = run_plan("sh", "-c", "echo once; exit 5", repeat_seconds=30)
    assert engine.record(recording, plan, lines.append, nothing).exit_code == 5
    assert lines == [b"once"]


def test_arguments_are_never_read_by_a_shell(engine: DockerEngine, recording: Recording) -> None:
    lines: list[bytes] = []
    hostile = "$(touch /tmp/x); `id` \"quoted' \\n * -- é"
    plan = run_plan("sh", "-c", 'printf "%s\\n" "$1"; exit 9', "sh", hostile, repeat_seconds=1)
    engine.record(recording, plan, lines.append, nothing)
    assert lines == [hostile.encode()]


def test_the_workload_has_no_network_and_no_input(engine: DockerEngine, recording: Recording) -> None:
    lines: list[bytes] = []
    script = "pwd; cat; ls /sys/class/net; echo $RUST_LOG $TMPDIR; touch /duronb/target/x 2>&1"
    engine.record(recording, shell(script), lines.append, nothing)
    assert lines[:3] == [b"/tmp", b"lo", b"info /tmp"]
    assert b"Read-only file system" in lines[3]


def test_the_first_interrupt_ends_the_workload_and_keeps_its_samples(
    engine: DockerEngine, built: Build, recording: Recording
) -> None:
    lines: list[bytes] = []
    plan = run_plan(built.binary, "", "60")
    ended = engine.record(recording, plan, lines.append, interrupt_after(lines, b"started"))
    assert ended.interrupted
    assert containers_of(recording) == []
    assert recording.log.read_bytes() == b"version one\nstarted\n"
    assert "tiny::busy_loop" in b"".join(engine.samples(recording)).decode()


def test_a_second_interrupt_kills_at_once(engine: DockerEngine, recording: Recording) -> None:
    lines: list[bytes] = []
    # perf passes on a SIGTERM and waits, for ever here.
    plan = shell("trap '' INT TERM; echo stubborn; while :; do sleep 1; done")
    ended = engine.record(recording, plan, lines.append, interrupt_after(lines, b"stubborn", times=2))
    assert ended.interrupted
    assert ended.exit_code == 137
    assert containers_of(recording) == []


def test_discard_leaves_nothing_and_may_be_repeated(engine: DockerEngine, recording: Recording) -> None:
    engine.record(recording, shell("echo"), nothing, nothing)
    assert volumes_of(recording)
    engine.discard(recording)
    engine.discard(recording)
    assert volumes_of(recording) == []
    with pytest.raises(HostError, match="Nothing was recorded"):
        engine.samples(recording)


def test_a_rung_that_no_longer_holds_is_replaced(engine: DockerEngine, recording: Recording) -> None:
    right = engine._rung
    engine._rung = Rung("nothing", user=True, kernel=True, kernel_names=True)
    assert engine.record(recording, shell("echo ran"), nothing, nothing).exit_code == 0
    assert engine._rung == right
    assert recording.log.read_bytes() == b"ran\n"


def test_where_perf_is_refused_the_workload_samples_itself(
    engine_is_there: None, recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(docker_ladder, "RUNGS", {"none": docker_ladder.NO_PRIVILEGES})
    monkeypatch.setattr(docker_ladder, "remembered", lambda key: None)
    monkeypatch.setattr(docker_ladder, "remember", lambda *found: None)
    engine = DockerEngine()
    try:
        engine.prepare(silent, rebuild=False, frequency_hz=499, call_graph="fp")
        assert engine.sampler.name == "embedded"
        assert (engine.environment().rungs or {})["none"].startswith("refused: ")
        lines: list[bytes] = []
        plan = shell('echo "$1" "$3" "$4"; printf "some samples" >"$2"')
        engine.record(recording, plan, lines.append, nothing)
        assert lines == [b"--sample-file --sample-frequency 499"]
    finally:
        engine.close()
    fresh = DockerEngine()
    try:
        chunks = fresh.samples(recording)
        assert fresh.sampler.name == "embedded"
        assert b"".join(chunks) == b"some samples"
    finally:
        fresh.close()


def test_a_full_disk_under_the_log_is_an_error(engine: DockerEngine, recording: Recording) -> None:
    recording.log.symlink_to("/dev/full")
    with pytest.raises(HostError, match=r"cannot be written \(No space left on device\)"):
        engine.record(recording, shell("echo lost; sleep 30"), nothing, nothing)
    assert containers_of(recording) == []
