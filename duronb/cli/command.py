"""What a command of the shell is, and how it writes."""

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
    """What was typed after a command.

    Parameters
    ----------
    call
        The function of ``duronb.api`` with its arguments.
    given
        The values of all options that were given.
    own
        The values of the command's own options, with their defaults.
    """

    call: Call
    given: Given
    own: Given

    @property
    def json(self) -> bool:
        """Whether one JSON object is wanted."""
        return self.flag("json")

    def flag(self, name: str) -> bool:
        """Return whether a switch of the command was given."""
        return bool(self.own[name])

    def text(self, name: str) -> str | None:
        """Return the text of an option of the command; ``None`` where it was left out."""
        value = self.own[name]
        assert value is None or isinstance(value, str)
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """Return all texts of an argument of the command that can be repeated."""
        value = self.own[name]
        assert isinstance(value, tuple)
        return value

    def integer(self, name: str) -> int:
        """Return the number of an option of the command."""
        value = self.own[name]
        assert isinstance(value, int)
        return value


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its options, and what it does with them."""

    table: Table
    run: Callable[[Asked], int]

    @property
    def name(self) -> str:
        """What follows ``duronb``."""
        return self.table.command

    def parser(self) -> OptionParser:
        """Return the parser of its options, which also writes its help."""
        return OptionParser(f"duronb {self.name}", self.table.command_options, summary=self.table.summary)

    def read(self, words: Sequence[str]) -> Asked:
        """Read what follows the command's name.

        Raises
        ------
        RequestError
            An option is unknown or wrong, or options contradict each other.
        SystemExit
            The help was asked for, and is printed.
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
    """Write text to standard output, with one newline at its end."""
    sys.stdout.writelines(f"{line}\n" for line in text.rstrip("\n").split("\n"))


def write_json(value: dict[str, Any]) -> None:
    """Write the one object of ``--json``."""
    json.dump(value, sys.stdout, indent=1)
    sys.stdout.write("\n")
