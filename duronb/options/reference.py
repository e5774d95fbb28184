"""The reference of all options as Markdown.

Written by ``python -m duronb.options.reference > docs/reference/options.md``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

from duronb.option import Option
from duronb.options.table import Table
from duronb.options.tables import TABLES

_HEAD = """\
# Options

Every option of every command and magic. Do not edit this page: `python -m duronb.options.reference` generates it from
the declarations in `duronb/options/` and `duronb/request.py`.

A magic has the options of its command, except those marked *command only*. The column *Python* has the name of the
keyword argument. Every command also has `--json` (print one JSON object to standard output) and `--help`. Every magic
has `--help`.
"""


def reference() -> str:
    """Return the page."""
    return "\n".join((_HEAD, *(_section(table) for table in TABLES.values())))


def _section(table: Table) -> str:
    names = " / ".join([f"`duronb {table.command}`", *([f"`%{table.magic}`"] if table.magic is not None else [])])
    functions = ", ".join(dict.fromkeys(f"`{form.function.rpartition('.')[2]}`" for form in table.forms))
    rows = [
        *_rows(table, table.options, command_only=False),
        *_rows(table, table.command_only, command_only=True),
    ]
    return "\n".join(
        (
            f"## {names}\n",
            f"{table.summary} Python: {functions}.\n",
            "| option | value | default | Python | |",
            "|---|---|---|---|---|",
            *rows,
            "",
        )
    )


def _rows(table: Table, options: Iterable[Option], *, command_only: bool) -> Iterable[str]:
    renames = {name: new for form in table.forms if form.without is None for name, new in form.renames.items()}
    passed = {name for form in table.forms for name in form.options}
    for option in options:
        flags = ", ".join(f"`{flag}`" for flag in option.flags)
        name = flags or f"`{option.placeholder}`"
        value = f"`{_cell(option.placeholder)}`" if option.flags and option.placeholder else ""
        default = "" if option.default in (None, (), False, "") else f"`{option.type.text(option.default)}`"
        python = f"`{renames.get(option.name, option.name)}`" if option.name in passed else ""
        text = f"{option.help}; *required*" if option.required else option.help
        cells = (name, value, default, python, f"{text}; *command only*" if command_only else text)
        yield "| " + " | ".join(cells[:-1]) + f" | {_cell(cells[-1])} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(reference())
