"""``duronb ab``: run two sides in interleaved blocks, and compare them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from duronb.cli import exit_codes
from duronb.cli.command import Asked, Command, write, write_json
from duronb.options.interleaving import AB
from duronb.options.remedy import command
from duronb.views.progress.terminal import TerminalProgress

if TYPE_CHECKING:
    from duronb.results.comparison import Comparison


def ab(asked: Asked) -> int:
    """Record the blocks, and print the comparison.

    JSON: ``{"series": id, "interrupted": …, "ended": …, "runs": [id, …], "comparison": {…}}``.
    """
    from duronb import api
    from duronb.api.interleaved import NoCompleteBlockError

    comparison: Comparison | None = None
    with TerminalProgress() as progress:
        try:
            comparison = asked.call.of(api.ab, on_event=progress)
        except NoCompleteBlockError as error:
            if not error.series.interrupted:
                raise
            series = error.series
    if comparison is not None:
        assert comparison.series is not None
        series = comparison.series
    if series.interrupted:
        more = command("ab", "--more", "N", series.id)
        sys.stderr.write(f"duronb: Interrupted; the recorded runs are kept. Record more blocks: {more}\n")
    if asked.json:
        write_json(
            {
                "series": series.id,
                "interrupted": series.interrupted,
                "ended": series.ended or None,
                "runs": [run.id for run in series.runs],
                "comparison": None if comparison is None else comparison.to_json(),
            }
        )
    elif comparison is not None:
        write(str(comparison))
        write(f"Series   {series.id}")
    return exit_codes.INTERRUPTED if series.interrupted else exit_codes.OK


COMMAND = Command(AB, ab)
