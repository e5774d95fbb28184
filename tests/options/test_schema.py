"""The JSON Schemas accept what a command line accepts, and refuse what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.errors import RequestError
from duronb.options.parser import OptionParser
from duronb.options.schema import ab_schema, profile_schema
from duronb.options.table import Table
from duronb.options.tables import TABLES
from duronb.request import PROFILE_OPTIONS, ProfileRequest, check_exclusions
from duronb.values import Schema, shell_words
from tests.json_schema import validator_of

pytestmark = pytest.mark.long

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

SCHEMAS: dict[str, Callable[[], Schema]] = {"profile": profile_schema, "ab": ab_schema}


@cache
def validator(name: str) -> Draft202012Validator:
    return validator_of(SCHEMAS[name]())


def parsed(table: Table, words: list[str]) -> Mapping[str, object]:
    """Return the values on a command line, or raise what the command would."""
    values = OptionParser(f"duronb {table.command}", table.options).read(words)
    table.call(values)
    if table.command == "profile":
        check_exclusions(values)
    return values


def plain(values: Mapping[str, object]) -> Any:
    """Return values as JSON has them."""
    return json.loads(json.dumps(values))


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schema_is_valid_and_describes_every_option(name: str) -> None:
    schema: Any = SCHEMAS[name]()
    validator(name)
    assert list(schema["properties"]) == [option.name for option in TABLES[name].options]
    assert json.loads(json.dumps(schema)) == schema
    for option in TABLES[name].options:
        assert schema["properties"][option.name]["description"] == option.help


ACCEPTED = [
    ("profile", ""),
    ("profile", "1"),
    ("profile", "86400 a-label.1_x --frequency 50000 --call-graph dwarf --engine embedded --rebuild"),
    ("profile", "5 quick --release latest --stages file:2/2,memory:10/1"),
    ("profile", "5 quick --release 0.1.32-rc.1+x"),
    ("profile", "--repo /x --ref v1 --bin some-bin --args '-x \"a b\"'"),
    ("profile", "--repo . --example hello_world"),
    ("ab", "0.1.1 0.1.2"),
    ("ab", "HEAD . --blocks 7 --seconds 3 --stages file:2/2 --labels a,b --rebuild --seed 0 --force"),
    ("ab", "HEAD . --after-options '--args \"-x y\" --frequency 99' --before-options '--stages file:1/1'"),
    ("ab", "--more 2"),
    ("ab", "last --more 2 --seed 4294967295 --force --store x"),
]


@pytest.mark.parametrize(("name", "line"), ACCEPTED)
def test_what_the_command_accepts_the_schema_accepts(name: str, line: str) -> None:
    validator(name).validate(plain(parsed(TABLES[name], shell_words(line))))


REFUSED = [
    ("profile", "0", {"seconds": 0}),
    ("profile", "86401", {"seconds": 86401}),
    ("profile", "x", {"seconds": "x"}),
    ("profile", "5 a/b", {"label": "a/b"}),
    ("profile", f"5 {'x' * 65}", {"label": "x" * 65}),
    ("profile", "--release 1", {"release": "1"}),
    ("profile", "--ref=-x", {"ref": "-x"}),
    ("profile", "--bin ../x", {"bin": "../x"}),
    ("profile", "--stages file:2", {"stages": ["file:2"]}),
    ("profile", "--frequency 50001", {"frequency_hz": 50001}),
    ("profile", "--call-graph lbr", {"call_graph": "lbr"}),
    ("profile", "--nope 1", {"nope": "1"}),
    ("profile", "--release latest --repo .", {"release": "latest", "repo": "."}),
    ("profile", "--release latest --ref x", {"release": "latest", "ref": "x"}),
    ("profile", "--bin a --example b", {"bin": "a", "example": "b"}),
    ("profile", "--release latest --bin b", {"release": "latest", "bin": "b"}),
    ("profile", "--stages file:1/1 --bin b", {"stages": ["file:1/1"], "bin": "b"}),
    ("ab", "a", {"before": "a"}),
    ("ab", "", {}),
    ("ab", "a b --blocks 0", {"before": "a", "after": "b", "blocks": 0}),
    ("ab", "a b --labels x", {"before": "a", "after": "b", "labels": ["x"]}),
    ("ab", "a b --seed -1", {"before": "a", "after": "b", "seed": -1}),
    ("ab", "--more 2 --rebuild", {"more": 2, "rebuild": True}),
    ("ab", "--more 2 --seconds 5", {"more": 2, "seconds": 5}),
    ("ab", "a b --more 2", {"before": "a", "after": "b", "more": 2}),
    ("ab", "a b --after-options '--ref x'", {"before": "a", "after": "b", "after_options": {"ref": "x"}}),
    ("ab", "a b --after-options '--frequency 0'", {"before": "a", "after": "b", "after_options": {"frequency_hz": 0}}),
]


@pytest.mark.parametrize(("name", "line", "values"), REFUSED)
def test_what_the_command_refuses_the_schema_refuses(name: str, line: str, values: dict[str, Any]) -> None:
    with pytest.raises(RequestError):
        parsed(TABLES[name], shell_words(line))
    assert not validator(name).is_valid(values)


TEXTS = st.text(max_size=6) | st.sampled_from(
    ["latest", "0.1.32", "0.1.32\n", "main", "a\n", "file:2/2", "auto", "fp", ""]
)
VALUES = st.none() | st.booleans() | st.integers(-2, 100_000) | TEXTS | st.lists(TEXTS, max_size=2) | st.floats(0, 9)


@given(st.dictionaries(st.sampled_from([*PROFILE_OPTIONS, "x"]), VALUES, max_size=3))
def test_the_schema_agrees_with_the_request_on_any_values(values: dict[str, Any]) -> None:
    # None stands for an option that is left out in Python; JSON leaves it out. A float without a fraction is an integer
    # of JSON.
    values = {name: value for name, value in values.items() if value is not None}
    values = {
        name: int(value) if isinstance(value, float) and value.is_integer() else value for name, value in values.items()
    }
    try:
        ProfileRequest(**values)
    except (RequestError, TypeError):
        accepted = False
    else:
        accepted = True
    assert validator("profile").is_valid(values) == accepted
