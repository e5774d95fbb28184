"""Import of results of stress tests as runs."""

from __future__ import annotations

import json
import os
import re
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

import duronb
from duronb.api import import_results
from duronb.errors import DuronbError, RequestError, StoreError
from duronb.events import Event
from duronb.model.record.environment import Environment
from tests.capture.imports.test_history import commit, repository  # noqa: F401
from tests.ingest.stress_test.results_text import CLOUD, OWN, entry, table
from tests.ingest.stress_test.stress_script import NOON, Script, whole_suite

DATA = Path(__file__).parents[2] / "data" / "results"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "stress-test-results.md"
    path.write_text(OWN, encoding="utf-8")
    return path


def test_every_entry_becomes_a_run_with_the_time_and_commit_of_the_entry(document: Path, store: Path) -> None:
    told: list[Event] = []
    runs = import_results(document, "theirs", store=store, on_event=told.append)

    assert [(run.id, run.subject.git_sha) for run in runs] == [
        ("import_theirs_20260304T050607Z", "aaaaaa1"),
        ("import_theirs_20260302T050607Z", "cccccc3"),
        ("import_theirs_20260301T050607Z", "cccccc3"),
    ]
    assert runs[0].created == datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
    assert [event.text for event in told] == ["Ignored entries without results: 1."]
    run = duronb.load("theirs", store=store)
    assert (run.id, run.engine, run.status, run.subject.kind) == (runs[0].id, "import", "complete", "results")
    assert (run.request.seconds, run.quality.seconds_inferred, run.quality.samples) == (30, True, 0)
    stage = run.stage("File SQLite 2/2")
    assert (stage.completed, stage.throughput, stage.seconds, stage.lock_warnings) == (330, 10.68, 30.0, None)
    notices = " ".join(run.quality.notices)
    for said in ("no samples", "30 s a stage is inferred", "Only the result table is known", "None of them failed"):
        assert said in notices
    assert b"Make it faster" in run.log


def test_importing_again_stores_nothing_twice(document: Path, store: Path) -> None:
    first = import_results(document, store=store)
    again = import_results(document, store=store)
    assert [run.id for run in again] == [run.id for run in first]
    document.write_text(OWN + entry("ddddddd", "2026-02-28 05:06:07", table(31, 3.9)), encoding="utf-8")
    assert len(import_results(document, store=store)) == 4
    assert len(duronb.runs(store=store)) == 4


def test_entries_of_one_second_are_runs_of_their_own(tmp_path: Path, store: Path) -> None:
    path = tmp_path / "r.md"
    times = "2026-03-04 05:06:07"
    path.write_text(entry("aaaaaa1", times, table(300, 31)) + entry("bbbbbb2", times, table(200, 31)), encoding="utf-8")
    for _ in range(2):
        assert {run.id for run in import_results(path, store=store)} == {
            "import_imported_20260304T050607Z",
            "import_imported_20260304T050607Z_2",
        }


def test_the_entire_history_is_imported_and_that_of_the_cloud_file_is_not(
    repository: Path,  # noqa: F811
    store: Path,
) -> None:
    path = repository / "stress-test-results.md"
    commit(path, entry("eeeeeee", "2026-01-01 00:00:00", table(33, 3.9)))
    commit(path, OWN)
    commit(repository / "stress-test-results-cloud.md", CLOUD)

    assert len(import_results(path, "head", store=store)) == 3
    runs = import_results(path, "all", git=True, store=store)

    assert [run.subject.git_sha for run in runs] == ["aaaaaa1", "cccccc3", "cccccc3", "eeeeeee"]
    assert all(run.environment == Environment(engine="import") for run in runs)
    assert [run.id for run in import_results(path, "all", git=True, store=store)] == [run.id for run in runs]

    told: list[Event] = []
    (cloud,) = import_results(
        path.with_name("stress-test-results-cloud.md"), "cloud", git=True, store=store, on_event=told.append
    )
    assert cloud.environment == Environment(engine="import", host="Cloud test environment")
    # It has the same results as a local entry, and that is said.
    (event,) = told
    assert event.text == (
        "Some of these results are also stored under another label: all, head. A history of both counts them twice."
    )


