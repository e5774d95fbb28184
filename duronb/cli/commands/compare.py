"""``duronb compare``: compare two groups of runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from duronb.cli import exit_codes
from duronb.cli.command import Asked, Command, write, write_json
from duronb.cli.paths import check_directory
from duronb.errors import DuronbError
from duronb.options.comparing import COMPARE

if TYPE_CHECKING:
    from duronb.results.comparison import Comparison


def compare(asked: Asked) -> int:
    """Print the comparison; JSON: the comparison with ``differential`` and ``report``.

    The exit status is that of wrong usage if the runs are not comparable and ``--force`` is not given.
    """
    from duronb import api

    html = asked.text("html")
    if html is not None:
        check_directory(html)
    comparison = asked.call.of(api.compare)
    page = None if html is None else str(comparison.report(html).absolute())
    if asked.json:
        write_json(comparison.to_json() | {"differential": _differential_json(comparison), "report": page})
    else:
        blocks = [str(comparison), comparison.functions_text(), "" if page is None else f"Report   {page}"]
        write("\n\n".join(block for block in blocks if block))
    return exit_codes.USAGE if comparison.verdict == "not comparable" else exit_codes.OK


def _differential_json(comparison: Comparison) -> dict[str, Any] | None:
    if not comparison.has_samples:
        return None
    try:
        return comparison.differential().to_json()
    except DuronbError as error:
        return {"error": str(error)}


COMMAND = Command(COMPARE, compare)
