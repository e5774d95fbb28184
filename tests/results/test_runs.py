"""Many runs as a table: the first of them, and how many more there are."""

from __future__ import annotations

from pathlib import Path

import duronb
from duronb.results.run import Run
from duronb.results.runs import MOST_ROWS, Runs
from duronb.store import open_store
from tests.analysis.history.timeline import run_at
from tests.views.profiles import make_profile


def runs(count: int) -> Runs:
    return Runs(Run.of(run_at(hour, 10.0)) for hour in range(count))


def test_a_few_runs_are_all_shown() -> None:
    found = runs(MOST_ROWS)
    assert "more" not in str(found)
    assert sum(line.startswith("l ") for line in str(found).splitlines()) == MOST_ROWS
    assert "more" not in found._repr_html_()


def test_of_many_the_first_are_shown_and_the_rest_counted() -> None:
    found = runs(1_100)
    text = str(found)
    assert text.startswith("Stored runs: 1,100\n")
    assert sum(line.startswith("l ") for line in text.splitlines()) == MOST_ROWS
    assert text.endswith("… and 1,050 more. List all with duronb runs --all, or give a label.")
    html = found._repr_html_()
    assert html.count("<tr>") == MOST_ROWS + 1
    assert "… and 1,050 more" in html
    assert "Stored runs: 1,100" in html


def test_all_are_shown_when_asked_for() -> None:
    text = runs(60).text(None)
    assert sum(line.startswith("l ") for line in text.splitlines()) == 60
    assert "more" not in text


def test_no_runs_say_so() -> None:
    assert str(Runs()) == "No runs are stored here yet."
    assert "No runs" in Runs()._repr_html_()


def test_an_unknown_label_is_not_an_empty_store(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    (tmp_path / "empty.log").write_bytes(b"")
    store.save(run_at(0, 10.0), make_profile({}), log=tmp_path / "empty.log", cargo_lock=b"")
    assert str(duronb.runs("other", store=tmp_path)) == "No run has the label 'other'. List the runs: duronb runs."
    assert "No run has the label" in duronb.runs("other", store=tmp_path)._repr_html_()
    assert len(duronb.runs("l", store=tmp_path)) == 1