@pytest.mark.parametrize("git_first", [True, False])
def test_an_entry_without_a_time_is_one_run_with_and_without_its_history(
    repository: Path,  # noqa: F811
    store: Path,
    *,
    git_first: bool,
) -> None:
    path = repository / "notes.md"
    commit(path, f"```\n{table(100, 11.0)}```\n")
    later = time.time() + 86_400
    os.utime(path, (later, later))
    first = import_results(path, "x", git=git_first, store=store)
    again = import_results(path, "x", git=not git_first, store=store)
    assert [run.id for run in first] == [run.id for run in again]
    assert len(duronb.runs(store=store)) == 1


def test_a_day_is_recorded_and_shown_as_a_day(store: Path) -> None:
    (run,) = import_results(DATA / "hard-breaks.md", "pg", store=store)
    assert (run.id, run.quality.created_precision) == ("import_pg_20260210T000000Z", "day")
    assert (run.request.seconds, run.environment.host, run.subject.git_sha) == (10, "Local", "e0a0ddf")
    notices = " ".join(run.quality.notices)
    assert "the day, 2026-02-10, without a time" in notices
    for denied in ("no time", "no commit", "unknown"):
        assert denied not in notices
    listed = str(duronb.runs(store=store))
    assert "2026-02-10 " in listed
    assert "00:00" not in listed


def test_what_was_not_understood_is_quoted_and_not_denied(tmp_path: Path, store: Path) -> None:
    path = tmp_path / "r.md"
    path.write_text(
        f"**Date**: next week\n**Commit**: pending\n- Duration: long\n\n```\n{table(300, 45.0)}```\n", encoding="utf-8"
    )
    (run,) = import_results(path, store=store)
    notices = " ".join(run.quality.notices)
    assert "The time was not understood, so that of the file is used: '**Date**: next week'." in notices
    assert "The commit was not understood: '**Commit**: pending'." in notices
    assert "The length of the stages was not understood: '- Duration: long'." in notices
    assert "states no" not in notices


def test_entries_of_one_day_keep_their_order(tmp_path: Path, store: Path) -> None:
    days = ["2026-02-11", "2026-02-10", "2026-02-10", "2026-02-09"]  # newest first, as upstream's file
    text = "".join(f"## Run: {day}\n```\n{table(100 + n, 11.0)}```\n" for n, day in enumerate(days))
    (tmp_path / "r.md").write_text(text, encoding="utf-8")
    import_results(tmp_path / "r.md", store=store)
    assert [run.stages[0].completed for run in duronb.runs(store=store)] == [100, 101, 102, 103]


def test_the_name_of_a_file_may_name_its_host(tmp_path: Path, store: Path) -> None:
    path = tmp_path / "stress-test-results-db-1.md"
    path.write_text(entry("aaaaaa1", "2026-03-04 05:06:07", table(300, 31)), encoding="utf-8")
    (run,) = import_results(path, store=store)
    assert run.environment.host == "db-1"


def test_a_version_without_a_time_takes_that_of_its_commit(
    repository: Path,  # noqa: F811
    store: Path,
) -> None:
    path = repository / "notes.md"
    commit(path, f"```\n{table(100, 11.0)}```\n")
    commit(path, f"```\n{table(200, 11.0)}```\n")
    commit(path, None)
    runs = import_results(path, git=True, store=store)
    assert sorted(run.stages[0].completed or 0 for run in runs) == [100, 200]
    assert all(abs(run.created.timestamp() - time.time()) < 3600 for run in runs)
    assert {run.id for run in import_results(path, git=True, store=store)} == {run.id for run in runs}


def test_a_saved_log_is_a_run_of_the_time_it_began(tmp_path: Path, store: Path) -> None:
    path = tmp_path / "saved.log"
    path.write_text(whole_suite().text, encoding="utf-8")
    run = duronb.import_run(path, store=store)
    assert run.created.timestamp() == NOON
    assert (run.subject.name, run.subject.git_sha) == ("duroxide 0.1.26", None)
    assert [stage.window_rate for stage in run.stages] == [8.0, 18.0, 28.0, 57.1]
    assert run.quality.seconds_inferred is False
    assert run.log == path.read_bytes()
    assert duronb.import_run(path, store=store).id == run.id


