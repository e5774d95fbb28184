"""Text in messages: hostile values, quoted, and numbers with their nouns.

Names, labels, paths and other programs' errors may contain anything.

Which function for which purpose:

- ``quoted``: a value that a user gave, in an error message.
- ``quoted_path``: a path, in an error message.
- ``counted``: a number of things.
- ``one_line``: the error text of another program, in an error message.
- ``duronb.views.kit.terminal.plain``: a line of a program's output, in a terminal or a panel.
- ``duronb.views.kit.escape.visible`` and ``markup``: a name in a display, as text and inside HTML or XML.
"""

from __future__ import annotations


def quoted(value: object, limit: int = 60) -> str:
    """Return the ``repr`` of a value in ASCII: escaped, on one line, at most ``limit`` characters."""
    text = ascii(value)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def quoted_path(path: object, limit: int = 60) -> str:
    """Return the ``repr`` of a path in ASCII, at most ``limit`` characters. The end is kept: it has the file's name."""
    text = ascii(str(path))
    return text if len(text) <= limit else f"{text[0]}…{text[2 - limit :]}"


def one_line(text: str, limit: int = 300) -> str:
    """Return a message in printable characters, on one line, without its full stop, at most ``limit`` characters."""
    flat = "".join(character if character.isprintable() else " " for character in text)
    flat = " ".join(flat.split()).rstrip(".")
    return flat if len(flat) <= limit else f"{flat[: limit - 1]}…"


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun, such as ``1 run`` or ``1,200 runs``; ``plural`` unless it only adds an ``s``."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"
