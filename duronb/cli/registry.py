"""Every command, in the order of the help."""

from __future__ import annotations

from duronb.cli import ab, bisect, check, clean, commands, compare, history, report, tag
from duronb.cli.command import Command

_FIRST = ("profile", "import", "runs", "show", "export")

COMMANDS: dict[str, Command] = {
    **{name: commands.COMMANDS[name] for name in _FIRST},
    **report.COMMANDS,
    **compare.COMMANDS,
    **ab.COMMANDS,
    **check.COMMANDS,
    **bisect.COMMANDS,
    **history.COMMANDS,
    **tag.COMMANDS,
    **clean.COMMANDS,
    **{name: command for name, command in commands.COMMANDS.items() if name not in _FIRST},
}
