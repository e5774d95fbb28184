"""Lines of a workload's log: the prefix that tracing puts in front, and the patterns of what follows."""

from __future__ import annotations

import re
from calendar import timegm
from functools import lru_cache
from typing import NamedTuple

LONGEST_LINE = 8192
"""Characters of a line that are looked at; nothing of interest is longer."""

# A colour as printed, or with its escape character lost on the way through a clipboard.
_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|(?:(?<!\w)|\[0m)(?:\[\d{1,2}(?:;\d{1,2})*m)+|\[0m")
# An allow-list of targets, for `Launched: 5` must not look like one.
_TARGET = (
    r"(?:[a-z_]\w*(?:::\w+)+|duroxide\w*|duronb\w*|sqlx\w*|parallel_orchestrations|large_payload_stress|pg_stress"
    r"|sqlite_stress)"
)
_PREFIX = re.compile(
    r"\s*(?:(?P<stamp>(?:\d{4}-\d\d-\d\dT)?(?:\d\d:)?\d\d:\d\d\.\d{1,9}Z)\s+)?"
    r"(?:(?P<level>TRACE|DEBUG|INFO|WARN|ERROR)(?:\s+|$))?(?:(?P<target>" + _TARGET + r"):(?:\s|$))?"
)

LOCKED = re.compile(r"database (?:table )?is (?:dead)?locked|SQLITE_BUSY")
BACKOFF = re.compile(r"backing off (\d{1,9})ms|backoff_ms=(\d{1,9})")
STAGE = re.compile(r"=== Starting (?:stress )?test (?:with concurrency: )?\(?orch=(\d{1,4}), worker=(\d{1,4})\)? ===$")
PROVIDER = re.compile(r"--- (?:Testing|Running) (.{1,60}?)(?: Provider| stress test \(.{1,60}\))? ---$")
TITLE = re.compile(r"=== (?:Duroxide )?(.{0,80}?Stress Test(?: Suite)?) ===$")
RESULTS = re.compile(r"=== Results ===$")
SUMMARY = re.compile(r"=== (?:Comparison|Summary) Table ===$|=== Stress Test Results Summary ===$")
RESULT = re.compile(
    r"(Total time|Launched|Completed|Failed|Success rate|Throughput|Activity throughput"
    r"|Average (?:latency|time per orchestration)): ([^,]{1,60}(?: \(infra.{1,60}\))?)$"
)
FAILED = re.compile(r"(\d{1,15})(?: \(infra: (\d{1,15}), config: (\d{1,15}), app: (\d{1,15})\))?$")
CONFIG_SECONDS = re.compile(r"(?:Config: )?(?:.{0,60}, )?[Dd]uration[=:] ?(\d{1,9})s(?:,|$)")
SUITE_SECONDS = re.compile(r"Duration: (\d{1,9}) seconds(?: per test)?$")
ACTIVE = re.compile(r"Still waiting for (\d{1,9}) active orchestrations")
VERSION = re.compile(r"duroxide runtime \(([^)]{1,40})\) starting")
PANIC = re.compile(r"thread '.{0,100}'(?: \(\d+\))? panicked at|thread '.{0,100}' has overflowed its stack")
TEST_FAILED = re.compile(r"✗ Test failed")
TEST_COMPLETED = re.compile(r"✓ Test completed")
_NUMBER = r"\d{1,15}(?:\.\d{1,9})?"
ROW = re.compile(
    r"\s*\|?\s*(?P<provider>[A-Za-z][\w .()-]{0,59}?)\s*\|?\s+(?P<config>\d{1,4}[/:]\d{1,4})\s*\|?\s+"
    r"(?P<completed>\d{1,15})\s*\|?\s+(?P<failed>\d{1,15})\s*\|?\s+"
    r"(?:(?P<infra>\d{1,15})\s+(?P<cfg>\d{1,15})\s+(?P<app>\d{1,15})\s+)?"
    r"(?P<success>" + _NUMBER + r"|NaN)%?\s*\|?\s+(?P<orch>" + _NUMBER + r"|NaN|inf)\s*\|?\s+"
    r"(?P<act>" + _NUMBER + r"|NaN|inf)\s*\|?\s+(?P<lat>[\d,]{1,20}(?:\.\d{1,9})?|NaN|inf)\s*ms"
)
OLD_ROW = re.compile(
    r"(?P<orch_n>\d{1,4})\s+(?P<worker_n>\d{1,4})\s+(?P<launched>\d{1,15})\s+(?P<completed>\d{1,15})\s+"
    r"(?P<failed>\d{1,15})\s+(?P<orch>" + _NUMBER + r")\s+(?P<act>" + _NUMBER + r")\s*$"
)
_ROUTINE = re.compile(
    r"$|[-─=]{3,}$|(?:Provider|Orch) +\S|Max concurrent: |Tasks per instance: |Activity delay: |Config: |Duration"
    r"|Starting continuous|Waiting for active|Timeout waiting|Database: |Hostname: |Creating \w+ provider|✅|✓|✗"
    r"|Completed: \d+, Failed|Throughput: \S+ orch/sec,|This test creates:|Memory optimization impact|\s*- "
    r"|Test type: |Monitoring: |Resource Usage Metrics|Peak RSS: |Average CPU: |Samples: |note: |stack backtrace:"
    r"|Average latency: |Results can be tracked|duroxide: logging already initialized|\x1e"
)
_STRUCTURE = re.compile(r"(?:===|---) .* (?:===|---)$|[A-Z][a-z]+(?: [a-z]+){0,3}: \d|.{0,60}\d[/:]\d.*\d\s*ms$")


class LogLine(NamedTuple):
    """One line without its prefix.

    Parameters
    ----------
    time
        Unix time; ``None`` where the prefix has no whole time stamp.
    prefixed
        Tracing printed it.
    message
        What is left, colours and white space at both ends removed.
    """

    time: float | None
    prefixed: bool
    message: str


def split_line(raw: bytes) -> LogLine:
    """Take the colours and the prefix off a line."""
    text = raw[:LONGEST_LINE].decode("utf-8", "replace")
    if "[" in text:
        text = _COLOUR.sub("", text)
    match = _PREFIX.match(text)
    assert match is not None  # every part of it is optional
    stamp = match["stamp"]
    time = _unix_time(stamp) if stamp is not None else None
    prefixed = stamp is not None or match["level"] is not None
    return LogLine(time, prefixed, text[match.end() :].strip())


def is_routine(line: LogLine) -> bool:
    """Tell whether a line that no pattern took is one that the formats are known to contain."""
    if _ROUTINE.match(line.message):
        return True
    return line.prefixed and not _STRUCTURE.match(line.message)


def number(text: str) -> float | None:
    """Read a figure as it was printed: without its unit, ``None`` for ``NaN`` and ``inf``."""
    match = re.match(r"\s*(\d[\d,]{0,20}(?:\.\d{1,9})?)", text)
    return float(match[1].replace(",", "")) if match is not None else None


def duration(text: str) -> float | None:
    """Read a Rust ``Duration`` such as ``30.6s``, ``812.3ms`` or ``45µs`` as seconds."""
    match = re.fullmatch(r"\s*(\d{1,15}(?:\.\d{1,9})?)(s|ms|µs|us|ns)\s*", text)
    if match is None:
        return None
    return float(match[1]) * {"s": 1.0, "ms": 1e-3, "µs": 1e-6, "us": 1e-6, "ns": 1e-9}[match[2]]


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
