"""Reading a command line: argparse finds the options, and each option turns its own text into a value."""

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
"""What was typed for each option that was given, by name."""


class OptionParser(argparse.ArgumentParser):
    """A parser for a table's options, whose errors are RequestErrors.

    Parameters
    ----------
    prog
        What the user typed: ``duronb profile`` or ``%duroprof``.
    options
        In the order of the help.
    summary, note
        Above and below the options in the help.
    """

    def __init__(self, prog: str, options: Iterable[Option], *, summary: str = "", note: str = "") -> None:
        super().__init__(prog=prog, description=_escaped(summary), epilog=_escaped(note), allow_abbrev=False)
        self._options = tuple(options)
        for option in self._options:
            self.add_argument(*(option.flags or (option.name,)), **_keywords(option))
        self._joined = {
            flag
            for option in self._options
            if (isinstance(option.type, TextList) and option.type.as_shell) or option.name.endswith("_options")
            for flag in option.flags
        }

    def error(self, message: str) -> NoReturn:
        """Raise RequestError where argparse would print the usage and exit."""
        raise RequestError(f"{message[:1].upper()}{message[1:]}.", f"See {self.prog} --help.")

    def texts(self, words: Sequence[str]) -> Texts:
        """Find the options on a command line.

        Raises
        ------
        RequestError
            An option is unknown, or lacks its value; an argument is missing or too many.
        """
        parsed = vars(self.parse_intermixed_args(self._join(words)))
        return {name: value for name, value in parsed.items() if value not in (None, False)}

    def values(self, texts: Texts) -> dict[str, object]:
        """Turn what was typed into values.

        Raises
        ------
        RequestError
            A text is not of its option's type.
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
        """Read a command line; see ``texts`` and ``values`` for the errors."""
        return self.values(self.texts(words))

    def asks_for_help(self, words: Sequence[str]) -> bool:
        """Tell whether ``-h`` or ``--help`` is among the words, other than as the value of ``--args``."""
        return any(word in ("-h", "--help") for word in self._join(words))

    def help_text(self, width: int) -> str:
        """Return the help as ``--help`` prints it, ``width`` columns wide."""
        self.formatter_class = partial(argparse.HelpFormatter, max_help_position=28, width=width)
        return self.format_help()

    def _join(self, words: Sequence[str]) -> list[str]:
        """Bind the word after ``--args`` to it: argparse takes ``--args --verbose`` for two options."""
        joined: list[str] = []
        rest = iter(words)
        for word in rest:
            value = next(rest, None) if word in self._joined else None
            joined.append(word if value is None else f"{word}={value}")
        return joined


def split_arguments(line: str) -> list[str]:
    """Split a magic's line into arguments; quotes group, and a comment after `` # `` is left out.

    Raises
    ------
    RequestError
        A quote is not closed.
    """
    for comment in re.finditer(r"(?:^|\s)#(?=\s|$)", line):
        try:
            return shell_words(line[: comment.start()])
        except ValueError:
            continue  # the mark is inside quotes
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
    """Protect percent signs, which argparse would fill in."""
    return text.replace("%", "%%")
