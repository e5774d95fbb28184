"""``duronb bisect``: the first slower commit or release."""

from __future__ import annotations

import re
import sys
from argparse import Namespace

from duronb.cli.command import Command, write, write_json
from duronb.errors import RequestError
from duronb.options import STORE, Words
from duronb.quoting import quoted
from duronb.views.progress.terminal import TerminalProgress

_INTERRUPTED = 130
_UNDECIDED = 3


def bisect(parsed: Namespace) -> int:
    """Search; as JSON the result with every look. Fails with 3 where the answer is not one revision."""
    from duronb.api.bisection import bisect as search

    options = {
        "repo": parsed.repo,
        "blocks": _whole("--blocks", parsed.blocks, 1000),
        "seconds": parsed.seconds,
        "stages": tuple(name for name in parsed.stages.split(",") if name),
        "metric": parsed.metric,
        "margin": _percent(parsed.margin),
        "looks": _whole("--looks", parsed.looks, 10),
        "engine": parsed.engine,
        "frequency_hz": parsed.frequency,
        "store": parsed.store,
    }
    try:
        with TerminalProgress() as progress:
            found = search(parsed.good, parsed.bad, **options, on_event=progress)
    except KeyboardInterrupt:
        sys.stderr.write("duronb: Interrupted; the same command goes on with what was recorded.\n")
        return _INTERRUPTED
    if parsed.json:
        write_json(found.to_json())
    else:
        write(str(found))
    return 0 if found.first_slower is not None else _UNDECIDED


def _whole(option: str, text: str, high: int) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:12]) <= high:
        raise RequestError(f"{option} cannot be {quoted(text)}.", f"Give a whole number from 1 to {high}.")
    return int(text)


def _percent(text: str) -> float:
    if not re.fullmatch(r"\d{1,3}(?:\.\d{1,6})?", text, re.ASCII) or not 0 < float(text) < 100:
        raise RequestError(f"--margin cannot be {quoted(text)}.", "Give a number of percent between 0 and 100.")
    return float(text)


_WORDS: Words = (
    (("good",), {"metavar": "GOOD", "help": "a git ref, or a release, that is fast"}),
    (("bad",), {"metavar": "BAD", "help": "a later one that is slow"}),
    (("--repo",), {"metavar": "PATH", "help": "the checkout; the working directory's when left out"}),
    (("--blocks",), {"metavar": "N", "default": "5", "help": "pairs of runs for each revision; 5 when left out"}),
    (("--seconds",), {"metavar": "S", "default": "10", "help": "length of each stage; 10 when left out"}),
    (("--stages",), {"metavar": "A,B", "default": "file:2/2", "help": "stages to run; file:2/2 when left out"}),
    (("--metric",), {"metavar": "NAME", "default": "window_rate", "help": "what is slower; the window rate"}),
    (("--margin",), {"metavar": "PERCENT", "default": "5", "help": "a change that is surely smaller is none; 5"}),
    (("--looks",), {"metavar": "N", "default": "3", "help": "how often blocks are added to an inconclusive one; 3"}),
    (("--engine",), {"metavar": "auto|docker|native|embedded", "default": "auto", "help": "where the workload runs"}),
    (("--frequency",), {"metavar": "HZ", "default": "999", "help": "samples per second of CPU time and thread"}),
)

COMMANDS = {
    "bisect": Command(
        "Find the first slower commit between two, or release, by A/B at the midpoints.", (*_WORDS, *STORE), bisect
    )
}
