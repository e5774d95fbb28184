"""The commands by name. Each has a module in ``duronb/cli/commands``, and its options in ``duronb/options``."""

from __future__ import annotations

from importlib import import_module

from duronb.cli.command import Command
from duronb.options.tables import TABLES

_MODULES = {"import": "importing"}
"""The module of each command whose name cannot be a module's name."""


def command_named(name: str) -> Command:
    """Import and return a command. Raise KeyError if there is no command with that name.

    Only this command is imported, so that every command starts quickly.
    """
    table = TABLES[name]
    module = import_module(f"duronb.cli.commands.{_MODULES.get(name, name)}")
    command = module.COMMAND
    assert isinstance(command, Command)
    assert command.table is table
    return command
