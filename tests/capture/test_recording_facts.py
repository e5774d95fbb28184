"""The content of ``recording.json``, with which another process finishes a recording."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.capture.recording_facts import RecordingFacts
from duronb.engine.protocol import Ended
from duronb.errors import StoreError
from duronb.model.record.environment import Environment, Load
from duronb.model.record.series_member import SeriesMember
from duronb.model.record.subject import Subject
from duronb.request import ProfileRequest
from duronb.subject.plan import Expects
from tests.model.record.part_values import JSON, refusal

FACTS = RecordingFacts(
    engine="native",
    sampler="perf",
    store="/runs",
    created=datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC),
    request=ProfileRequest(seconds=5, release="0.1.32", args=("--fast",)),
    subject=Subject(kind="release", name="duroxide 0.1.32", extra={"later": [1]}),
    environment=Environment(engine="native", load_before=Load(load_1=0.5)),
    build_seconds=1.25,
    expects=Expects(stages=4, seconds=5),
    notices=("Kernel functions have no names.",),
    series=SeriesMember(id="s", side="before", block=2),
    ended=Ended(exit_code=130, interrupted=True),
    repetitions=3,
    extra={"of_a_later_version": {"x": 1}},
)
OF_AN_EARLIER_VERSION = {
    "engine": "native", "sampler": "perf", "store": "/runs", "created": "2026-03-14T15:09:26+00:00",
    "request": {"seconds": 5, "label": "profile"}, "subject": {"kind": "release", "git_sha": None},
    "environment": {"engine": "native", "cores": 2}, "build_seconds": 1, "expects": {"stages": 4, "seconds": 5},
    "notices": [],
}  # fmt: skip


def test_facts_survive_the_way_through_the_file() -> None:
    again = RecordingFacts.from_json(json.loads(json.dumps(FACTS.to_json())))
    assert again == FACTS
    assert again.to_json() == FACTS.to_json()


def test_a_recording_of_an_earlier_version_is_read() -> None:
    facts = RecordingFacts.from_json(OF_AN_EARLIER_VERSION)
    assert (facts.ended, facts.series, facts.environment.cores) == (None, SeriesMember(), 2)
    assert facts.to_json()["subject"] == {"kind": "release", "git_sha": None}


@pytest.mark.parametrize("name", ["engine", "created", "request", "subject", "environment", "expects", "build_seconds"])
def test_what_is_missing_is_named(name: str) -> None:
    without = {key: value for key, value in OF_AN_EARLIER_VERSION.items() if key != name}
    with pytest.raises(StoreError, match=f"recording.json is damaged: it has no {name}"):
        RecordingFacts.from_json(without)


@given(name=st.sampled_from(sorted(FACTS.to_json())), value=JSON)
def test_any_value_in_any_place_is_read_or_refused_in_one_sentence(name: str, value: Any) -> None:
    error = refusal(lambda: RecordingFacts.from_json(FACTS.to_json() | {name: value}))
    assert error is None or ("\n" not in error.message and error.remedy)
