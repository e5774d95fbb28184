"""The words of a profile command."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from duronb.errors import RequestError
from duronb.options.words import Words, shell_words
from duronb.quoting import quoted

PROFILE: Words = (
    (("seconds",), {"nargs": "?", "metavar": "SECONDS", "help": "length of each stage, 1 to 86400; 30 when left out"}),
    (("label",), {"nargs": "?", "metavar": "LABEL", "help": "name of the series of runs; 'profile' when left out"}),
    (("--repo",), {"metavar": "PATH", "help": "a Duroxide checkout; the working directory when it is one"}),
    (("--ref",), {"metavar": "REF", "help": "a git branch, tag or commit of the checkout, without touching its files"}),
    (("--release",), {"metavar": "VERSION", "help": "a published version such as 0.1.32, or 'latest'"}),
    (("--bin",), {"metavar": "NAME", "help": "another binary of the checkout than its stress test"}),
    (("--example",), {"metavar": "NAME", "help": "an example of the checkout, run again and again for SECONDS"}),
    (("--args",), {"metavar": '"ARGS"', "help": "arguments for the workload, quoted as one word"}),
    (("--stages",), {"metavar": "A,B", "help": "stages of the bundled workload, such as memory:1/1,file:2/2"}),
    (("--frequency",), {"metavar": "HZ", "help": "samples per second of CPU time and thread; 999 when left out"}),
    (("--call-graph",), {"metavar": "fp|dwarf", "help": "how stacks are walked: frame pointers, or DWARF (large)"}),
    (("--engine",), {"metavar": "auto|docker|native|embedded", "help": "where the workload runs"}),
    (("--rebuild",), {"action": "store_true", "help": "build from scratch, image included"}),
)


def profile_arguments(parsed: Namespace) -> dict[str, Any]:
    """Turn parsed words into keywords of ``duronb.profile``; what was not given is left to its defaults.

    Values are passed on as they were typed: ``ProfileRequest`` checks them and words the message.
    """
    given: dict[str, Any] = {
        "seconds": parsed.seconds,
        "label": parsed.label,
        "repo": parsed.repo,
        "ref": parsed.ref,
        "release": parsed.release,
        "bin": parsed.bin,
        "example": parsed.example,
        "args": None if parsed.args is None else _workload_arguments(parsed.args),
        "stages": None if parsed.stages is None else tuple(name for name in parsed.stages.split(",") if name),
        "frequency_hz": parsed.frequency,
        "call_graph": parsed.call_graph,
        "engine": parsed.engine,
        "rebuild": parsed.rebuild or None,
        "store": parsed.store,
    }
    return {name: value for name, value in given.items() if value is not None}


def _workload_arguments(text: str) -> tuple[str, ...]:
    try:
        return tuple(shell_words(text))
    except ValueError:
        raise RequestError(f"A quote in --args {quoted(text)} is not closed.", "Close it.") from None