def test_a_log_that_was_cut_off_is_an_interrupted_run(tmp_path: Path, store: Path) -> None:
    log = Script()
    log.stage(1, 1, 10, "0", "1.00")
    log.say("=== Starting stress test (orch=2, worker=2) ===")
    path = tmp_path / "saved.log"
    path.write_text(log.text, encoding="utf-8")
    run = duronb.import_run(path, store=store)
    assert (run.status, [stage.completed for stage in run.stages]) == ("interrupted", [10, None])


def test_a_table_without_a_time_takes_that_of_its_file_and_says_so(tmp_path: Path, store: Path) -> None:
    path = tmp_path / "notes.md"
    path.write_text(f"# Notes\n```\n{table(100, 11.0)}```\n", encoding="utf-8")
    os.utime(path, (NOON, NOON))
    run = duronb.import_run(path, store=store)
    assert run.created.timestamp() == NOON
    assert any("no time" in notice for notice in run.quality.notices)
    assert any("no commit" in notice for notice in run.quality.notices)


def test_import_run_takes_one_run_and_names_the_function_for_more(document: Path, store: Path) -> None:
    with pytest.raises(RequestError, match=r"3 runs.*import_results"):
        duronb.import_run(document, store=store)
    assert len(duronb.runs(store=store)) == 0


def test_import_results_takes_samples_too(tmp_path: Path, store: Path) -> None:
    path = tmp_path / "a.folded"
    path.write_text("t;main;a 3\n", encoding="utf-8")
    (run,) = import_results(path, store=store)
    assert run.profile.samples == 3


@pytest.mark.parametrize(
    ("name", "label", "git", "error"),
    [
        ("r.md", "no label", False, RequestError),
        ("none.md", "x", False, RequestError),
        ("empty.md", "x", False, StoreError),
        ("r.md", "x", True, RequestError),
    ],
)
def test_what_cannot_be_imported_leaves_nothing_behind(
    tmp_path: Path, store: Path, name: str, label: str, *, git: bool, error: type[DuronbError]
) -> None:
    (tmp_path / "r.md").write_text(OWN, encoding="utf-8")
    (tmp_path / "empty.md").write_text(entry("aaaaaa1", "2026-03-04 05:06:07", ""), encoding="utf-8")
    with pytest.raises(error):
        import_results(tmp_path / name, label, git=git, store=store)
    assert not duronb.runs(store=store)


def test_such_a_run_can_be_shown_and_exported_where_it_has_something_to_show(document: Path, store: Path) -> None:
    import_results(document, "theirs", store=store)
    run = duronb.load("theirs", store=store)
    shown = str(run)
    assert "330" in shown
    assert "CPU" not in shown
    bundle = run._repr_mimebundle_()
    assert "330" in bundle["text/html"]
    json.dumps(bundle)
    with pytest.raises(LookupError):
        _ = run.profile
    assert "not measured" in shown
    listed = str(duronb.runs(store=store))
    assert re.search(r"duroxide aaaaaa1 +4 +– ", listed)


def test_hostile_text_is_kept_and_controls_nothing(tmp_path: Path, store: Path) -> None:
    path = tmp_path / "r.md"
    remark = "**Note:** \x1b[31m</script><script>alert(1)</script>\u202e\n"
    host = "### Environment\n- <img src=x onerror=alert(1)>\n\n### Changes"
    text = entry("aaaaaa1", "2026-03-04 05:06:07", table(300, 31), remark).replace("### Changes", host)
    path.write_text(text, encoding="utf-8")
    (run,) = import_results(path, store=store)
    assert "\x1b" not in str(run)
    assert "<script>alert" not in run._repr_mimebundle_()["text/html"]
    assert "<img" not in run._repr_mimebundle_()["text/html"]
