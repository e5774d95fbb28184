"""The line magics: one function for each table of options that has a magic."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from IPython.core.error import UsageError

from duronb.errors import RequestError
from duronb.notebook.once import pass_over, show_once
from duronb.options.parser import OptionParser, split_arguments
from duronb.options.table import Call, Table
from duronb.options.tables import MAGICS
from duronb.views.progress.notebook import progress_for

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_HELP_WIDTH = 100


class Interrupted(KeyboardInterrupt):
    """The user interrupted before there was anything to keep; one line in a notebook."""

    def _render_traceback_(self) -> list[str]:
        return ["Interrupted before anything was captured."]


@dataclass(frozen=True, slots=True)
class Action:
    """What a magic does with its options.

    Parameters
    ----------
    run
        Calls the function of ``duronb.api``.
    shows
        The value is displayed where it was made; otherwise only as the value of its cell.
    """

    run: Callable[[InteractiveShell, Call], object]
    shows: bool = True


def _profile(shell: InteractiveShell, call: Call) -> object:
    from duronb import api

    with progress_for(shell) as progress:
        return call.of(api.profile, on_event=progress)


def _ab(shell: InteractiveShell, call: Call) -> object:
    from duronb import api

    with progress_for(shell) as progress:
        return call.of(api.ab, on_event=progress)


def _plain(shell: InteractiveShell, call: Call) -> object:
    """Call a function that takes no events."""
    from duronb import api

    del shell
    return call.of(getattr(api, call.function.rpartition(".")[2]))


ACTIONS = {
    "duroprof": Action(_profile),
    "duroruns": Action(_plain, shows=False),
    "duroshow": Action(_plain),
    "durocompare": Action(_plain),
    "duroab": Action(_ab),
    "durohistory": Action(_plain),
    "durotag": Action(_plain, shows=False),
    "duroclean": Action(_plain, shows=False),
}
"""What each magic of ``duronb.options.tables.MAGICS`` does."""


def register_magics(shell: InteractiveShell) -> None:
    """Make the magics known to a shell."""
    for name, table in MAGICS.items():
        shell.magics_manager.register_function(_magic(shell, name, table), "line", name)


def unregister_magics(shell: InteractiveShell) -> None:
    """Remove the magics from a shell; those that are not there are passed over."""
    manager = shell.magics_manager
    for name in MAGICS:
        manager.magics["line"].pop(name, None)
        vars(manager.user_magics).pop(name, None)


def parser_of(table: Table) -> OptionParser:
    """Return the parser of a magic's options, which also writes its help."""
    return OptionParser(f"%{table.magic}", table.options, summary=table.summary, note=table.note)


def _magic(shell: InteractiveShell, name: str, table: Table) -> Callable[[str], object]:
    parser = parser_of(table)
    action = ACTIONS[name]

    def magic(line: str) -> object:
        try:
            words, quiet = _split(line)
            if parser.asks_for_help(words):
                print(parser.help_text(_HELP_WIDTH))  # noqa: T201 - the answer to --help
                return None
            texts = parser.texts(words)
        except RequestError as error:
            raise UsageError(str(error)) from None
        call = table.call(parser.values(texts))
        try:
            value = action.run(shell, call)
        except KeyboardInterrupt:
            raise Interrupted from None
        if quiet:
            pass_over(shell, value)
        elif action.shows:
            show_once(shell, value)
        return value

    magic.__name__ = magic.__qualname__ = name
    magic.__doc__ = parser.help_text(_HELP_WIDTH)
    return magic


def _split(line: str) -> tuple[list[str], bool]:
    """Return the words, and whether the line ends with ``;``, which IPython leaves to magics."""
    words = split_arguments(line)
    quiet = bool(words) and words[-1].endswith(";")
    if quiet:
        words[-1] = re.sub(r";+$", "", words[-1])
        words = words if words[-1] else words[:-1]
    return words, quiet
