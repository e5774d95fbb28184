"""``duronb history``: show a metric over all comparable runs."""

from __future__ import annotations

import sys

from duronb.cli import exit_codes
from duronb.cli.command import Asked, Command, write, write_json
from duronb.options.comparing import HISTORY


def history(asked: Asked) -> int:
    """Print a history; JSON: its points, subjects and level changes. ``--html`` also writes a page."""
    from duronb import api

    found = asked.call.of(api.history)
    html = asked.text("html")
    written = None if html is None else str(found.export(html).absolute())
    if asked.json:
        write_json(found.to_json() | ({} if written is None else {"html": written}))
    else:
        write(str(found))
    if written is not None:
        sys.stderr.write(f"duronb: The page was written to {written}\n")
    return exit_codes.OK


COMMAND = Command(HISTORY, history)
