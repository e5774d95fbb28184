"""Lines of a workload's log: removal of colours, and parsing of the tracing prefix."""

from __future__ import annotations

import re
from calendar import timegm
from functools import lru_cache
from typing import NamedTuple

LONGEST_LINE = 8192
"""Number of bytes of a line that are parsed. No known line is longer."""

QUIET_LEVELS = frozenset({"TRACE", "DEBUG"})
"""Levels that no version of the stress test uses for its results."""

_SILENT_LEVELS = frozenset({None, "ERROR"})
_OTHER_TARGETS = ("duronb", "sqlx")

_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
# A colour sequence that lost its escape character in a clipboard.
_LOST_COLOUR = re.compile(r"(?:(?<!\w)|\[0m)(?:\[\d{1,2}(?:;\d{1,2})*m)+|\[0m")
# A list of allowed targets, so that `Launched: 5` is not parsed as a target.
_TARGET = (
    r"(?:[a-z_]\w*(?:::\w+)+|duroxide\w*|duronb\w*|sqlx\w*|parallel_orchestrations|large_payload_stress|pg_stress"
    r"|sqlite_stress)"
)
_PREFIX = re.compile(
    r"\s*(?:(?P<stamp>(?:\d{4}-\d\d-\d\dT)?(?:\d\d:)?\d\d:\d\d\.\d{1,9}Z)\s+)?"
    r"(?:(?P<level>TRACE|DEBUG|INFO|WARN|ERROR)(?:\s+|$))?(?:(?P<target>" + _TARGET + r"):(?:\s|$))?"
)
_QUIET = re.compile(
    rb"(?:\x1b?\[2m)?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}Z(?:\x1b?\[0m)? {1,2}(?:\x1b?\[\d{1,2}m)?"
    rb"(?:DEBUG|TRACE)[\x1b\[ ]"
)


class LogLine(NamedTuple):
    """One line without its prefix.

    Parameters
    ----------
    time
        Unix time; ``None`` if the prefix has no complete time stamp.
    level
        Level such as ``INFO``; ``None`` if the prefix has none.
    target
        Name of the module that wrote the line; ``None`` if the prefix has none.
    prefixed
        Whether the line has a tracing prefix.
    message
        The remaining text, without colours and white space at both ends.
    """

    time: float | None
    level: str | None
    target: str | None
    prefixed: bool
    message: str


def split_line(raw: bytes) -> LogLine:
    """Return a line without colours, split into prefix and message."""
    text = raw[:LONGEST_LINE].decode("utf-8", "replace")
    if "\x1b" in text:
        text = _COLOUR.sub("", text)
    if "[" in text:
        text = _LOST_COLOUR.sub("", text)
    match = _PREFIX.match(text)
    assert match is not None  # every part of it is optional
    stamp, level = match["stamp"], match["level"]
    time = _unix_time(stamp) if stamp is not None else None
    prefixed = stamp is not None or level is not None
    return LogLine(time, level, match["target"], prefixed, text[match.end() :].strip())


def shows_warnings(line: LogLine) -> bool:
    """Return whether a line proves that the runtime's warnings are written to the log.

    The levels of a log are filtered, and a program may write none at all. A line of a lower level than ``ERROR`` proves
    that warnings pass the filter, unless it is of a module that has a filter of its own.
    """
    return line.level not in _SILENT_LEVELS and not (line.target or "").startswith(_OTHER_TARGETS)


def is_chatter(raw: bytes) -> bool:
    """Return whether a line certainly contains nothing about stages, locks or orchestrations.

    The test uses only the bytes and takes a microsecond.
    """
    return (
        _QUIET.match(raw) is not None
        # Names of columns contain "locked" too.
        and (b"locked" not in raw or (b"is locked" not in raw and b"is deadlocked" not in raw))
        and b"SQLITE_BUSY" not in raw
        and b" Orchestration " not in raw
    )


def _unix_time(stamp: str) -> float | None:
    """Return the Unix time of a time stamp such as ``2026-11-22T21:12:06.004404Z``; ``None`` if it lacks its date."""
    minute = _minute(stamp[:16])
    return None if minute is None or len(stamp) < 20 else minute + float(stamp[17:-1])


@lru_cache(maxsize=64)
def _minute(stamp: str) -> int | None:
    """Return the Unix time of a minute such as ``2026-11-22T21:12``; cached, since consecutive lines share it."""
    try:
        year, month, day, hour, minute = (int(stamp[a:b]) for a, b in ((0, 4), (5, 7), (8, 10), (11, 13), (14, 16)))
    except ValueError:
        return None
    if not (1970 <= year <= 2500 and 1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60):
        return None
    return timegm((year, month, day, hour, minute, 0, 0, 0, 0))
