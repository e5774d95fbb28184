"""The parts of a record: nothing is lost, wrong types are reported, and the schema has the same fields."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, fields, replace
from typing import get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.errors import StoreError
from duronb.model.record.environment import Environment, Load
from duronb.model.record.part import Packages, RecordPart
from duronb.model.record.quality import Quality
from duronb.model.record.series_member import SeriesMember
from duronb.model.record.subject import Subject
from tests.model.record.part_values import JSON, PARTS, objects, refusal
from tests.store.run_schema import run_schema

TYPES: dict[object, set[str]] = {
    str | None: {"string"},
    bool | None: {"boolean"},
    bool: {"boolean"},
    int | None: {"integer"},
    float | None: {"number"},
    int | str | None: {"integer", "string"},
    tuple[str, ...]: {"array"},
    Mapping[str, str] | None: {"object"},
    Packages | None: {"object"},
}
"""Types in the schema, besides ``null``, by the type of a field."""


def properties(part: str) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = run_schema()["$defs"][part]["properties"]
    return found


@pytest.mark.parametrize("part", PARTS)
def test_the_schema_and_the_class_have_the_same_fields_of_the_same_types(part: str) -> None:
    hints = get_type_hints(PARTS[part])
    names = {each.name for each in fields(PARTS[part])} - {"extra", "stated"}
    assert names == set(properties(part))
    for name, schema in properties(part).items():
        if "$ref" in schema:
            assert hints[name] == Load | None
            continue
        stated = schema.get("type", "string")
        kinds = set(stated) if isinstance(stated, list) else {stated}
        assert kinds - {"null"} == TYPES[hints[name]], name


@pytest.mark.parametrize("part", PARTS)
def test_every_field_has_a_default(part: str) -> None:
    made = PARTS[part]()
    assert made.to_json() == {}
    own = [each for each in fields(made) if each.name not in {"extra", "stated"}]
    assert all(each.default is not MISSING for each in own)


@pytest.mark.parametrize("part", PARTS)
@given(data=st.data())
def test_what_was_read_is_written_back_with_unknown_keys(part: str, data: st.DataObject) -> None:
    value = data.draw(objects(properties(part)))
    before = json.dumps(value)
    read = PARTS[part].from_json(value)
    assert read.to_json() == value
    assert json.dumps(value) == before
    assert read.extra == {name: each for name, each in value.items() if name not in properties(part)}
    again = PARTS[part].from_json(json.loads(json.dumps(read.to_json())))
    assert again == read
    assert replace(read).to_json() == value


@pytest.mark.parametrize("part", PARTS)
@given(data=st.data())
def test_any_value_is_read_or_refused_in_one_sentence(part: str, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(properties(part))))
    value = {name: data.draw(JSON)}
    error = refusal(lambda: PARTS[part].from_json(value))
    if error is None:
        assert set(PARTS[part].from_json(value).to_json()) == {name}
        return
    assert error.message.startswith((f"{PARTS[part].part}.", "environment.load"))
    assert error.message.endswith(".")
    assert "\n" not in error.message
    assert error.remedy


@pytest.mark.parametrize(
    ("part", "value", "message"),
    [
        (Subject, {"git_sha": 7}, "subject.git_sha is not a string."),
        (Subject, {"dirty": 1}, "subject.dirty is not true or false."),
        (Environment, {"cores": "two"}, "environment.cores is not an integer."),
        (Environment, {"cores": True}, "environment.cores is not an integer."),
        (Environment, {"cores": 2.5}, "environment.cores is not an integer."),
        (Environment, {"flags": {"CFLAGS": 3}}, "environment.flags is not an object with strings as values."),
        (Environment, {"load_before": [1]}, "environment.load is not a JSON object."),
        (Environment, {"load_before": {"load_1": "x"}}, "environment.load.load_1 is not a number."),
        (Environment, {"kptr_restrict": []}, "environment.kptr_restrict is not an integer or a string."),
        (Quality, {"notices": "one"}, "quality.notices is not an array of strings."),
        (Quality, {"notices": ["one", 2]}, "quality.notices is not an array of strings."),
        (Quality, {"frequency_hz": "999"}, "quality.frequency_hz is not a number."),
        (
            SeriesMember,
            {"packages": {"a": [["1"]]}},
            "series.packages is not an object with pairs of version lists as values.",
        ),
        (SeriesMember, [], "series is not a JSON object."),
        (Quality, None, "quality is not a JSON object."),
    ],
)
def test_wrong_types_are_named(part: type[RecordPart], value: object, message: str) -> None:
    with pytest.raises(StoreError) as caught:
        part.from_json(value)
    assert caught.value.message == message


def test_a_missing_field_has_its_default_and_null_counts_as_missing() -> None:
    assert Quality.from_json({}) == Quality.from_json({"samples": None, "frequency_known": None}) == Quality()
    assert Quality.from_json({}).frequency_known
    assert not SeriesMember.from_json({"warm_up": None}).warm_up
    assert (Quality.from_json({}).notices, Subject.from_json({}).git_sha) == ((), None)


def test_values_of_another_part_replace_those_of_its_own() -> None:
    first = Environment(engine="native", cpu="a", extra={"x": 1, "y": 1}, stated=frozenset({"rung"}))
    second = Environment(cpu="b", kernel="6.1", extra={"y": 2}, stated=frozenset({"event"}))
    both = first.updated(second)
    assert both == Environment(engine="native", cpu="b", kernel="6.1", extra={"x": 1, "y": 2})
    assert both.to_json() == {
        "engine": "native", "rung": None, "event": None, "kernel": "6.1", "cpu": "b", "x": 1, "y": 2,
    }  # fmt: skip


def test_parts_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Subject.from_json({"name": "x"}).name = "y"  # type: ignore[misc]
