"""Six recorded releases: the release notes of 0.1.18 are not read here, but its back-off is found."""

from __future__ import annotations

from math import exp, log
from statistics import fmean

import pytest

import duronb
from tests import ROOT

RELEASES = ROOT / "notebooks" / "data" / "releases"
FILE_2_2 = "File SQLite 2/2"


def test_thirty_runs_of_six_releases_are_kept() -> None:
    runs = duronb.runs(store=RELEASES)
    assert len(runs) == 30
    assert {run.label: sum(each.label == run.label for each in runs) for run in runs} == dict.fromkeys(
        ("0.1.1", "0.1.9", "0.1.18", "0.1.24", "0.1.28", "0.1.32"), 5
    )
    assert all(run.status == "complete" and run.profile.samples > 1000 for run in runs)


def test_history_names_the_releases_between_which_dispatchers_began_to_sleep_longer() -> None:
    found = duronb.history(FILE_2_2, metric="backoff_seconds", store=RELEASES).to_json()
    changes = [change for series in found["series"] for change in series["changes"]]
    assert len(changes) == 1
    assert (changes[0]["before_subject"], changes[0]["after_subject"]) == ("0.1.9", "0.1.18")


def test_history_names_one_drop_of_the_window_rate() -> None:
    found = duronb.history(FILE_2_2, store=RELEASES).to_json()
    changes = [change for series in found["series"] for change in series["changes"]]
    assert len(changes) == 1
    rates = [
        [point["value"] for point in series["points"] if point["subject"] in subjects]
        for series in found["series"]
        for subjects in (("0.1.1", "0.1.9", "0.1.18"), ("0.1.24", "0.1.28", "0.1.32"))
    ]
    expected = exp(fmean(map(log, rates[1])) - fmean(map(log, rates[0]))) - 1
    assert changes[0]["effect"] == pytest.approx(expected, abs=1e-9)


def test_the_drop_is_a_regression_of_its_stage_and_not_of_the_other() -> None:
    compared = duronb.compare("0.1.9", "0.1.24", store=RELEASES)
    verdicts = {stage.stage: stage.decision.verdict for stage in compared.stages}
    assert verdicts == {"File SQLite 1/1": "inconclusive", FILE_2_2: "regressed"}
