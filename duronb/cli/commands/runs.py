"""``duronb runs``: list the stored runs."""

from __future__ import annotations

from duronb.cli import exit_codes
from duronb.cli.command import Asked, Command, write, write_json
from duronb.cli.facts import run_facts
from duronb.options.stored import RUNS


def runs(asked: Asked) -> int:
    """Print the stored runs as a table; JSON: ``{"runs": [run, …]}``."""
    from duronb import api

    found = asked.call.of(api.runs)
    if asked.json:
        write_json({"runs": [run_facts(run) for run in found]})
    else:
        write(found.text(None) if asked.flag("all") else str(found))
    return exit_codes.OK


COMMAND = Command(RUNS, runs)
