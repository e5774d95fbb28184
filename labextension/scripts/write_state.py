# ruff: noqa: INP001 (a script, no package)
"""Write the viewer's half of the view state from Python's: ``python labextension/scripts/write_state.py [--check]``.

``duronb.ViewState`` is where a field, its type, its initial value and its description are written down. With
``--check`` nothing is written; the exit code is 1 where the file is not what it should be.
"""

from __future__ import annotations

import json
import re
import sys
from inspect import getdoc
from pathlib import Path
from textwrap import wrap

from duronb.views.flamegraph.state import ViewState
from duronb.views.flamegraph.state_fields import Kind, StateField, state_fields

TARGET = Path(__file__).parents[1] / "src" / "viewer" / "payload" / "state.ts"
_WIDTH = 110

_CHOICES = {"view": ("VIEWS", "ViewName"), "runtime": ("RUNTIMES", "Runtime"), "color": ("COLORINGS", "Coloring")}
_TYPES: dict[Kind, tuple[str, str]] = {
    "text": ("string", "isText"),
    "text or null": ("string | null", "isTextOrNull"),
    "flag": ("boolean", "isFlag"),
    "names": ("string[]", "isTexts"),
    "range or null": ("[number, number] | null", "isRangeOrNull"),
}


def text() -> str:
    """Return the TypeScript module."""
    fields = state_fields()
    choices = [field for field in fields if field.kind == "choice"]
    about = _descriptions()
    lines = [
        "/**",
        " * What of a view is kept: in a saved output, in a page's address, in Python.",
        " *",
        " * Written by labextension/scripts/write_state.py from duronb/views/flamegraph/state.py; change that one.",
        " */",
        "",
        "import { isFlag, isOneOf, isRangeOrNull, isText, isTextOrNull, isTexts } from './checks';",
        "import { StateKind } from './state_kind';",
        "",
        *(f"export const {_CHOICES[each.name][0]} = {_written(list(each.choices))} as const;" for each in choices),
        "",
        *(f"export type {name} = (typeof {values})[number];" for values, name in (_CHOICES[c.name] for c in choices)),
        "",
        "export interface ViewState {",
    ]
    for field in fields:
        lines += [*_comment(about.get(field.name, "")), f"  {field.name}: {_types(field)[0]};"]
    lines += ["}", "", "const INITIAL: Readonly<ViewState> = {"]
    lines.append(",\n".join(f"  {field.name}: {_written(field.initial)}" for field in fields))
    lines += ["};", "", "export const FLAMEGRAPH_STATE = new StateKind<ViewState>(INITIAL, {"]
    lines.append(",\n".join(f"  {field.name}: {_types(field)[1]}" for field in fields))
    return "\n".join([*lines, "});", ""])


def _types(field: StateField) -> tuple[str, str]:
    """Return the type of a field and its check."""
    if field.kind == "choice":
        values, name = _CHOICES[field.name]
        return name, f"isOneOf({values})"
    return _TYPES[field.kind]


def _written(value: object) -> str:
    """Return a JSON value as the viewer's sources write it."""
    return json.dumps(value, ensure_ascii=False).replace('"', "'")


def _descriptions() -> dict[str, str]:
    """Return the descriptions in the docstring; fields that are described together have it at the first of them."""
    section = (getdoc(ViewState) or "").partition("Parameters\n----------\n")[2].partition("\n\n")[0]
    found = re.findall(r"^(\S[^\n]*)\n((?:    [^\n]*\n?)+)", section, re.MULTILINE)
    plain = {names.split(", ")[0]: " ".join(about.split()).replace("``", "`") for names, about in found}
    return {name: about.replace("`None`", "`null`") for name, about in plain.items()}


def _comment(about: str) -> list[str]:
    """Return the lines of a comment above a field."""
    if len(about) + len("  /**  */") <= _WIDTH:
        return [f"  /** {about} */"] if about else []
    return ["  /**", *(f"   * {line}" for line in wrap(about, _WIDTH - len("   * "))), "   */"]


def main(arguments: list[str]) -> int:
    """Write or check the module; return the exit code."""
    if arguments == ["--check"]:
        if TARGET.read_text(encoding="utf-8") == text():
            return 0
        sys.stderr.write(f"{TARGET} is not what duronb.ViewState says. Run: python {sys.argv[0]}\n")
        return 1
    TARGET.write_text(text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
