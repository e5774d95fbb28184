"""The JSON Schema of ``run.json``, and a strict variant that refuses unknown fields."""

from __future__ import annotations

import copy
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

RECORDED = sorted((Path(__file__).parents[2] / "notebooks" / "data" / "releases").glob("*/run.json"))


def run_schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((files("duronb.store") / "run.schema.json").read_text(encoding="utf-8"))
    return schema


def validator() -> Draft202012Validator:
    return Draft202012Validator(run_schema())


def closed_validator() -> Draft202012Validator:
    """Return a validator that also refuses fields that the schema does not name."""
    schema = copy.deepcopy(run_schema())
    for each in (schema, *schema["$defs"].values()):
        _close(each)
    return Draft202012Validator(schema)


def problems(check: Draft202012Validator, record: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in check.iter_errors(record)]


def recorded_runs() -> list[dict[str, Any]]:
    return [json.loads(path.read_text(encoding="utf-8")) for path in RECORDED]


def _close(schema: dict[str, Any]) -> None:
    if "properties" in schema:
        schema["additionalProperties"] = False
        for each in schema["properties"].values():
            _close(each)
