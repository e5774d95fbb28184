"""How the words of a magic or a command are written down, and how a line splits into words."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Sequence
from typing import Any

from duronb.errors import RequestError
from duronb.quoting import quoted

Words = tuple[tuple[tuple[str, ...], dict[str, Any]], ...]
"""Names and keywords of ``ArgumentParser.add_argument`` and of IPython's ``argument``, in the order of the help."""

STORE: Words = ((("--store",), {"metavar": "URL", "help": "where runs are kept; DURONB_STORE or profiling/results"}),)


def split(line: str) -> list[str]:
    """Split a magic's line into words; quotes group, and a comment after `` # `` is left out.

    Raises
    ------
    RequestError
        A quote is not closed.
    """
    for comment in re.finditer(r"(?:^|\s)#(?=\s|$)", line):
        try:
            return shell_words(line[: comment.start()])
        except ValueError:
            continue  # the mark stands within quotes
    try:
        return shell_words(line)
    except ValueError:
        raise RequestError(f"A quote in {quoted(line)} is not closed.", "Close it.") from None


_QUOTED = ("--args", "--before-options", "--after-options")


def join_workload_arguments(words: Sequence[str]) -> list[str]:
    """Bind the word after ``--args`` and its like to it, for argparse takes ``--args --verbose`` for two options."""
    joined: list[str] = []
    rest = iter(words)
    for word in rest:
        value = next(rest, None) if word in _QUOTED else None
        joined.append(word if value is None else f"{word}={value}")
    return joined


def shell_words(text: str) -> list[str]:
    """Split as a shell would; ValueError where a quote is not closed."""
    lexer = shlex.shlex(text, posix=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    if os.name == "nt":
        lexer.escape = ""  # a backslash separates folders there
    return list(lexer)
