"""``duronb ab``: two sides in interleaved blocks, compared."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import Any

from duronb.cli.command import Command, write, write_json
from duronb.errors import RequestError
from duronb.options import STORE, Words
from duronb.request import shown
from duronb.views.progress_terminal import TerminalProgress

_INTERRUPTED = 130
_MOST = 1000
_OF_A_NEW_ONE = (
    *("seconds", "blocks", "stages", "repo", "labels", "before_options", "after_options"),
    *("engine", "frequency", "call_graph"),
)


def ab(parsed: Namespace) -> int:
    """Record and compare; as JSON ``{"series": id, "interrupted": …, "runs": [id, …], "comparison": {…}}``."""
    from duronb.api.ab import ab_requests, compare_series, extend_series, record_series
    from duronb.api.stores import store_for

    store = store_for(parsed.store, parsed.repo)
    seed = None if parsed.seed is None else _whole("--seed", parsed.seed, 0, 2**32 - 1)
    with TerminalProgress() as progress:
        if parsed.more is not None:
            more = _whole("--more", parsed.more, 1, _MOST)
            _check_more(parsed)
            series = extend_series(store, parsed.before or "last", more, seed=seed, on_event=progress)
        else:
            blocks = _whole("--blocks", parsed.blocks or "5", 1, _MOST)
            if parsed.before is None or parsed.after is None:
                raise RequestError("An A/B has two sides.", "Give two: releases, refs, '.', or paths.")
            requests = ab_requests(parsed.before, parsed.after, **_options(parsed))
            series = record_series(store, requests, blocks, seed=seed, on_event=progress)
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


def _options(parsed: Namespace) -> dict[str, Any]:
    given = {
        "repo": parsed.repo,
        "labels": None if parsed.labels is None else tuple(parsed.labels.split(",")),
        "before_options": parsed.before_options,
        "after_options": parsed.after_options,
        "seconds": parsed.seconds or "10",
        "stages": None if parsed.stages is None else tuple(name for name in parsed.stages.split(",") if name),
        "engine": parsed.engine,
        "frequency_hz": parsed.frequency,
        "call_graph": parsed.call_graph,
        "rebuild": parsed.rebuild or None,
    }
    return {name: value for name, value in given.items() if value is not None}


def _check_more(parsed: Namespace) -> None:
    if parsed.after is not None:
        raise RequestError("--more adds to a stored series, whose sides are known.", "Give its id, or 'last'.")
    for name in _OF_A_NEW_ONE:
        if getattr(parsed, name) is not None:
            option = name.replace("_", "-")
            raise RequestError(f"--{option} is that of the series, to which --more adds.", f"Drop --{option}.")


def _whole(option: str, text: str, low: int, high: int) -> int:
    if not text.isascii() or not text.isdigit() or not low <= int(text[:12]) <= high:
        raise RequestError(f"{option} cannot be {shown(text)}.", f"Give a whole number from {low} to {high}.")
    return int(text)


_SIDES: Words = (
    (
        ("before",),
        {
            "nargs": "?",
            "metavar": "A",
            "help": "a release, '.' for the checkout's files, a git ref, PATH or PATH@REF; with --more a series' id",
        },
    ),
    (("after",), {"nargs": "?", "metavar": "B", "help": "the other side, written likewise"}),
)
_BLOCKS: Words = (
    (("--blocks",), {"metavar": "N", "help": "pairs of runs, after one warm-up each; 5 when left out"}),
    (("--seconds",), {"metavar": "S", "help": "length of each stage; 10 when left out"}),
    (("--stages",), {"metavar": "A,B", "help": "stages of the bundled workload, such as file:2/2"}),
    (("--repo",), {"metavar": "PATH", "help": "the checkout that refs belong to; the working directory's"}),
    (("--engine",), {"metavar": "auto|docker|native|embedded", "help": "where the workload runs"}),
    (("--frequency",), {"metavar": "HZ", "help": "samples per second of CPU time and thread; 999 when left out"}),
    (("--call-graph",), {"metavar": "fp|dwarf", "help": "how stacks are walked: frame pointers, or DWARF (large)"}),
)
_AB: Words = (
    (("--more",), {"metavar": "N", "help": "add N blocks to a stored series, which is then tested more strictly"}),
    (("--labels",), {"metavar": "A,B", "help": "labels of the runs; the releases or refs when left out"}),
    (("--before-options",), {"metavar": '"OPTIONS"', "help": "options of profile for the first side alone"}),
    (("--after-options",), {"metavar": '"OPTIONS"', "help": "options of profile for the second side alone"}),
    (("--seed",), {"metavar": "N", "help": "of the order within the blocks; drawn when left out"}),
    (("--force",), {"action": "store_true", "help": "compare although conditions differ"}),
    (("--rebuild",), {"action": "store_true", "help": "build both sides from scratch"}),
)

COMMANDS = {
    "ab": Command(
        "Run two releases, refs or option sets in interleaved blocks, and compare them.",
        (*_SIDES, *_BLOCKS, *_AB, *STORE),
        ab,
    )
}
