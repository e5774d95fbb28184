"""The words of an A/B."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from duronb.errors import RequestError
from duronb.options.words import Words
from duronb.quoting import quoted

_MOST = 1000
_OF_A_NEW_ONE = (
    *("seconds", "blocks", "stages", "repo", "labels", "before_options", "after_options"),
    *("engine", "frequency", "call_graph"),
)

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
_MORE: Words = (
    (("--more",), {"metavar": "N", "help": "add N blocks to a stored series, which is then tested more strictly"}),
    (("--labels",), {"metavar": "A,B", "help": "labels of the runs; the releases or refs when left out"}),
    (("--before-options",), {"metavar": '"OPTIONS"', "help": "options of profile for the first side alone"}),
    (("--after-options",), {"metavar": '"OPTIONS"', "help": "options of profile for the second side alone"}),
    (("--seed",), {"metavar": "N", "help": "of the order within the blocks; drawn when left out"}),
    (("--force",), {"action": "store_true", "help": "compare although conditions differ"}),
    (("--rebuild",), {"action": "store_true", "help": "build both sides from scratch"}),
)

AB: Words = (*_SIDES, *_BLOCKS, *_MORE)


def ab_arguments(parsed: Namespace) -> dict[str, Any]:
    """Turn parsed words into keywords of ``duronb.ab``; what was not given is left to its defaults.

    Raises
    ------
    RequestError
        A number is none, a side is missing, or ``--more`` is given with what only a new series has.
    """
    more = None if parsed.more is None else _whole("--more", parsed.more, 1, _MOST)
    given: dict[str, Any] = {
        "before": parsed.before,
        "after": parsed.after,
        "more": more,
        "seed": None if parsed.seed is None else _whole("--seed", parsed.seed, 0, 2**32 - 1),
        "force": parsed.force or None,
        "store": parsed.store,
    }
    if more is not None:
        _check_more(parsed)
    else:
        if parsed.before is None or parsed.after is None:
            raise RequestError("An A/B has two sides.", "Give two: releases, refs, '.', or paths.")
        given |= side_arguments(parsed) | {"blocks": _whole("--blocks", parsed.blocks or "5", 1, _MOST)}
    return {name: value for name, value in given.items() if value is not None}


def side_arguments(parsed: Namespace) -> dict[str, Any]:
    """Return what the runs of both sides share, and the options of either."""
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
        raise RequestError(f"{option} cannot be {quoted(text)}.", f"Give a whole number from {low} to {high}.")
    return int(text)
