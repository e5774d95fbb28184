"""The printer that IPython passes to ``_repr_pretty_``."""

from __future__ import annotations

from typing import Protocol


class Printer(Protocol):
    """Printer of IPython, which writes the text of a value to a terminal."""

    def text(self, text: str) -> None:
        """Write text."""
