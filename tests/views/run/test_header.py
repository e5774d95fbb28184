from __future__ import annotations

from dataclasses import replace
from typing import Unpack

import pytest

from duronb.analysis.run_notices import notices_of
from duronb.model.record.environment import Environment
from duronb.model.record.quality import Quality
from duronb.model.record.run_parts import PartChanges
from duronb.model.record.subject import Subject
from duronb.model.run import Status
from duronb.model.run_files import RunFiles
from duronb.model.stage import StageResult
from duronb.views.run.header import frequency_hz, header_rows, title_text
from tests.views.profiles import make_run, small_cells


def rows(status: Status = "complete", **changes: Unpack[PartChanges]) -> dict[str, str]:
    return dict(header_rows(replace(make_run(small_cells()), status=status).with_parts(**changes)))


def test_the_header_says_what_was_measured_and_how() -> None:
    assert rows() == {
        "Run": "docker_baseline_20260314T150926Z",
        "Label": "baseline",
        "Subject": "duroxide 0.1.32",
        "Engine": "docker (perf, container with the capability SYS_ADMIN)",
        "Samples": "46 at 999 Hz, fp call graphs",
        "CPU time": "not measured, only sampled; steal not measured",
    }


def test_cpu_time_and_steal_are_mentioned_where_they_were_not_measured() -> None:
    run = make_run(small_cells())
    both = {"cpu_seconds_user": 1.0, "cpu_seconds_system": 0.5, "steal_seconds": 0.1, "steal_share": 0.01}
    stages = [StageResult.from_json(stage.to_json() | both) for stage in run.stages]
    assert "CPU time" not in rows(stages=stages)
    assert "CPU time" not in rows(stages=[])
    assert "CPU time" not in rows(environment=Environment(engine="import"))
    no_steal = [replace(stage, steal_seconds=None, steal_share=None) for stage in stages]
    assert rows(stages=no_steal)["CPU time"] == "steal not measured"
    partly = [*stages[:-1], replace(run.stages[-1], steal_share=0.5)]
    assert rows(stages=partly)["CPU time"] == f"not measured, only sampled in {run.stages[-1].name}"


@pytest.mark.parametrize(
    ("quality", "text"),
    [
        (Quality(samples=200, lost=0, outside=0), "nothing lost or unresolved"),
        (Quality(samples=200, lost=3, outside=50), "3 lost, 50 outside stages (25.0%)"),
        (Quality(samples=200, lost=0, unresolved_kernel=2), "2 in the kernel without a name (1.00%)"),
        (Quality(samples=200, lost=0, sample_lines=1200), "nothing lost or unresolved, all 1,200 lines understood"),
        (Quality(samples=200, sample_lines=3), "all 3 lines understood"),
        (Quality(samples=200, sample_lines=1), "the only line understood"),
        (
            Quality(samples=200, lost=0, sample_lines=1200, sample_lines_not_understood=3),
            "3 of 1,200 lines not understood (0.25%)",
        ),
        (Quality(samples=200, lost=0, sample_lines_not_understood=1), "1 line not understood"),
        (Quality(samples=4, lost=0, other_events=6), "6 of other events"),
        (Quality(samples=4, lost=0, truncated=True), "cut off at the end"),
    ],
)
def test_quality_is_counted_in_samples_and_shares(quality: Quality, text: str) -> None:
    assert rows(quality=quality)["Quality"] == text


def test_a_changed_tree_and_an_unfinished_run_are_named() -> None:
    assert "with uncommitted changes" in rows(subject=Subject(name="duroxide", git_sha="abc", dirty=True))["Subject"]
    named = Subject(name="duroxide 0.1.26 @ 58cdc0eb6 + changes", git_sha="abc", dirty=True)
    assert rows(subject=named)["Subject"] == "duroxide 0.1.26 @ 58cdc0eb6 + changes"
    assert rows(status="interrupted")["Status"] == "interrupted"
    on_disk = Environment(engine="docker", sampler="perf", database_on="volume", tmp_filesystem="ext4")
    assert rows(environment=on_disk)["Engine"] == "docker (perf), database on ext4 (volume)"
    assert rows(environment=Environment(engine="embedded", sampler="embedded", rung="embedded"))["Engine"] == (
        "embedded (embedded)"
    )


def test_notices_of_a_failed_run_begin_with_its_problems() -> None:
    failed = replace(make_run(small_cells()), status="failed")
    run = failed.with_parts(quality=Quality(problems=("It crashed.",), notices=("b", "b")))
    assert notices_of(run) == ["It crashed.", "b"]
    assert notices_of(run.with_parts(quality=Quality()))[0].startswith("The workload did not behave as expected")


def test_the_title_identifies_a_run() -> None:
    assert title_text(make_run(small_cells(), label="x")) == "x · duroxide 0.1.32"


@pytest.mark.parametrize("recorded", [None, 0, -5, float("inf"), float("nan")])
def test_an_invalid_recorded_frequency_is_ignored(recorded: float | None) -> None:
    assert frequency_hz(make_run(small_cells()).with_parts(quality=Quality(frequency_hz=recorded))) == 999


def test_the_recorded_frequency_spares_reading_the_samples() -> None:
    run = replace(make_run(small_cells()), files=RunFiles()).with_parts(quality=Quality(frequency_hz=49.5))
    assert frequency_hz(run) == 49.5
