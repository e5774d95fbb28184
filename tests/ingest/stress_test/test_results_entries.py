from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.ingest.stress_test.results_entries import read_entries, with_seconds
from duronb.ingest.stress_test.summary import StressLog
from duronb.model.stage import StageResult
from tests.ingest.stress_test.results_text import CLOUD, OWN, table
from tests.ingest.stress_test.stress_script import Script

DATA = Path(__file__).parents[2] / "data" / "results"


def test_facts_with_markdowns_line_breaks_are_read_and_the_title_names_the_provider() -> None:
    (entry,) = read_entries((DATA / "hard-breaks.md").read_text(encoding="utf-8"))
    assert (entry.commit, entry.created, entry.day_only) == ("e0a0ddf", datetime(2026, 2, 10, tzinfo=UTC), True)
    assert (entry.host, entry.seconds_inferred, entry.not_understood) == ("Local", False, {})
    assert [(stage.name, stage.completed, stage.seconds) for stage in entry.log.stages] == [
        ("PostgreSQL 2/2", 31, 10.0),
        ("PostgreSQL 4/4", 40, 10.0),
    ]
    load = [(stage.max_concurrent, stage.tasks_per_instance, stage.activity_delay_ms) for stage in entry.log.stages]
    assert load == [(16, 4, 12), (16, 4, 12)]


def test_a_branch_behind_the_commit_is_read() -> None:
    (entry,) = read_entries((DATA / "commit-branch.md").read_text(encoding="utf-8"))
    assert (entry.commit, entry.branch, entry.host) == ("86ec121", "faster/fetch", "db-1")
    assert (entry.created, entry.day_only) == (datetime(2026, 2, 11, 5, 26, 51, tzinfo=UTC), False)
    assert [(stage.name, stage.seconds) for stage in entry.log.stages] == [("PostgreSQL 2/2", 3.0)]


def test_sections_with_facts_of_their_own_are_entries() -> None:
    before, after = read_entries((DATA / "several.md").read_text(encoding="utf-8"))
    assert (before.commit, before.created) == ("1234abc", datetime(2026, 2, 10, tzinfo=UTC))
    assert (after.commit, after.created) == (None, datetime(2026, 2, 10, tzinfo=UTC))
    assert after.not_understood == {"commit": "| Commit | pending |"}
    stages = [(stage.name, stage.completed, stage.seconds) for entry in (before, after) for stage in entry.log.stages]
    # What stands above the sections is true of all of them.
    assert stages == [("PostgreSQL 1/1", 50, 5.0), ("PostgreSQL 1/1", 60, 5.0)]


@pytest.mark.parametrize(
    ("title", "environment", "host"),
    [
        ("Results (Cloud)", "", "Cloud"),
        ("Results (Cloud)", "**Environment**: Local", "Local"),
        ("Results", "### Environment\n- Cloud test environment", "Cloud test environment"),
        ("Results", "**Environment**: cloud\n- **Hostname**: db-1", "db-1"),
        ("Results", "", None),
    ],
)
def test_cloud_and_local_runs_are_told_apart(title: str, environment: str, host: str | None) -> None:
    text = (
        f"# {title}\n\n## Commit: aaaaaa1 - Timestamp: 2026-03-04 05:06:07 UTC\n\n{environment}\n\n### Test Results\n"
    )
    (entry,) = read_entries(f"{text}```\n{table(300, 30.9)}```\n")
    assert entry.host == host


def test_a_heading_whose_commit_is_not_understood_still_begins_an_entry() -> None:
    text = "".join(
        f"## Commit: {commit} - Timestamp: 2026-03-0{day} 05:06:07 UTC\n```\n{table(100 * day, 30.9)}```\n"
        for day, commit in ((4, "HEAD"), (3, "aaaaaa1"))
    )
    first, second = read_entries(text)
    assert (first.commit, second.commit) == (None, "aaaaaa1")
    assert first.not_understood == {"commit": "## Commit: HEAD - Timestamp: 2026-03-04 05:06:07 UTC"}
    assert [entry.log.stages[0].completed for entry in (first, second)] == [400, 300]


def test_a_length_of_the_entire_test_is_not_that_of_a_stage() -> None:
    head = "## Run: 2026-03-04 05:06:07 UTC\n- **Duration**: 2m\n```\n"
    (entry,) = read_entries(f"{head}{table(300, 30.9)}```\n")
    assert (entry.log.stages[0].seconds, entry.seconds_inferred) == (30.0, True)


def test_a_table_of_another_provider_keeps_its_name() -> None:
    (entry,) = read_entries(f"# PostgreSQL and others\n```\n{table(300, 30.9)}```\n")
    assert [stage.provider for stage in entry.log.stages] == ["In-Memory SQLite"] * 2 + ["File SQLite"] * 2


def test_every_entry_is_a_run_with_its_commit_time_and_stages() -> None:
    entries = read_entries(OWN)
    assert [(entry.commit, len(entry.log.stages)) for entry in entries] == [
        ("aaaaaa1", 4),
        ("bbbbbb2", 0),
        ("cccccc3", 4),
        ("cccccc3", 4),
    ]
    assert entries[0].created == datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
    stage = entries[0].log.stages[3]
    assert (stage.name, stage.completed, stage.throughput) == ("File SQLite 2/2", 330, 10.68)
    assert entries[0].remark == "Failure Analysis: None of them failed."
    assert entries[0].host is None
    assert sum(entry.log.not_understood for entry in entries) == 0
    assert entries[0].text.startswith(b"## Commit: aaaaaa1")
    assert b"bbbbbb2" not in entries[0].text


