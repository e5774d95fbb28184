"""``duronb profile``: build, run and sample a workload, and store the run."""

from __future__ import annotations

import sys

from duronb.cli import exit_codes
from duronb.cli.command import Asked, Command, write, write_json
from duronb.cli.desktop import open_in_browser
from duronb.cli.facts import picture_of, run_facts
from duronb.options.profiling import PROFILE
from duronb.views.progress.terminal import TerminalProgress


def profile(asked: Asked) -> int:
    """Record a run, and print it; JSON: its ``run.json`` with ``location`` and ``picture``."""
    from duronb import api

    with TerminalProgress() as progress:
        run = asked.call.of(api.profile, on_event=progress)
    picture = picture_of(run)
    if asked.json:
        write_json(run_facts(run))
    else:
        write(str(run))  # includes the path of the picture
    if run.status == "interrupted":
        sys.stderr.write(f"duronb: Interrupted; what was captured is kept as {run.id}.\n")
    if asked.flag("open") and picture is not None:
        sys.stdout.flush()
        open_in_browser(picture)
    return exit_codes.OF_RUN[run.status]


COMMAND = Command(PROFILE, profile)
