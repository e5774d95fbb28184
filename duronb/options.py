"""The words of a profile command: one table for the magic and the command line, and how a line splits into words."""

from __future__ import annotations

import os
import re
import shlex
from argparse import Namespace
from collections.abc import Sequence
from typing import Any

from duronb.errors import RequestError
from duronb.request import shown

Words = tuple[tuple[tuple[str, ...], dict[str, Any]], ...]
"""Names and keywords of ``ArgumentParser.add_argument`` and of IPython's ``argument``, in the order of the help."""

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

STORE: Words = ((("--store",), {"metavar": "URL", "help": "where runs are kept; DURONB_STORE or profiling/results"}),)


def split(line: str) -> list[str]:
    """Split a magic's line into words; quotes group, and a comment after `` # `` is left out.

    Raises
    ------
    RequestError
        A quote is not closed.
    """
    for comment in re.finditer(r"(?:^|\s)#(?=\s|$)", line):
        try:
            return _words(line[: comment.start()])
        except ValueError:
            continue  # the mark stands within quotes
    try:
        return _words(line)
    except ValueError:
        raise RequestError(f"A quote in {shown(line)} is not closed.", "Close it.") from None


def join_workload_arguments(words: Sequence[str]) -> list[str]:
    """Bind the word after ``--args`` to it, because argparse takes ``--args --verbose`` for two options."""
    joined: list[str] = []
    rest = iter(words)
    for word in rest:
        value = next(rest, None) if word == "--args" else None
        joined.append(word if value is None else f"--args={value}")
    return joined


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
        return tuple(_words(text))
    except ValueError:
        raise RequestError(f"A quote in --args {shown(text)} is not closed.", "Close it.") from None


def _words(text: str) -> list[str]:
    lexer = shlex.shlex(text, posix=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    if os.name == "nt":
        lexer.escape = ""  # a backslash separates folders there
    return list(lexer)
