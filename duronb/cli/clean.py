"""``duronb clean``: old runs go to the trash, from which they come back."""

from __future__ import annotations

from argparse import Namespace

from duronb.cli.command import Command, write, write_json
from duronb.options import STORE
from duronb.options.keeping import CLEAN, clean_action


def clean(parsed: Namespace) -> int:
    """Clean, undo the last cleaning, or empty the trash; as JSON what was done."""
    action, arguments = clean_action(parsed)
    from duronb.api import retention

    outcome = getattr(retention, action)(**arguments)
    if parsed.json:
        write_json(outcome.to_json())
    else:
        write(str(outcome))
    return 0


COMMANDS = {"clean": Command("Move old runs to the trash of the store.", (*CLEAN, *STORE), clean)}
