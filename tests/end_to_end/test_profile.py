"""From a request to a stored run, through a real engine, over a checkout that builds in a second."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import duronb
from duronb.cache import cache_directory
from duronb.request import EngineName
from tests.conftest import git

pytestmark = pytest.mark.slow

TABLE_ROW = re.compile(
    r"(In-Memory SQLite|File SQLite) +(\d/\d) +(\d+) +(\d+) +\d+ +\d+ +\d+ +([\d.]+) +([\d.]+) +([\d.]+) +([\d.]+) +ms"
)


def test_stores_a_run_whose_figures_are_those_of_the_workload(
    engine: EngineName, make_checkout: Callable[..., Path], tmp_path: Path
) -> None:
    checkout = make_checkout()

    run = duronb.profile(1, "first", repo=checkout, engine=engine)

    assert run.status == "complete"
    printed = TABLE_ROW.findall(run.log.decode())
    assert len(printed) == 4
    for stage, (provider, config, completed, failed, success, throughput, activities, each) in zip(
        run.stages, printed, strict=True
    ):
        assert stage.name == f"{provider} {config}"
        assert (stage.completed, stage.failed) == (int(completed), int(failed))
        assert f"{stage.success_percent:.2f}" == success
        assert f"{stage.throughput:.2f}" == throughput
        assert f"{stage.activity_throughput:.2f}" == activities
        assert f"{stage.ms_per_orchestration:.2f}" == each
        assert stage.seconds == 1
        assert stage.lock_warnings == 1
        assert stage.backoff_seconds == pytest.approx(0.2)
        assert stage.samples > 50
    assert run.quality.samples == run.profile.samples
    hot = "\n".join(run.folded().splitlines())
    assert "duroxide::ack_orchestration_item" in hot
    # Root on a plain kernel, and every rung but the lowest, resolve kernel frames.
    assert "vfs_write" in hot or "ksys_pwrite64" in hot
    results = checkout / "profiling" / "results"
    assert (results / f"{run.id}.svg").read_bytes().lstrip().startswith(b"<?xml")
    assert {path.name for path in (results / run.id).iterdir()} == {
        "run.json", "samples.parquet", "frames.parquet", "stress.log.zst", "Cargo.lock",
    }  # fmt: skip
    assert run.id.startswith(f"{engine}_first_")
    stored = json.loads((results / run.id / "run.json").read_text())
    assert stored["subject"]["git_sha"] == git(checkout, "rev-parse", "HEAD").strip()
    assert stored["subject"]["dirty"] is False
    assert not list((cache_directory() / "recordings").iterdir())
    again = duronb.load("first", store=results)
    assert again.folded() == run.folded()


def test_profiles_a_ref_without_touching_the_working_tree(
    engine: EngineName, make_checkout: Callable[..., Path]
) -> None:
    checkout = make_checkout(behaviour="silent")
    source = checkout / "sqlite-stress" / "src" / "behaviour.rs"
    git(checkout, "tag", "silent")
    source.write_text('pub const BEHAVIOUR: &str = "well";\n')
    git(checkout, "commit", "-aqm", "Speak")
    source.write_text("this does not compile")

    run = duronb.profile(1, "ref", repo=checkout, ref="HEAD", engine=engine)

    assert len(run.stages) == 4
    assert run.subject.dirty is False
    assert source.read_text() == "this does not compile"
    with pytest.raises(duronb.BuildError) as failure:
        duronb.profile(1, "broken", repo=checkout, engine=engine)
    assert "expected" in failure.value.output
    assert "behaviour.rs" in failure.value.output
    with pytest.raises(duronb.WorkloadError, match="printed no results"):
        duronb.profile(1, "silent", repo=checkout, ref="silent", engine=engine)


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        ("crash", "exit code 101"),
        ("wrong duration", "ran 2 s a stage instead"),
        ("silent", "printed no results"),
    ],
)
def test_keeps_what_a_misbehaving_workload_left_and_says_so(
    engine: EngineName, behaviour: str, words: str, make_checkout: Callable[..., Path]
) -> None:
    checkout = make_checkout(behaviour=behaviour)

    with pytest.raises(duronb.WorkloadError, match=words) as failure:
        duronb.profile(1, "bad", repo=checkout, engine=engine)

    assert "\n" not in str(failure.value)
    kept = duronb.load("bad", store=checkout / "profiling" / "results")
    assert kept.status == "failed"
    assert kept.id in str(failure.value)
    assert kept.profile.samples > 0


def test_reads_the_results_of_a_workload_that_prints_no_table(
    engine: EngineName, make_checkout: Callable[..., Path]
) -> None:
    run = duronb.profile(1, "no-table", repo=make_checkout(behaviour="no table"), engine=engine)

    assert [stage.reported for stage in run.stages] == [False] * 4
    assert all(stage.throughput for stage in run.stages)
    assert any("own result table" in notice for notice in run.quality.notices)


def test_repeats_an_example_for_the_seconds_asked(engine: EngineName, make_checkout: Callable[..., Path]) -> None:
    started = time.monotonic()
    run = duronb.profile(2, "example", repo=make_checkout(), example="hello_world", engine=engine)

    assert time.monotonic() - started > 2
    assert [stage.name for stage in run.stages] == ["hello_world"]
    assert run.log.count(b"hello ") > 1
    assert run.stages[0].samples > 50


def test_interrupt_keeps_what_was_captured(engine: EngineName, make_checkout: Callable[..., Path]) -> None:
    checkout = make_checkout()
    process = start_profile(checkout, engine, seconds=30)
    wait_for_stage(process)
    process.send_signal(signal.SIGINT)

    out, _ = process.communicate(timeout=60)

    assert process.returncode == 130
    assert json.loads(out)["status"] == "interrupted"
    kept = duronb.load("stopped", store=checkout / "profiling" / "results")
    assert kept.status == "interrupted"
    assert kept.profile.samples > 50
    assert_nothing_left(engine)


def test_the_next_start_finishes_what_a_killed_process_left(
    engine: EngineName, make_checkout: Callable[..., Path]
) -> None:
    checkout = make_checkout()
    process = start_profile(checkout, engine, seconds=30)
    wait_for_stage(process)
    process.kill()
    process.communicate(timeout=60)
    results = checkout / "profiling" / "results"
    assert not results.exists() or not list(results.iterdir())

    run = duronb.profile(1, "next", repo=checkout, engine=engine)

    kept = duronb.load("stopped", store=results)
    assert kept.status == "interrupted"
    assert kept.profile.samples > 50
    assert kept.stages[0].name == "In-Memory SQLite 1/1"
    assert {path.name for path in results.iterdir()} == {kept.id, f"{kept.id}.svg", run.id, f"{run.id}.svg"}
    assert_nothing_left(engine)


def start_profile(checkout: Path, engine: EngineName, seconds: int) -> subprocess.Popen[str]:
    """Start `duronb profile` as a separate process, as a terminal would."""
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "duronb",
            "profile",
            str(seconds),
            "stopped",
            "--json",
            f"--repo={checkout}",
            f"--engine={engine}",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )


def wait_for_stage(process: subprocess.Popen[str]) -> None:
    """Wait until the workload has been running for more than a second."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()
        logs = list((cache_directory() / "recordings").glob("*/stress.log"))
        if logs and b"orchestration pump" in logs[0].read_bytes():
            time.sleep(1.5)
            return
        time.sleep(0.1)
    raise AssertionError("the workload did not start")


def assert_nothing_left(engine: EngineName) -> None:
    """Check that neither a recording nor a container outlived the runs."""
    assert not list((cache_directory() / "recordings").iterdir())
    if engine == "docker":
        from duronb.engine.docker.client import connect

        client, _ = connect()
        try:
            assert client.containers(all=True, filters={"label": "duronb.run"}) == []
            assert not client.volumes(filters={"label": "duronb.run"})["Volumes"]
        finally:
            client.close()
    else:
        listing = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
        assert str(cache_directory()) not in listing
