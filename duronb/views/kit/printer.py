"""What IPython hands to ``_repr_pretty_``."""

from __future__ import annotations

from typing import Protocol


class Printer(Protocol):
    """Takes the text that stands for a value in a terminal."""

    def text(self, text: str) -> None:
        """Write text."""
