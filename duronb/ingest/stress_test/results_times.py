"""Times and lengths as people write them in documents of results."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = r"(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_DATES = tuple(
    re.compile(text, re.IGNORECASE)
    for text in (
        r"(?<!\d)(?P<year>\d{4})([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?=T\d{4}|\s|$)",
        # With points the day comes first. With slashes nobody knows.
        r"(?<!\d)(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})(?!\d)",
        rf"\b{_NAME} {{1,3}}{_DAY},? {{1,3}}(?P<year>\d{{4}})(?!\d)",
        rf"(?<!\d){_DAY} {{1,3}}{_NAME},? {{1,3}}(?P<year>\d{{4}})(?!\d)",
    )
)
_ZONE = (
    r"(?:\s?(?P<half>[ap])\.?m\b\.?)?(?:\s{0,2}\(?(?-i:(?P<zone>Z|UTC|GMT|[A-Z]{2,4}T))\b)?"
    r"(?:\s?(?P<sign>[+-])(?P<hours>\d{1,2}):?(?P<minutes>\d\d)?(?!\d))?"
)
_CLOCKS = tuple(
    re.compile(text + _ZONE, re.IGNORECASE)
    for text in (
        r"(?:[T,]|\s){0,3}(?:at\s)?(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d{1,9})?)?(?!\d)",
        r"T(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?(?!\d)",
    )
)
_LENGTH = re.compile(
    r"(?<![\w.])(\d{1,6}(?:\.\d{1,3})?) ?(ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hours?)\b", re.IGNORECASE
)
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0}
_UTC_NAMES = frozenset({None, "Z", "UTC", "GMT"})


class StatedTime(NamedTuple):
    """A time in UTC; ``day_only`` if only the date is stated, and the time is that of its midnight."""

    time: datetime
    day_only: bool


def read_time(text: str) -> StatedTime | None:
    """Return the first time in a text; ``None`` without one, or if it is impossible or ambiguous.

    A time without a zone is in UTC. Of a time whose zone has a name such as ``PST``, which means different things in
    different places, only the date is returned.
    """
    for pattern in _DATES:
        match = pattern.search(text)
        if match is None:
            continue
        parts = match.groupdict()
        month = parts.get("month") or 1 + _MONTHS.index(parts["name"].lower())
        clock = next((found for clock in _CLOCKS if (found := clock.match(text, match.end()))), None)
        try:
            day = datetime(int(parts["year"]), int(month), int(parts["day"]), tzinfo=UTC)
            if not 2000 <= day.year <= 2999:
                return None
            time = None if clock is None else _at(day, clock)
        except ValueError:
            return None
        return StatedTime(day, day_only=True) if time is None else StatedTime(time, day_only=False)
    return None


def read_seconds(text: str) -> float | None:
    """Return the first length in a text, such as ``30s`` or ``1m 30s``, in seconds; ``None`` without one."""
    match = _LENGTH.search(text)
    if match is None:
        return None
    seconds = _part(match)
    following = _LENGTH.match(text[match.end() :].lstrip())
    if following is not None and match[2][0] in "mMhH":
        seconds += _part(following)
    return seconds or None


def _part(match: re.Match[str]) -> float:
    unit = match[2].lower()
    return float(match[1]) * (1e-3 if unit.startswith(("ms", "milli")) else _SECONDS[unit[0]])


def _at(day: datetime, clock: re.Match[str]) -> datetime | None:
    """Return the time on a day in UTC; ``None`` if its zone is unknown. Raise ValueError if it is impossible."""
    zone = None if clock["zone"] is None else clock["zone"].upper()
    if zone not in _UTC_NAMES:
        return None
    hour = int(clock["hour"])
    if clock["half"] is not None:
        if not 1 <= hour <= 12:
            raise ValueError("an hour from 1 to 12 was expected")
        hour = hour % 12 + (12 if clock["half"].lower() == "p" else 0)
    offset = timedelta(0)
    if clock["sign"] is not None:
        offset = timedelta(hours=int(clock["hours"]), minutes=int(clock["minutes"] or 0))
        offset = offset if clock["sign"] == "+" else -offset
    at = day.replace(hour=hour, minute=int(clock["minute"]), second=int(clock["second"] or 0), tzinfo=timezone(offset))
    return at.astimezone(UTC)
