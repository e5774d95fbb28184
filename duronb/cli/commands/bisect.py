"""``duronb bisect``: find the first slower commit or release."""

from __future__ import annotations

import sys

from duronb.cli import exit_codes
from duronb.cli.command import Asked, Command, write, write_json
from duronb.options.interleaving import BISECT
from duronb.views.progress.terminal import TerminalProgress


def bisect(asked: Asked) -> int:
    """Search, and print the result; JSON: the result with every look. Exit status 3 if no single revision was found."""
    from duronb import api

    try:
        with TerminalProgress() as progress:
            found = asked.call.of(api.bisect, on_event=progress)
    except KeyboardInterrupt:
        sys.stderr.write("duronb: Interrupted; the recorded runs are kept. The same command resumes the search.\n")
        return exit_codes.INTERRUPTED
    if asked.json:
        write_json(found.to_json())
    else:
        write(str(found))
    return exit_codes.OK if found.first_slower is not None else exit_codes.UNDECIDED


COMMAND = Command(BISECT, bisect)
