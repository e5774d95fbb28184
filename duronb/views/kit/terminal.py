"""Text that is safe for a terminal, cut to a number of columns."""

from __future__ import annotations

import re
import unicodedata

_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])")


def plain(text: str) -> str:
    """Return a line without escape sequences, control characters and bidirectional controls."""
    text = _ESCAPE.sub("", text).rstrip("\r\n").rsplit("\r", 1)[-1].replace("\t", " ")
    if text.isascii() and text.isprintable():
        return text
    return "".join("\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) in _UNSHOWN else c for c in text)


_UNSHOWN = frozenset({"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"})


def fit(text: str, columns: int, mark: str = "…") -> str:
    """Cut ``text`` to a number of terminal columns. Text that is cut ends in ``mark``."""
    if sum(map(_columns, text)) <= columns:
        return text
    room, kept = columns - len(mark), ""
    for character in text:
        room -= _columns(character)
        if room < 0:
            break
        kept += character
    return (kept + mark)[: max(0, columns)]


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
