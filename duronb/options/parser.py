"""The parser of command lines. argparse finds the options; each option then converts its text to a value."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, NoReturn

from duronb.errors import RequestError
from duronb.option import Option
from duronb.options.table import Given
from duronb.quoting import quoted
from duronb.values import TextList, shell_words

Texts = dict[str, str | bool | list[str]]
"""The text of each option that was given, by name; ``True`` for a switch."""


class OptionParser(argparse.ArgumentParser):
    """A parser for the options of a table. Its errors are RequestErrors.

    Parameters
    ----------
    prog
        The command as the user typed it, such as ``duronb profile`` or ``%duroprof``.
    options
        The options, in the order in which the help lists them.
    summary, note
        Text above and below the options in the help.
    """

    def __init__(self, prog: str, options: Iterable[Option], *, summary: str = "", note: str = "") -> None:
        super().__init__(prog=prog, description=_escaped(summary), epilog=_escaped(note), allow_abbrev=False)
        self._options = tuple(options)
        for option in self._options:
            self.add_argument(*(option.flags or (option.name,)), **_keywords(option))
        self._takes_command_line = {
            flag
            for option in self._options
            if (isinstance(option.type, TextList) and option.type.as_shell) or option.name.endswith("_options")
            for flag in option.flags
        }

    def error(self, message: str) -> NoReturn:
        """Raise RequestError, where argparse itself would print the usage and exit."""
        raise RequestError(f"{message[:1].upper()}{message[1:]}.", f"See {self.prog} --help.")

    def texts(self, words: Sequence[str]) -> Texts:
        """Return the text of each option that is given on a command line.

        Raises
        ------
        RequestError
            An option is unknown or lacks its value, or there are too few or too many arguments.
        """
        parsed = vars(self.parse_intermixed_args(self._join(words)))
        return {name: value for name, value in parsed.items() if value not in (None, False)}

    def values(self, texts: Texts) -> dict[str, object]:
        """Convert the texts of options to values.

        Raises
        ------
        RequestError
            A text is not a valid value of its option.
        """
        found: dict[str, object] = {}
        for option in self._options:
            text = texts.get(option.name)
            if isinstance(text, list):
                found[option.name] = tuple(option.read(each) for each in text)
            elif isinstance(text, str):
                found[option.name] = option.read(text)
            elif text is not None:
                found[option.name] = text
        return found

    def read(self, words: Sequence[str]) -> Given:
        """Return the values on a command line; see ``texts`` and ``values`` for the errors."""
        return self.values(self.texts(words))

    def asks_for_help(self, words: Sequence[str]) -> bool:
        """Return whether ``-h`` or ``--help`` is among the words, other than as the value of ``--args``."""
        return any(word in ("-h", "--help") for word in self._join(words))

    def help_text(self, width: int) -> str:
        """Return the help as ``--help`` prints it, ``width`` columns wide."""
        self.formatter_class = partial(argparse.HelpFormatter, max_help_position=28, width=width)
        return self.format_help()

    def _join(self, words: Sequence[str]) -> list[str]:
        """Join ``--args`` and the next word with ``=``, since argparse reads ``--args --verbose`` as two options."""
        joined: list[str] = []
        remaining = iter(words)
        for word in remaining:
            value = next(remaining, None) if word in self._takes_command_line else None
            joined.append(word if value is None else f"{word}={value}")
        return joined


def split_arguments(line: str) -> list[str]:
    """Split the line of a magic into arguments as a shell would. A comment that begins with `` # `` is removed.

    Raises
    ------
    RequestError
        A quote is not closed.
    """
    for comment in re.finditer(r"(?:^|\s)#(?=\s|$)", line):
        try:
            return shell_words(line[: comment.start()])
        except ValueError:
            continue  # this # is inside quotes, so it begins no comment
    try:
        return shell_words(line)
    except ValueError:
        raise RequestError(f"A quote in {quoted(line)} is not closed.", "Close it.") from None


def _keywords(option: Option) -> dict[str, Any]:
    keywords: dict[str, Any] = {"help": _escaped(option.help_with_default)}
    if option.is_switch:
        return keywords | {"action": "store_true", "dest": option.name}
    keywords["metavar"] = option.placeholder
    if option.flags:
        return keywords | {"dest": option.name}
    if option.repeated:
        return keywords | {"nargs": "+" if option.required else "*"}
    return keywords if option.required else keywords | {"nargs": "?"}


def _escaped(text: str) -> str:
    """Double the percent signs, which argparse would otherwise interpolate."""
    return text.replace("%", "%%")