def test_the_length_of_a_stage_is_inferred_and_marked() -> None:
    entries = read_entries(OWN)
    assert [[stage.seconds for stage in entry.log.stages] for entry in entries] == [
        [30.0] * 4,
        [],
        [10.0] * 4,
        [3.0] * 4,
    ]
    assert [entry.seconds_inferred for entry in entries] == [True, False, True, True]


@pytest.mark.parametrize(
    ("totals", "seconds"),
    [
        ([59.6, 75.8, 31.2, 30.4], 30),
        ([4.2, 33.2, 4.3, 3.8], 3),
        ([10.0, 40.0], 10),
        ([29.95], 30),
        ([25.0], None),
        ([35.0, 60.0], None),
        ([], None),
        ([None], None),
    ],
)
def test_a_length_is_inferred_only_from_a_stage_that_drained_at_once(
    totals: list[float | None], seconds: float | None
) -> None:
    log = StressLog(stages=[StageResult(name=str(n), total_seconds=total) for n, total in enumerate(totals)])
    found, inferred = with_seconds(log, None)
    assert {stage.seconds for stage in found.stages} == ({seconds} if totals else set())
    assert inferred == (seconds is not None)


def test_a_stated_length_is_not_replaced() -> None:
    log = StressLog(stages=[StageResult(name="a", seconds=7.0, total_seconds=10.4)])
    assert with_seconds(log, None) == (log, False)
    told, inferred = with_seconds(replace(log, stages=[StageResult(name="a", total_seconds=10.4)]), 9.0)
    assert (told.stages[0].seconds, inferred) == (9.0, False)


def test_the_host_of_the_cloud_file_is_read() -> None:
    (entry,) = read_entries(CLOUD)
    assert entry.host == "Cloud test environment"
    assert entry.log.stages == read_entries(OWN)[0].log.stages


def test_the_layout_with_a_time_stamp_of_its_own_line() -> None:
    text = (
        "## Commit: abc1234\n**Timestamp:** 2026-10-27 16:55:46 UTC\n\n### Changes Since Last Test\n```\nab x\n```\n"
        f"### Test Results\n```\n{table(100, 11.0)}```\n### Key Metrics\n- File SQLite 2/2: 26.71 orch/sec\n"
    )
    (entry,) = read_entries(text)
    assert (entry.commit, entry.created) == ("abc1234", datetime(2026, 10, 27, 16, 55, 46, tzinfo=UTC))
    assert [stage.completed for stage in entry.log.stages] == [100, 110, 120, 130]
    assert entry.remark is None


@pytest.mark.parametrize("style", ["colour", "no target"])
def test_the_layout_of_a_run_with_its_complete_log(style: str) -> None:
    log = Script(style)
    log.say("=== Duroxide PostgreSQL Stress Test Suite ===")
    log.say("--- Running PostgreSQL stress test (orch=8, worker=8) ---")
    log.say("=== Starting stress test (orch=8, worker=8) ===")
    log.results(20, "0 (infra: 0, config: 0, app: 0)", "1.55")
    text = (
        "# PostgreSQL\n\n## Run: 2026-11-11 05:26:50 UTC\n\n- **Commit**: `ABC1234`\n- **Duration**: 3s\n"
        f"- **Hostname**: db & co\n\n### Output\n```\n{log.text}```\n\n### Server-Side Execution Times\n```\n"
        " procedure_name | Calls | Avg (ms)\n----------------+-------+------\n ack: 5          | 12    | 1.5\n```\n"
    )
    (entry,) = read_entries(text)
    assert (entry.commit, entry.host) == ("abc1234", "db & co")
    assert entry.created == datetime(2026, 11, 11, 5, 26, 50, tzinfo=UTC)
    (stage,) = entry.log.stages
    assert (stage.name, stage.completed, stage.seconds) == ("PostgreSQL 8/8", 20, 3.0)
    assert (entry.seconds_inferred, entry.log.not_understood) == (False, 0)


def test_tables_between_pipes_without_an_entry_are_one_run() -> None:
    text = (
        "# Stress test\n\nIt runs.\n\n| Provider | Config | Completed | Orch/sec | Avg Latency |\n|--|--|--|--|--|\n"
        "| File SQLite | 1/1 | 171 | 15.24 | 66ms |\n| File SQLite | 2/2 | 267 | 7.75 | 129ms |\n\nAgain:\n\n"
        "| Provider | Config | Completed | Orch/sec | Avg Latency |\n|--|--|--|--|--|\n"
        "| File SQLite | 1/1 | 171 | 15.24 | 66ms |\n"
    )
    (entry,) = read_entries(text)
    assert (entry.commit, entry.created, entry.remark) == (None, None, None)
    assert [(stage.name, stage.completed) for stage in entry.log.stages] == [
        ("File SQLite 1/1", 171),
        ("File SQLite 2/2", 267),
    ]


@pytest.mark.parametrize("time", ["2026-13-41 00:00:00", "0001-01-01 00:00:00", "yesterday", ""])
def test_an_impossible_time_is_none(time: str) -> None:
    (entry,) = read_entries(f"## Commit: aaaaaa1 - Timestamp: {time} UTC\n")
    assert (entry.commit, entry.created) == ("aaaaaa1", None)


@given(
    st.lists(st.sampled_from([*OWN.split("\n"), *CLOUD.split("\n"), "```", "## Run: x", "|", "**a:** b"]), max_size=60)
)
def test_any_lines_in_any_order_are_read_without_an_error(lines: list[str]) -> None:
    entries = read_entries("\n".join(lines))
    assert len(entries) == max(1, sum(line.startswith(("## Commit", "## Run")) for line in lines))


@given(st.text(max_size=300))
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert len(read_entries(text)) >= 1
