"""``duronb compare``: a verdict per stage, and what it rests on."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duronb.cli.command import Command, write, write_json
from duronb.errors import DuronbError, RequestError
from duronb.options import STORE, Words
from duronb.options.comparing import COMPARE, SIDES, compare_arguments
from duronb.quoting import quoted

if TYPE_CHECKING:
    from duronb.results.comparison import Comparison

HTML: Words = ((("--html",), {"metavar": "PATH", "help": "write a report: one page that opens offline"}),)


def compare(parsed: Namespace) -> int:
    """Print the comparison, or its object with ``differential`` and ``report``.

    Returns 2 where the runs are not comparable and ``--force`` is not given.
    """
    comparison = comparison_of(parsed)
    page = None if parsed.html is None else str(comparison.report(parsed.html).absolute())
    if parsed.json:
        write_json(comparison.to_json() | {"differential": _differential_json(comparison), "report": page})
    else:
        blocks = [str(comparison), comparison.functions_text(), "" if page is None else f"Report   {page}"]
        write("\n\n".join(block for block in blocks if block))
    return RequestError.exit_code if comparison.verdict == "not comparable" else 0


def _differential_json(comparison: Comparison) -> dict[str, Any] | None:
    if not comparison.has_samples:
        return None
    try:
        return comparison.differential().to_json()
    except DuronbError as error:
        return {"error": str(error)}


def comparison_of(parsed: Namespace) -> Comparison:
    """Compare what was typed."""
    from duronb.api.comparison import compare as compare_sides

    if parsed.html is not None:
        check_directory(parsed.html)
    return compare_sides(**compare_arguments(parsed, parsed.before, parsed.after))


def check_directory(path: str) -> None:
    """Raise RequestError where a file cannot be in its directory, before anything is computed."""
    if path != "-" and not Path(path).expanduser().absolute().parent.is_dir():
        raise RequestError(f"{quoted(path)} is in no directory that exists.", "Make it, or give another path.")


COMMANDS = {
    "compare": Command(
        "Compare two groups of runs: a verdict per stage, and what it rests on.",
        (*SIDES, *COMPARE, *HTML, *STORE),
        compare,
    ),
}
