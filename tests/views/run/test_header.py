from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from duronb.views.run.header import frequency_hz, header_rows, notices, title_text
from tests.views.profiles import make_run, small_cells


def rows(**changes: Any) -> dict[str, str]:
    return dict(header_rows(replace(make_run(small_cells()), **changes)))


def test_the_header_says_what_was_measured_and_how() -> None:
    assert rows() == {
        "Run": "docker_baseline_20260314T150926Z",
        "Label": "baseline",
        "Subject": "duroxide 0.1.32",
        "Engine": "docker (perf, sys_admin)",
        "Samples": "46 at 999 Hz, fp call graphs",
    }


@pytest.mark.parametrize(
    ("quality", "text"),
    [
        ({"samples": 200, "lost": 0, "outside": 0}, "nothing lost or unresolved"),
        ({"samples": 200, "lost": 3, "outside": 50}, "3 lost, 50 outside stages (25.0%)"),
        ({"samples": 200, "lost": 0, "unresolved_kernel": 2}, "2 in the kernel without a name (1.0%)"),
    ],
)
def test_quality_is_counted_in_samples_and_shares(quality: dict[str, int], text: str) -> None:
    assert rows(quality=quality)["Quality"] == text


def test_a_changed_tree_and_an_unfinished_run_are_named() -> None:
    assert "changed since" in rows(subject={"name": "duroxide", "git_sha": "abc", "dirty": True})["Subject"]
    assert rows(status="interrupted")["Status"] == "interrupted"
    assert rows(environment={"engine": "embedded", "sampler": "embedded", "rung": "embedded"})["Engine"] == (
        "embedded (embedded)"
    )


def test_notices_of_a_failed_run_begin_with_its_problems() -> None:
    run = replace(
        make_run(small_cells()), status="failed", quality={"problems": ["It crashed."], "notices": ["b", "b"]}
    )
    assert notices(run) == ["It crashed.", "b"]
    assert notices(replace(run, quality={}))[0].startswith("The workload misbehaved")


def test_the_title_tells_runs_apart() -> None:
    assert title_text(make_run(small_cells(), label="x")) == "x · duroxide 0.1.32"


@pytest.mark.parametrize("recorded", [None, "999", True, 0, -5, float("inf"), float("nan"), []])
def test_a_recorded_frequency_that_is_none_is_not_believed(recorded: Any) -> None:
    assert frequency_hz(replace(make_run(small_cells()), quality={"frequency_hz": recorded})) == 999


def test_the_recorded_frequency_spares_reading_the_samples() -> None:
    run = replace(make_run(small_cells()), quality={"frequency_hz": 49.5}, _load_profile=None)
    vars(run).pop("profile", None)
    assert frequency_hz(run) == 49.5
