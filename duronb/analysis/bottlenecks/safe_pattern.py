"""Compilation of untrusted regular expressions, which refuses those that could take too long to match.

Python's engine backtracks and has no time limit. With n repeated parts, matching takes time proportional to the n-th
power of the name's length. With nested repetitions the time doubles with every character. Therefore names are cut at
``LONGEST_NAME`` characters, few parts may repeat, and a group that repeats or has alternatives may not be repeated.
"""

from __future__ import annotations

import re
import warnings

LONGEST_NAME = 300
"""Number of characters of a name that are matched."""

LONGEST_PATTERN = 1000
MOST_REPEATS = 2
MOST_OPTIONAL = 6

_QUANTIFIER = re.compile(r"[*+?]|\{\d*,?\d*\}")
_GROUP = re.compile(r"\((?:\?(?::|=|!|<=|<!|P<\w+>))?")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)


def compiled(pattern: str) -> re.Pattern[str]:
    """Compile a regular expression.

    Raises
    ------
    ValueError
        The pattern is not a regular expression, or could take too long to match. The message is a predicate for the
        subject "it", such as "is longer than 1000 characters".
    """
    if len(pattern) > LONGEST_PATTERN:
        raise ValueError(f"is longer than {LONGEST_PATTERN} characters")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            expression = re.compile(pattern)
    except (re.error, Warning, RecursionError, OverflowError) as error:
        raise ValueError(f"is not a regular expression: {error}") from None
    _check(pattern)
    return expression


class _Group:
    """Numbers of repeated and optional parts of a group, or of the entire pattern: the maximum over alternatives."""

    def __init__(self) -> None:
        self.varies = False
        self.repeats = self.optional = 0
        self._most = (0, 0)

    def end_branch(self) -> None:
        """End an alternative. The numbers are maxima, not sums, since a match uses only one alternative."""
        self._most = (max(self._most[0], self.repeats), max(self._most[1], self.optional))
        self.repeats = self.optional = 0

    def end(self) -> None:
        """End the group. Its numbers are those of its worst alternative."""
        self.end_branch()
        self.repeats, self.optional = self._most

    def add(self, inner: _Group) -> None:
        """Add the numbers of a nested group."""
        self.varies |= inner.varies
        self.repeats += inner.repeats
        self.optional += inner.optional


def _check(pattern: str) -> None:
    groups = [_Group()]
    at = 0
    while at < len(pattern):
        letter, closed = pattern[at], None
        if letter == "(":
            groups.append(_Group())
            at = _group_start(pattern, at)
            continue
        if letter == "|":
            groups[-1].varies = True
            groups[-1].end_branch()
            at += 1
            continue
        if letter == ")":
            closed = groups.pop()
            closed.end()
        at = _atom_end(pattern, at)
        if (quantifier := _QUANTIFIER.match(pattern, at)) is not None and quantifier[0] not in {"{}", "{,}"}:
            _repeat(groups[-1], closed, quantifier[0])
            at = quantifier.end()
            # A following ? or + makes the quantifier lazy or possessive.
            at += at < len(pattern) and pattern[at] in "?+"
        if closed is not None:
            groups[-1].add(closed)
    groups[0].end()
    if groups[0].repeats > MOST_REPEATS or groups[0].optional > MOST_OPTIONAL:
        raise ValueError(f"repeats more than {MOST_REPEATS} parts, or has more than {MOST_OPTIONAL} optional ones")


def _group_start(pattern: str, at: int) -> int:
    match = _GROUP.match(pattern, at)
    if match is None or pattern.startswith("?", match.end()):
        raise ValueError("has flags, or a kind of group that is not allowed here")
    return match.end()


def _atom_end(pattern: str, at: int) -> int:
    if pattern[at] == "\\":
        if pattern[at + 1] in "123456789":
            raise ValueError("refers back to a group")
        return at + 2
    match = _CLASS.match(pattern, at)
    return at + 1 if match is None else match.end()


def _repeat(around: _Group, closed: _Group | None, quantifier: str) -> None:
    if quantifier == "?":
        around.optional += 1
    else:
        if closed is not None and closed.varies:
            raise ValueError("repeats a group that itself repeats, has alternatives or optional parts")
        around.repeats += 1
    around.varies = True
