"""The class of the shell commands, and functions that write to standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from duronb.options.parser import OptionParser
from duronb.options.table import Call, Given, Table


@dataclass(frozen=True, slots=True)
class Asked:
    """The arguments of a command, parsed.

    Parameters
    ----------
    call
        The function of ``duronb.api`` to call, with its arguments.
    given
        The values of all options that were given, by name.
    own
        The values of the options that only the command has (``Table.command_only`` and ``--json``), by name. Options
        that were omitted have their default.
    """

    call: Call
    given: Given
    own: Given

    @property
    def json(self) -> bool:
        """Whether ``--json`` was given."""
        return self.flag("json")

    def flag(self, name: str) -> bool:
        """Return whether a switch that only the command has was given."""
        return bool(self.own[name])

    def text(self, name: str) -> str | None:
        """Return the text of an option that only the command has; ``None`` if it was omitted."""
        value = self.own[name]
        assert value is None or isinstance(value, str)
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """Return all texts of a repeatable argument that only the command has."""
        value = self.own[name]
        assert isinstance(value, tuple)
        return value

    def integer(self, name: str) -> int:
        """Return the integer value of an option that only the command has."""
        value = self.own[name]
        assert isinstance(value, int)
        return value


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its table of options, and a function that runs it and returns the exit status."""

    table: Table
    run: Callable[[Asked], int]

    @property
    def name(self) -> str:
        """The name of the command, which follows ``duronb``."""
        return self.table.command

    def parser(self) -> OptionParser:
        """Return a parser for the options of the command, which also prints its help."""
        return OptionParser(f"duronb {self.name}", self.table.command_options, summary=self.table.summary)

    def read(self, words: Sequence[str]) -> Asked:
        """Parse the arguments after the name of the command.

        Raises
        ------
        RequestError
            An option is unknown or has an invalid value, or options contradict each other.
        SystemExit
            The arguments contain ``--help``; the help is printed.
        """
        given = self.parser().read(words)
        shared = {option.name for option in self.table.options}
        own = {
            option.name: given.get(option.name, option.default)
            for option in self.table.command_options
            if option.name not in shared
        }
        return Asked(self.table.call(given), given, own)


def write(text: str) -> None:
    """Write text to standard output, ending with exactly one newline."""
    sys.stdout.writelines(f"{line}\n" for line in text.rstrip("\n").split("\n"))


def write_json(value: dict[str, Any]) -> None:
    """Write the JSON object for ``--json`` to standard output."""
    json.dump(value, sys.stdout, indent=1)
    sys.stdout.write("\n")
