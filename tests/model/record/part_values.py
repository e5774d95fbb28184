"""Hypothesis strategies for the parts of a record as JSON objects, with keys of a later version."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

from duronb.errors import StoreError
from duronb.model.record.clocks import Clocks
from duronb.model.record.environment import Environment, Load
from duronb.model.record.part import RecordPart
from duronb.model.record.quality import Quality
from duronb.model.record.series_member import SeriesMember
from duronb.model.record.subject import Subject

PARTS: dict[str, type[RecordPart]] = {
    "subject": Subject,
    "environment": Environment,
    "load": Load,
    "clocks": Clocks,
    "quality": Quality,
    "series": SeriesMember,
}
"""The class of each part, by its name in ``run.schema.json``."""

_TEXT = st.text(max_size=8)
_NEVER_NULL = frozenset({"problems", "notices", "frequency_known", "warm_up"})
"""Fields whose default is a value: ``null`` is read as the default, and written as that."""
_PLAIN: dict[str, st.SearchStrategy[object]] = {
    "boolean": st.booleans(),
    "integer": st.integers(0, 2**40),
    "number": st.floats(allow_nan=False, allow_infinity=False) | st.integers(0, 2**40),
    "null": st.none(),
    "string": _TEXT,
    "array": st.lists(_TEXT, max_size=3),
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=6,
)


def refusal(read: Callable[[], object]) -> StoreError | None:
    """Return the error with which a value is refused; ``None`` where it is read."""
    try:
        read()
    except StoreError as error:
        return error
    return None


def value_of(schema: dict[str, object]) -> st.SearchStrategy[object]:
    """Return values of a property of ``run.schema.json``."""
    if "$ref" in schema:
        fields = st.sampled_from(["load_1", "load_5", "cpu_pressure_10", "of_a_later_version"])
        return st.dictionaries(fields, st.none() | st.floats(0, 99), max_size=4)
    if "enum" in schema:
        return _TEXT
    if schema["type"] == "object":
        inner = schema["additionalProperties"]
        assert isinstance(inner, dict)
        pairs = st.lists(st.lists(_TEXT, max_size=2), min_size=2, max_size=2)
        return st.dictionaries(_TEXT, _TEXT if inner["type"] == "string" else pairs, max_size=3)
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return st.one_of([_PLAIN[str(kind)] for kind in kinds])


def objects(properties: dict[str, dict[str, object]]) -> st.SearchStrategy[dict[str, object]]:
    """Return objects with some of these properties, and other keys."""
    values = {
        name: value_of(schema) if name in _NEVER_NULL else st.none() | value_of(schema)
        for name, schema in properties.items()
    }
    known = st.fixed_dictionaries({}, optional=values)
    unknown = st.dictionaries(_TEXT.filter(lambda name: name not in properties), JSON, max_size=3)
    return st.builds(lambda first, second: first | second, known, unknown)
