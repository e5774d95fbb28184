# ruff: noqa: INP001 (a script, not a package)
"""Pieces of TypeScript in the style of prettier, so that the generated modules pass its check."""

from __future__ import annotations

import json
from textwrap import wrap

WIDTH = 110


def literal(value: object) -> str:
    """Return a JSON value. Keys of objects are identifiers."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key}: {literal(item)}' for key, item in value.items())} }}"
    return json.dumps(value, ensure_ascii=False).replace('"', "'")


def constant(name: str, value: object, suffix: str = "") -> str:
    """Return an exported constant, on several lines if one is too short."""
    line = f"export const {name} = {literal(value)}{suffix};"
    if len(line) <= WIDTH:
        return line
    if not isinstance(value, list | dict):
        return f"export const {name} =\n  {literal(value)}{suffix};"
    if isinstance(value, dict):
        opening, closing = "{}"
        items = [f"{key}: {literal(item)}" for key, item in value.items()]
    else:
        opening, closing = "[]"
        items = [literal(item) for item in value]
    return f"export const {name} = {opening}\n  " + ",\n  ".join(items) + f"\n{closing}{suffix};"


def comment(about: str, indent: str = "") -> list[str]:
    """Return the lines of a comment above a declaration."""
    if len(indent) + len(about) + len("/**  */") <= WIDTH:
        return [f"{indent}/** {about} */"] if about else []
    lines = wrap(about, WIDTH - len(indent) - len(" * "))
    return [f"{indent}/**", *(f"{indent} * {line}" for line in lines), f"{indent} */"]
