"""The overview that ``duronb --help`` prints, composed of the summaries of the commands."""

from __future__ import annotations

import textwrap
from itertools import groupby

from duronb.options.table import Table

_WIDTH = 100
_INDENT = 32
_END = """\
RUN is a label (its newest run), a tag, an id, the beginning of an id, or a path.
Every command takes --help and --json. duronb --version prints the version.
"""


def overview(tables: list[Table]) -> str:
    """Return the usage and, below the heading of each group, one or two lines for each command."""
    groups = list(dict.fromkeys(table.group for table in tables))
    ordered = sorted(tables, key=lambda table: groups.index(table.group))
    parts = ["usage: duronb COMMAND [options]\n"]
    for group, members in groupby(ordered, key=lambda table: table.group):
        parts.append(f"{group}\n" + "".join(_entry(table) for table in members))
    return "\n".join((*parts, _END))


def usage(table: Table) -> str:
    """Return a command with its positional arguments, such as ``runs [LABEL]``."""
    words = [table.command]
    for option in table.command_options:
        if not option.flags:
            name = f"{option.placeholder}..." if option.repeated else option.placeholder
            words.append(name if option.required else f"[{name}]")
    return " ".join(words)


def _entry(table: Table) -> str:
    start = f"  {usage(table)}"
    lines = textwrap.wrap(table.summary, _WIDTH - _INDENT)
    if len(start) + 2 > _INDENT:
        return f"{start}\n" + "".join(f"{'':{_INDENT}}{line}\n" for line in lines)
    first, *others = lines
    return f"{start:{_INDENT}}{first}\n" + "".join(f"{'':{_INDENT}}{line}\n" for line in others)
