"""Hostile text in messages: names, labels, paths and other programs' errors may contain anything.

Which function for which purpose:

- ``quoted``: a value that a user gave, in an error message.
- ``one_line``: the error text of another program, in an error message.
- ``duronb.views.kit.terminal.plain``: a line of a program's output, in a terminal or a panel.
- ``duronb.views.kit.escape.visible`` and ``markup``: a name in a display, as text and inside HTML or XML.
"""

from __future__ import annotations


def quoted(value: object, limit: int = 60) -> str:
    """Return the ``repr`` of a value in ASCII: escaped, on one line, at most ``limit`` characters."""
    text = ascii(value)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def one_line(text: str, limit: int = 300) -> str:
    """Return a message in printable characters, on one line, without its full stop, at most ``limit`` characters."""
    flat = "".join(character if character.isprintable() else " " for character in text)
    flat = " ".join(flat.split()).rstrip(".")
    return flat if len(flat) <= limit else f"{flat[: limit - 1]}…"
