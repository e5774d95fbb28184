"""``duronb report``: one HTML page of a run, of a label's runs, or of two labels compared."""

from __future__ import annotations

from argparse import Namespace

from duronb.cli.command import Command, write, write_json
from duronb.cli.compare import check_directory
from duronb.options import STORE, Words

_RUNS: Words = (
    (("runs",), {"nargs": "+", "metavar": "RUN", "help": "a label (all of its runs), a tag, an id or a path"}),
    (("-o", "--output"), {"metavar": "PATH", "help": "where; called after the runs when left out"}),
    (("--force",), {"action": "store_true", "help": "compare two labels although conditions differ"}),
)


def report(parsed: Namespace) -> int:
    """Write a report; as JSON ``{"runs": [id, …], "written": path}``."""
    from duronb.api.comparison import report as write_report

    if parsed.output is not None:
        check_directory(parsed.output)
    path, runs = write_report(parsed.runs, parsed.output, force=parsed.force, store=parsed.store)
    if parsed.json:
        write_json({"runs": [run.id for run in runs], "written": str(path.absolute())})
    else:
        write(str(path.absolute()))
    return 0


COMMANDS = {
    "report": Command("Write one HTML page of runs that opens offline and prints.", (*_RUNS, *STORE), report),
}
