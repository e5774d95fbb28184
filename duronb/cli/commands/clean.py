"""``duronb clean``: move old runs to the trash, restore them, or empty the trash."""

from __future__ import annotations

from duronb.cli import exit_codes
from duronb.cli.command import Asked, Command, write, write_json
from duronb.options.keeping import CLEAN


def clean(asked: Asked) -> int:
    """Run one form of the command, and print what was done or would be done."""
    from duronb.api.retention import cleaning

    outcome = asked.call.of(cleaning(asked.call.function))
    if asked.json:
        write_json(outcome.to_json())
    else:
        write(str(outcome))
    return exit_codes.OK


COMMAND = Command(CLEAN, clean)
