"""The commands by name; each has a file in ``duronb/cli/commands``, and its options in ``duronb/options``."""

from __future__ import annotations

from importlib import import_module

from duronb.cli.command import Command
from duronb.options.tables import TABLES

_MODULES = {"import": "importing"}
"""Modules that cannot have the name of their command."""


def command_named(name: str) -> Command:
    """Load a command; KeyError where there is none of that name.

    Only the command that runs is loaded, so that each starts quickly.
    """
    table = TABLES[name]
    module = import_module(f"duronb.cli.commands.{_MODULES.get(name, name)}")
    command = module.COMMAND
    assert isinstance(command, Command)
    assert command.table is table
    return command
