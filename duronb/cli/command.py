"""What a command of the shell is, and how it writes."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from duronb.options import Words


@dataclass(frozen=True, slots=True)
class Command:
    """One command: what ``--help`` says, its words, and what it does."""

    summary: str
    words: Words
    run: Callable[[Namespace], int]


def write(text: str) -> None:
    """Write text to standard output, with one newline at its end."""
    sys.stdout.writelines(f"{line}\n" for line in text.rstrip("\n").split("\n"))


def write_json(value: dict[str, Any]) -> None:
    """Write the one object of ``--json``."""
    json.dump(value, sys.stdout, indent=1)
    sys.stdout.write("\n")
