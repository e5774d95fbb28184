"""JSON Schemas (draft 2020-12) of a profile and of an A/B, for a form that launches them.

A schema accepts an object with the Python names of the parameters. It accepts exactly the values that the command
accepts as text. It does not check whether a release or a git ref exists.
"""

from __future__ import annotations

from collections.abc import Iterable

from duronb.option import Option
from duronb.options.interleaving import AB
from duronb.options.profiling import PROFILE
from duronb.options.table import Table
from duronb.request import EXCLUSIONS
from duronb.values import Schema

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def profile_schema() -> Schema:
    """Return the schema of the arguments of ``duronb.profile``."""
    rules = [
        {"not": {"allOf": [_given(PROFILE, first), _given(PROFILE, second)]}, "$comment": rule.message}
        for rule in EXCLUSIONS
        for first in rule.one
        for second in rule.others
    ]
    return _object("A profile", PROFILE.summary, PROFILE.options) | {"allOf": rules}


def ab_schema() -> Schema:
    """Return the schema of the arguments of ``duronb.ab``: for a new series, or for more blocks of a stored one."""
    forms = {form.when: form for form in AB.forms}
    only_new = [name for name in forms[None].options if name not in forms["more"].options]
    return _object("An A/B", AB.summary, AB.options) | {
        "if": {"required": ["more"]},
        "then": {"not": {"anyOf": [{"required": [name]} for name in only_new]}},
        "else": {"required": ["before", "after"]},
    }


def option_schema(option: Option) -> Schema:
    """Return the schema of the value of one option, with its help and its default."""
    found = option.type.schema() | {"description": option.help}
    if option.default is not None:
        default = option.default
        found["default"] = list(default) if isinstance(default, tuple) else default
    return found


def _object(title: str, description: str, options: Iterable[Option]) -> Schema:
    return {
        "$schema": _DRAFT,
        "title": title,
        "description": description,
        "type": "object",
        "properties": {option.name: option_schema(option) for option in options},
        "additionalProperties": False,
    }


def _given(table: Table, name: str) -> Schema:
    """Return the schema of objects in which an option is given. An empty list counts as not given."""
    option = next(option for option in table.options if option.name == name)
    found: Schema = {"required": [name]}
    if option.type.schema()["type"] == "array":
        found["properties"] = {name: {"minItems": 1}}
    return found
