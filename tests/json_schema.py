"""Validators of JSON Schemas. The library takes seconds to import, so it is imported where a schema is used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator


def validator_of(schema: Mapping[str, Any]) -> Draft202012Validator:
    """Return a validator of `schema`, after a check of the schema itself."""
    from jsonschema import Draft202012Validator

    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def problems(check: Draft202012Validator, record: Any) -> list[str]:
    """Return what is wrong in a record, each with its path."""
    return [f"{error.json_path}: {error.message}" for error in check.iter_errors(record)]
