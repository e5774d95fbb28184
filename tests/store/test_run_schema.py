"""The JSON Schema of ``run.json`` against recorded runs, runs with every field, and invalid variants of both."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest

from duronb.model.run import RunRecord
from duronb.model.stage import StageResult
from duronb.request import ProfileRequest
from duronb.store.record_text import record_text
from tests.json_schema import problems
from tests.store.run_schema import closed_validator, recorded_runs, run_schema, validator
from tests.store.runs import complete_run, run_of

pytestmark = pytest.mark.long

Path = tuple[str | int, ...]


def stored(run: RunRecord, *, metric_only: bool = False) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(record_text(run, metric_only=metric_only))
    return record


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield every leaf value of a record with its path; empty arrays and objects are leaves."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from leaves(each, (*path, key))
    if not inner:
        yield path, value


def changed(record: Any, path: Path, value: Any) -> Any:
    copied = copy.deepcopy(record)
    at = copied
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return copied


def of_wrong_type(value: Any) -> list[Any]:
    match value:
        case bool():
            return ["true", 1, [], {}]
        case int() | float():
            return [str(value), True, [value], {"value": value}]
        case str():
            return [7, True, [value], {"value": value}]
        case None:
            return [[], {}]
        case _:
            return ["", 7, False]


def test_the_schema_itself_is_valid() -> None:
    validator()  # raises if the schema is not valid


def test_all_recorded_runs_are_valid_and_have_no_field_that_the_schema_does_not_name() -> None:
    records = recorded_runs()
    assert len(records) == 30
    for record in records:
        assert problems(closed_validator(), record) == []


@pytest.mark.parametrize("metric_only", [False, True])
def test_a_run_with_every_field_is_valid(metric_only: bool) -> None:
    assert problems(closed_validator(), stored(complete_run(), metric_only=metric_only)) == []


def test_the_complete_run_has_every_field_of_the_schema() -> None:
    schema, record = run_schema(), stored(complete_run(), metric_only=True)
    sections = {
        "request": record["request"],
        "subject": record["subject"],
        "environment": record["environment"],
        "load": record["environment"]["load_before"],
        "clocks": record["clocks"],
        "stage": record["stages"][0],
        "quality": record["quality"],
        "series": record["series"],
    }
    assert set(schema["properties"]) == set(record)
    assert set(schema["$defs"]) == set(sections)
    for name, section in sections.items():
        assert set(schema["$defs"][name]["properties"]) == set(section), name


def test_the_schema_names_the_fields_of_requests_and_stages() -> None:
    parts = run_schema()["$defs"]
    assert set(parts["request"]["properties"]) == {field.name for field in fields(ProfileRequest)}
    assert set(parts["stage"]["properties"]) == {field.name for field in fields(StageResult)}


def test_unknown_fields_are_allowed_everywhere_and_old_records_may_lack_fields() -> None:
    record = stored(complete_run())
    for path in [
        (),
        ("request",),
        ("subject",),
        ("environment",),
        ("clocks",),
        ("quality",),
        ("series",),
        ("stages", 0),
    ]:
        assert problems(validator(), changed(record, (*path, "of_a_later_version"), {"x": [1]})) == []
    assert problems(validator(), stored(run_of())) == []


def test_every_value_of_a_wrong_type_is_rejected() -> None:
    check = validator()
    accepted = []
    tried = 0
    for record in (stored(complete_run()), recorded_runs()[0]):
        for path, value in leaves(record):
            for wrong in of_wrong_type(value):
                tried += 1
                if check.is_valid(changed(record, path, wrong)):
                    accepted.append((path, wrong))
    assert tried > 1000
    # perf's settings are text where the kernel's answer is not a number.
    names = {"perf_event_paranoid", "kptr_restrict"}
    assert [each for each in accepted if each[0][-1] not in names] == []
    assert all(isinstance(wrong, str) for _, wrong in accepted)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema_version",), 2),
        (("status",), "done"),
        (("created",), "2026-03-14T15:09:26"),
        (("created",), "yesterday"),
        (("request", "seconds"), 0),
        (("request", "seconds"), 1.5),
        (("request", "label"), "../../etc"),
        (("request", "label"), ""),
        (("request", "stages"), ["file:2"]),
        (("request", "engine"), "import"),
        (("subject", "kind"), "archive"),
        (("subject", "source_hash"), "12"),
        (("environment", "cores"), -1),
        (("environment", "flags"), {"RUSTFLAGS": 3}),
        (("environment", "load_before"), [0.5, 0.5]),
        (("stages",), {"name": "one"}),
        (("stages", 0), "File SQLite 2/2"),
        (("stages", 0), {"completed": 1}),
        (("stages", 0, "completed"), -1),
        (("stages", 0, "completions"), [1, "2"]),
        (("stages", 0, "completions"), None),
        (("quality", "frequency_hz"), 0),
        (("quality", "notices"), "one sentence"),
        (("series", "side"), "left"),
        (("series", "packages"), {"tokio": [["1"]]}),
    ],
)
def test_values_that_are_out_of_range_are_rejected(path: Path, value: Any) -> None:
    record = stored(complete_run())
    assert problems(validator(), record) == []
    assert problems(validator(), changed(record, path, value)) != []


def test_what_duronb_requires_is_required() -> None:
    record = stored(run_of())
    for name in run_schema()["required"]:
        without = {key: value for key, value in record.items() if key != name}
        assert problems(validator(), without) != []
        with pytest.raises(Exception, match="damaged"):
            RunRecord.from_json(without, run_id="docker_x_20260314T150926Z")
    for name in record.keys() - set(run_schema()["required"]):
        without = {key: value for key, value in record.items() if key != name}
        RunRecord.from_json(without, run_id="docker_x_20260314T150926Z")
