"""``duronb report``: write one HTML page about a run, the runs of a label, or the comparison of two labels."""

from __future__ import annotations

from duronb.cli import exit_codes
from duronb.cli.command import Asked, Command, write, write_json
from duronb.cli.paths import check_directory
from duronb.options.comparing import REPORT


def report(asked: Asked) -> int:
    """Write a report, and print its path; JSON: ``{"runs": [id, …], "written": path}``."""
    from duronb import api

    path = asked.given.get("path")
    if isinstance(path, str):
        check_directory(path)
    written, runs = asked.call.of(api.report)
    if asked.json:
        write_json({"runs": [run.id for run in runs], "written": str(written.absolute())})
    else:
        write(str(written.absolute()))
    return exit_codes.OK


COMMAND = Command(REPORT, report)
