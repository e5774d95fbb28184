"""Patterns of the lines of all versions of the stress test: headings, settings, results and lock warnings."""

from __future__ import annotations

import re
from typing import Literal

from duronb.ingest.stress_test.lines import LogLine

LOCKED = re.compile(r"database (?:table )?is (?:dead)?locked|SQLITE_BUSY")
BACKOFF = re.compile(r"backing off (\d{1,9})ms|\bbackoff_ms=(\d{1,9})")
UNSAID_BACKOFF_MS = 100
"""Back-off after a failed fetch in the versions whose warning does not state it; in some versions an upper limit."""

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
SUITE_SECONDS = re.compile(r"Duration: (\d{1,9}) seconds(?: per test)?$")
SETTING = re.compile(
    r"(?:^|, )(?:Config: )?(max[_ ]concurrent|duration|tasks[_ ]per[_ ]instance|activity[_ ]delay)"
    r"[=:] ?(\d{1,9})(?:s|ms)?(?=,|$)",
    re.IGNORECASE,
)
SETTINGS_LINE = re.compile(r"(?:Config: |Max concurrent: |Duration: \d|Tasks per instance: |Activity delay: )")
WAITING = "Waiting for active orchestrations to complete"
ACTIVE = re.compile(r"Still waiting for (\d{1,9}) active orchestrations")
TIMED_OUT = "Timeout waiting for orchestrations to complete"
VERSION = re.compile(r"duroxide runtime \(([^)]{1,40})\) starting")
SUBJECT = re.compile(r"Subject: (.{1,100})$")
PANIC = re.compile(r"thread '.{0,100}'(?: \(\d+\))? panicked at|thread '.{0,100}' has overflowed its stack")
TEST_FAILED = re.compile(r"✗ Test failed")
ORCHESTRATION = re.compile(r"Orchestration (started|completed|failed|cancelled)\b.{0,200}?\binstance_id=(\S{1,200})")
PEAK_RSS = re.compile(r"Peak RSS: {1,20}.{0,30}?\((\d{1,15}) KB\)")
AVERAGE_CPU = re.compile(r"Average CPU: {1,20}(\d{0,9}(?:\.\d{1,9})?)%")
MONITOR_SAMPLES = re.compile(r"Samples: {1,20}(\d{1,12})$")

_ROUTINE = re.compile(
    r"$|[-─=]{3,}$|Starting continuous|Duration|Database: |Hostname: |Creating \w+ provider|✅|✓|✗"
    r"|Completed: \d+, Failed|Throughput: \S+ orch/sec,|This test creates:|Memory optimization impact|\s*- "
    r"|Duroxide Stress Test Suite$|Test type: |Test \d/\d: |Monitoring: |Resource Usage Metrics|Running |Building "
    r"|Stress tests completed!|note: |stack backtrace:|Average latency: |Results can be tracked"
    r"|(?:duroxide: )?logging already initialized|Wait error for |Orchestration |\{\"stage\": "
)
_STRUCTURE = re.compile(r"(?:===|---) .* (?:===|---)$|[A-Z][a-z]+(?: [a-z]+){0,3}: \d|.{0,60}\d[/:]\d.*\d\s*ms$")
_ACK = re.compile(r"\back(?:_|\b)")

Lock = Literal["fetch", "ack", "other"]


def is_routine(line: LogLine) -> bool:
    """Return whether a line that matches no other pattern is known to occur in logs."""
    if _ROUTINE.match(line.message):
        return True
    return line.prefixed and not _STRUCTURE.match(line.message)


def lock_kind(message: str) -> Lock:
    """Return the operation of the dispatcher that found the database locked.

    It is ``other`` for a failed orchestration, which only reports an earlier lock.
    """
    if message.startswith("Error fetching "):
        return "fetch"
    if not message.startswith("Orchestration ") and _ACK.search(message):
        return "ack"
    return "other"


def backoff_ms(message: str) -> int:
    """Return the back-off of a dispatcher after a lock warning, in milliseconds; 0 without back-off."""
    match = BACKOFF.search(message)
    if match is not None:
        return int(match[1] or match[2])
    if message.startswith("Error fetching ") and "(retryable" not in message:
        return UNSAID_BACKOFF_MS
    return 0


def is_backoff_stated(message: str) -> bool:
    """Return whether a lock warning states its back-off."""
    return BACKOFF.search(message) is not None


def number(text: str) -> float | None:
    """Return a printed value as a number, without its unit; ``None`` for ``NaN`` and ``inf``."""
    match = re.match(r"\s*(\d[\d,]{0,20}(?:\.\d{1,9})?)", text)
    return float(match[1].replace(",", "")) if match is not None else None


def duration(text: str) -> float | None:
    """Return a Rust ``Duration`` such as ``30.6s``, ``812.3ms`` or ``45µs`` in seconds; ``None`` for other texts."""
    match = re.fullmatch(r"\s*(\d{1,15}(?:\.\d{1,9})?)(s|ms|µs|us|ns)\s*", text)
    if match is None:
        return None
    return float(match[1]) * {"s": 1.0, "ms": 1e-3, "µs": 1e-6, "us": 1e-6, "ns": 1e-9}[match[2]]
