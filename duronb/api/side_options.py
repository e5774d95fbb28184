"""Options of one side of an A/B, written as on the command line."""

from __future__ import annotations

import argparse
from typing import Any, NoReturn

from duronb.errors import RequestError
from duronb.options import PROFILE, join_workload_arguments, profile_arguments, split
from duronb.quoting import quoted


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise RequestError(f"The options of a side cannot be read: {message}.", "They are those of 'duronb profile'.")


def option_fields(line: str) -> dict[str, Any]:
    """Turn a line such as ``--args '7' --stages file:2/2`` into fields of a request.

    Raises
    ------
    RequestError
        A word is no option of ``duronb profile``.
    """
    parser = _Parser(prog="options", add_help=False, allow_abbrev=False)
    for names, keywords in PROFILE:
        if names[0].startswith("--"):
            parser.add_argument(*names, **keywords)
    parsed, rest = parser.parse_known_args(join_workload_arguments(split(line)))
    if rest:
        raise RequestError(f"{quoted(rest[0])} is not an option of a side.", "They are those of 'duronb profile'.")
    # SECONDS and LABEL belong to both sides; profile_arguments reads them all the same.
    parsed.seconds = parsed.label = parsed.store = None
    return profile_arguments(parsed)
