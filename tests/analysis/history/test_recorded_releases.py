"""Six recorded releases: level changes, their places, and what is imputed."""

from __future__ import annotations

import re
from math import exp, log
from statistics import fmean

import pytest

import duronb
from duronb.analysis.counting import has_imputed_backoff
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


def test_history_breaks_the_lock_back_off_where_it_is_counted_in_another_way() -> None:
    found = duronb.history(FILE_2_2, metric="backoff_seconds", store=RELEASES).to_json()
    imputed = {series["imputed"]: {point["subject"] for point in series["points"]} for series in found["series"]}
    # The warnings of 0.1.1 and 0.1.9 about a failed fetch state no back-off; those of later releases do.
    assert imputed == {True: {"0.1.1", "0.1.9"}, False: {"0.1.18", "0.1.24", "0.1.28", "0.1.32"}}
    assert [change for series in found["series"] for change in series["changes"]] == []
    assert "imputed, at most" in " ".join(found["sentences"])


def test_what_is_imputed_is_what_the_log_does_not_state() -> None:
    run = next(run for run in duronb.runs(store=RELEASES) if run.label == "0.1.9")
    stated = sum(map(int, re.findall(rb"backoff_ms=(?:\x1b\[\d*m)*(\d+)", run.log)))
    assert sum(stage.backoff_seconds or 0 for stage in run.stages) > 5 * stated / 1000
    assert has_imputed_backoff(run, run.stage(FILE_2_2))


def test_the_set_of_places_has_the_odds_of_the_squared_errors() -> None:
    found = duronb.history(FILE_2_2, store=RELEASES).to_json()
    (series,) = found["series"]
    logs = [log(point["value"]) for point in series["points"]]

    def weight(at: int) -> float:
        """Likelihood of a step with unknown levels and noise, with flat priors."""
        parts = (logs[:at], logs[at:])
        error = sum(sum((value - fmean(part)) ** 2 for value in part) for part in parts)
        return float(error ** (-(len(logs) - 2) / 2) / (at * (len(logs) - at)) ** 0.5)

    weights = {at: weight(at) for at in (5, 10, 15, 20, 25)}
    places = series["changes"][0]["places"]
    assert [(place["before_subject"], place["after_subject"]) for place in places] == [
        ("0.1.18", "0.1.24"),
        ("0.1.9", "0.1.18"),
    ]
    expected = [weights[at] / sum(weights.values()) for at in (15, 10)]
    assert [place["probability"] for place in places] == pytest.approx(expected, rel=1e-6)
    assert "about 3 : 2. To decide: duronb ab 0.1.18 0.1.24." in found["sentences"][0]


def test_cpu_per_orchestration_changes_at_one_of_five_places() -> None:
    found = duronb.history(FILE_2_2, metric="cpu_ms_per_orchestration", store=RELEASES).to_json()
    (change,) = found["series"][0]["changes"]
    assert (change["before_subject"], change["after_subject"], len(change["places"])) == ("0.1.18", "0.1.24", 1)
    assert 0.30 < change["effect"] < 0.45
    assert change["p"] < 0.004


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
