"""``duronb history``: a figure over all runs, and what changed."""

from __future__ import annotations

import sys
from argparse import Namespace

from duronb.cli.command import Command, write, write_json
from duronb.options import STORE, Words
from duronb.options.keeping import HISTORY, history_arguments


def history(parsed: Namespace) -> int:
    """Print a history, or as JSON its points, subjects and changes; ``--html`` writes a page as well."""
    from duronb.api.timeline import history as history_of

    found = history_of(**history_arguments(parsed))
    written = None if parsed.html is None else str(found.export(parsed.html).absolute())
    if parsed.json:
        write_json(found.to_json() | ({} if written is None else {"html": written}))
    else:
        write(str(found))
    if written is not None:
        sys.stderr.write(f"duronb: The page is {written}\n")
    return 0


HTML: Words = (
    (("--html",), {"metavar": "PATH", "help": "write a page with the interactive plot, which works offline"}),
)

COMMANDS = {"history": Command("Show a figure over all runs, and what changed.", (*HISTORY, *HTML, *STORE), history)}
