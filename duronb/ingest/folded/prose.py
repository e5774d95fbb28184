"""Distinguishes the names of frames from sentences: prose with semicolons and numbers has the form of folded stacks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from duronb.ingest.folded.tree import SEPARATOR

MOST_WORDS = 3.0
"""Mean number of words of a frame above which stacks are prose. Names of functions have 1.0 to 1.5."""

_STACKS = 1000
_BRACKETS = re.compile(rb"<[^<>]*>|\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}")
_DEPTH = 4
_LINK_WORDS = 10


def is_prose(stacks: Iterable[bytes]) -> bool:
    """Return whether stacks are prose, from the first 1,000 of them.

    Parameters
    ----------
    stacks
        Complete stacks, prepared for sorting. Arguments, type parameters and other text in brackets are not counted.
    """
    words = frames = 0
    for stack in islice(stacks, _STACKS):
        for frame in stack.split(SEPARATOR):
            if frame:
                frames += 1
                words += _words(frame)
    return words > MOST_WORDS * frames


def _words(frame: bytes) -> int:
    if b" " not in frame and b"://" not in frame:
        return 1
    for _level in range(_DEPTH):
        shorter = _BRACKETS.sub(b"", frame)
        if shorter == frame:
            break
        frame = shorter
    return len(frame.split()) + _LINK_WORDS * frame.count(b"://")
