"""``duronb ab``: two sides in interleaved blocks, compared."""

from __future__ import annotations

import sys
from argparse import Namespace

from duronb.cli.command import Command, write, write_json
from duronb.options import STORE
from duronb.options.interleaving import AB, ab_arguments, side_arguments
from duronb.views.progress.terminal import TerminalProgress

_INTERRUPTED = 130


def ab(parsed: Namespace) -> int:
    """Record and compare; as JSON ``{"series": id, "interrupted": …, "runs": [id, …], "comparison": {…}}``."""
    from duronb.api.interleaved import ab_requests, compare_series, extend_series, record_series
    from duronb.api.stores import store_for

    store = store_for(parsed.store, parsed.repo)
    asked = ab_arguments(parsed)
    seed = asked.get("seed")
    with TerminalProgress() as progress:
        if "more" in asked:
            series = extend_series(store, asked.get("before", "last"), asked["more"], seed=seed, on_event=progress)
        else:
            requests = ab_requests(asked["before"], asked["after"], **side_arguments(parsed))
            series = record_series(store, requests, asked["blocks"], seed=seed, on_event=progress)
    if series.interrupted:
        sys.stderr.write(f"duronb: Interrupted; what was recorded is kept. Go on: duronb ab --more N {series.id}\n")
    comparison = None
    if series.pairs[0] or not series.interrupted:
        force = parsed.force or bool(parsed.before_options or parsed.after_options)
        comparison = compare_series(store, series, force=force)
    if parsed.json:
        write_json(
            {
                "series": series.id,
                "interrupted": series.interrupted,
                "runs": [run.id for run in series.runs],
                "comparison": None if comparison is None else comparison.to_json(),
            }
        )
    elif comparison is not None:
        write(str(comparison))
        write(f"Series   {series.id}")
    return _INTERRUPTED if series.interrupted else 0


COMMANDS = {
    "ab": Command(
        "Run two releases, refs or option sets in interleaved blocks, and compare them.",
        (*AB, *STORE),
        ab,
    )
}
