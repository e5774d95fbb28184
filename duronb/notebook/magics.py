"""The line magics: one function for each table of options that has a magic."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from IPython.core.error import UsageError

from duronb.errors import RequestError
from duronb.notebook.once import hide_once, show_once
from duronb.options.parser import OptionParser, split_arguments
from duronb.options.table import Call, Table
from duronb.options.tables import MAGICS
from duronb.views.progress.notebook import progress_for

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_HELP_WIDTH = 100


class Interrupted(KeyboardInterrupt):
    """The user interrupted before anything was captured. A notebook shows it as one line."""

    def _render_traceback_(self) -> list[str]:
        return ["Interrupted before anything was captured."]


@dataclass(frozen=True, slots=True)
class Action:
    """The action of a magic.

    Parameters
    ----------
    run
        Calls the function of ``duronb.api``, and returns its value.
    shows
        Whether the magic displays the value itself, so that it appears in a loop or an assignment, too. Otherwise
        IPython displays it if it is the last expression of its cell.
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


def _without_progress(shell: InteractiveShell, call: Call) -> object:
    """Call a function that reports no progress."""
    from duronb import api

    del shell
    return call.of(getattr(api, call.function.rpartition(".")[2]))


ACTIONS = {
    "duroprof": Action(_profile),
    "duroruns": Action(_without_progress, shows=False),
    "duroshow": Action(_without_progress),
    "durocompare": Action(_without_progress),
    "duroab": Action(_ab),
    "durohistory": Action(_without_progress),
    "durotag": Action(_without_progress, shows=False),
    "duroclean": Action(_without_progress, shows=False),
}
"""The action of each magic in ``duronb.options.tables.MAGICS``, by name."""


def register_magics(shell: InteractiveShell) -> None:
    """Register the magics with a shell."""
    for name, table in MAGICS.items():
        shell.magics_manager.register_function(_magic(shell, name, table), "line", name)


def unregister_magics(shell: InteractiveShell) -> None:
    """Remove the magics from a shell. Magics that are not registered are ignored."""
    manager = shell.magics_manager
    for name in MAGICS:
        manager.magics["line"].pop(name, None)
        vars(manager.user_magics).pop(name, None)


def parser_of(table: Table) -> OptionParser:
    """Return a parser for the options of a magic, which also writes its help."""
    return OptionParser(f"%{table.magic}", table.options, summary=table.summary, note=table.note)


def _magic(shell: InteractiveShell, name: str, table: Table) -> Callable[[str], object]:
    parser = parser_of(table)
    action = ACTIONS[name]

    def magic(line: str) -> object:
        try:
            words, quiet = _split_line(line)
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
            hide_once(shell, value)
        elif action.shows:
            show_once(shell, value)
        return value

    magic.__name__ = magic.__qualname__ = name
    magic.__doc__ = parser.help_text(_HELP_WIDTH)
    return magic


def _split_line(line: str) -> tuple[list[str], bool]:
    """Return the words of a line without a final ``;``, and whether there was one. IPython passes it on to magics."""
    words = split_arguments(line)
    quiet = bool(words) and words[-1].endswith(";")
    if quiet:
        words[-1] = re.sub(r";+$", "", words[-1])
        words = words if words[-1] else words[:-1]
    return words, quiet
