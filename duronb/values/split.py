"""Splitting of text as a shell splits it. This module is the only place with rules for Windows."""

from __future__ import annotations

import os
import shlex


def shell_words(text: str) -> list[str]:
    """Split text as a shell would; on Windows a backslash is an ordinary character.

    Raises
    ------
    ValueError
        A quote is not closed.
    """
    lexer = shlex.shlex(text, posix=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    if os.name == "nt":
        lexer.escape = ""  # a backslash separates folders there
    return list(lexer)
