"""The JSON Schema of ``run.json``, and a strict variant that refuses unknown fields."""

from __future__ import annotations

import copy
import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.json_schema import validator_of

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

RECORDED = sorted((Path(__file__).parents[2] / "notebooks" / "data" / "releases").glob("*/run.json"))


def run_schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((files("duronb.store") / "run.schema.json").read_text(encoding="utf-8"))
    return schema


@cache
def validator() -> Draft202012Validator:
    return validator_of(run_schema())


@cache
def closed_validator() -> Draft202012Validator:
    """Return a validator that also refuses fields that the schema does not name."""
    schema = copy.deepcopy(run_schema())
    for each in (schema, *schema["$defs"].values()):
        _close(each)
    return validator_of(schema)


def recorded_runs() -> list[dict[str, Any]]:
    return [json.loads(path.read_text(encoding="utf-8")) for path in RECORDED]


def _close(schema: dict[str, Any]) -> None:
    if "properties" in schema:
        schema["additionalProperties"] = False
        for each in schema["properties"].values():
            _close(each)
