"""``duronb import``: store the runs in a file that was recorded elsewhere."""

from __future__ import annotations

from duronb.cli import exit_codes
from duronb.cli.command import Asked, Command, write, write_json
from duronb.cli.facts import run_facts
from duronb.options.stored import IMPORT
from duronb.views.progress.terminal import TerminalProgress


def import_(asked: Asked) -> int:
    """Store the contents of a file as runs, and print them; JSON: one run, or ``{"runs": […]}`` for several."""
    from duronb import api

    with TerminalProgress() as progress:
        found = asked.call.of(api.import_results, on_event=progress)
    one = found[0] if len(found) == 1 else None
    if asked.json:
        write_json(run_facts(one) if one is not None else {"runs": [run_facts(run) for run in found]})
    else:
        write(str(found) if one is None else str(one))
    return exit_codes.OK


COMMAND = Command(IMPORT, import_)
