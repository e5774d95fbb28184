"""Lines of a workload's log: the prefix that tracing puts in front, the colours, the time."""

from __future__ import annotations

import re
from calendar import timegm
from functools import lru_cache
from typing import NamedTuple

LONGEST_LINE = 8192
"""Characters of a line that are looked at; nothing of interest is longer."""

QUIET_LEVELS = frozenset({"TRACE", "DEBUG"})
"""Levels at which no version of the stress test says anything itself."""

_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
# With its escape character lost on the way through a clipboard.
_LOST_COLOUR = re.compile(r"(?:(?<!\w)|\[0m)(?:\[\d{1,2}(?:;\d{1,2})*m)+|\[0m")
# An allow-list of targets, for `Launched: 5` must not look like one.
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
        Unix time; ``None`` where the prefix has no whole time stamp.
    level
        As tracing printed it, such as ``INFO``.
    prefixed
        Tracing printed it.
    message
        What is left, colours and white space at both ends removed.
    """

    time: float | None
    level: str | None
    prefixed: bool
    message: str


def split_line(raw: bytes) -> LogLine:
    """Take the colours and the prefix off a line."""
    text = raw[:LONGEST_LINE].decode("utf-8", "replace")
    if "\x1b" in text:
        text = _COLOUR.sub("", text)
    if "[" in text:
        text = _LOST_COLOUR.sub("", text)
    match = _PREFIX.match(text)
    assert match is not None  # every part of it is optional
    stamp, level = match["stamp"], match["level"]
    time = _unix_time(stamp) if stamp is not None else None
    return LogLine(time, level, stamp is not None or level is not None, text[match.end() :].strip())


def is_chatter(raw: bytes) -> bool:
    """Tell from its bytes alone, in a microsecond, that a line says nothing about stages, locks or orchestrations."""
    return (
        _QUIET.match(raw) is not None
        # The names of columns have "locked" in them, too.
        and (b"locked" not in raw or (b"is locked" not in raw and b"is deadlocked" not in raw))
        and b"SQLITE_BUSY" not in raw
        and b" Orchestration " not in raw
    )


def _unix_time(stamp: str) -> float | None:
    """Read ``2026-11-22T21:12:06.004404Z``; ``None`` for one that lost its date."""
    minute = _minute(stamp[:16])
    return None if minute is None or len(stamp) < 20 else minute + float(stamp[17:-1])


@lru_cache(maxsize=64)
def _minute(stamp: str) -> int | None:
    """Read ``2026-11-22T21:12`` as unix time; consecutive lines share it."""
    try:
        year, month, day, hour, minute = (int(stamp[a:b]) for a, b in ((0, 4), (5, 7), (8, 10), (11, 13), (14, 16)))
    except ValueError:
        return None
    if not (1970 <= year <= 2500 and 1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60):
        return None
    return timegm((year, month, day, hour, minute, 0, 0, 0, 0))
