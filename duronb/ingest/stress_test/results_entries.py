"""Entries of a file in which results of the stress test were collected: by its scripts, or by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from duronb.ingest.stress_test.log import StressLogParser
from duronb.ingest.stress_test.summary import StressLog

USUAL_SECONDS = (3, 5, 10, 30, 60, 120)
"""Lengths of a stage that upstream's programs and documents name."""

QUICKEST_DRAIN_SECONDS = 1.5
"""The quickest stage of every run in upstream's history drained in 0.4 to 1.3 s."""

LONGEST_REMARK = 500
_ROUNDING = 0.003
_ENTRY = re.compile(
    r"#{1,4} +(?:Commit: *`?(?P<commit>[0-9a-fA-F]{4,40})\b`?(?P<rest>.{0,200})|Run: *(?P<time>.{0,200}))$"
)
_SECTION = re.compile(r"#{2,6} +(.{1,100})$")
_FACT = re.compile(
    r"\s*(?:[-*] +)?\*\*(Timestamp|Date|Commit|Duration|Hostname|Environment)(?::\*\*|\*\*:) *`?([^`]{1,200})`?$"
)
_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)")
_SECONDS = re.compile(r"(\d{1,6}) ?s(?:ec|econds)?\b")
_SHA = re.compile(r"[0-9a-fA-F]{4,40}\b")
_OTHER_SECTIONS = ("changes", "server-side", "key metrics", "rolling")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsEntry:
    """One run of the stress test, as far as a file tells.

    Parameters
    ----------
    log
        Its stages and what else was printed.
    commit
        As the file writes it, in lower case; often seven digits.
    created
        When it ran, UTC.
    seconds_inferred
        The length of its stages is not in the file but follows from its figures.
    host
        Where it ran, in the file's words.
    remark
        What was written beside the results.
    text
        The entry itself; empty for a log, which is its own text.
    """

    log: StressLog
    commit: str | None = None
    created: datetime | None = None
    seconds_inferred: bool = False
    host: str | None = None
    remark: str | None = None
    text: bytes = b""


def is_entry(line: str) -> bool:
    """Tell whether a line begins an entry."""
    return _ENTRY.match(line) is not None


def read_entries(text: str) -> list[ResultsEntry]:
    """Read a document: an entry per heading of one, else all its tables as one entry; empty ones are among them."""
    provider = "PostgreSQL" if "postgres" in text[:2000].lower() else None
    return [_read(lines, provider) for lines in _cut(text.splitlines())]


def with_seconds(log: StressLog, seconds: float | None) -> tuple[StressLog, bool]:
    """Give stages that do not tell it their length.

    Parameters
    ----------
    log
        The parsed log.
    seconds
        The length, where it is known from elsewhere.

    Returns
    -------
    The log, and whether the length was inferred: the quickest stage of a run drains in about a second, and what the
    stress test's authors ask for is one of ``USUAL_SECONDS``.
    """
    inferred = False
    if seconds is None:
        seconds = _inferred_seconds([stage.total_seconds for stage in log.stages])
        inferred = seconds is not None and any(stage.seconds is None for stage in log.stages)
    if seconds is None:
        return log, False
    stages = [stage if stage.seconds is not None else replace(stage, seconds=seconds) for stage in log.stages]
    return replace(log, stages=stages), inferred


@dataclass(slots=True)
class _Facts:
    commit: str | None = None
    created: datetime | None = None
    seconds: float | None = None
    host: str | None = None
    remarks: list[str] = field(default_factory=list)

    def take(self, name: str, value: str) -> None:
        if name == "Commit" and (match := _SHA.match(value)) is not None:
            self.commit = self.commit or match[0].lower()
        elif name in {"Timestamp", "Date"}:
            self.created = self.created or _time(value)
        elif name == "Duration" and (seconds := _SECONDS.match(value)) is not None:
            self.seconds = float(seconds[1]) or None
        elif name in {"Hostname", "Environment"}:
            self.host = self.host or value.strip()


def _cut(lines: list[str]) -> Iterator[list[str]]:
    starts = [number for number, line in enumerate(lines) if is_entry(line)]
    if not starts:
        yield lines
        return
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield lines[start:end]


def _read(lines: list[str], provider: str | None) -> ResultsEntry:
    facts = _Facts()
    heading = _ENTRY.match(lines[0]) if lines else None
    if heading is not None:
        facts.commit = heading["commit"].lower() if heading["commit"] else None
        facts.created = _time(heading["rest"] or heading["time"] or "")
    parser = StressLogParser(provider)
    section, fenced = "", False
    for line in lines[1:] if heading is not None else lines:
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif fenced or line.lstrip().startswith("|"):
            if not section.startswith(_OTHER_SECTIONS):
                parser.feed_line(line.encode("utf-8", "replace"))
        elif (match := _SECTION.match(line)) is not None:
            section = match[1].strip().lower()
        elif (match := _FACT.match(line)) is not None:
            facts.take(match[1], match[2])
        elif section == "environment" and line.startswith("- ") and facts.host is None:
            facts.host = line[2:].strip()[:200]
        elif heading is not None and line.startswith("**"):
            facts.remarks.append(line.strip())
    log, inferred = with_seconds(parser.finish(), facts.seconds)
    remark = " ".join(facts.remarks).replace("**", "")[:LONGEST_REMARK]
    return ResultsEntry(
        log=log,
        commit=facts.commit,
        created=facts.created,
        seconds_inferred=inferred,
        host=facts.host,
        remark=remark or None,
        text="\n".join([*lines, ""]).encode("utf-8", "replace"),
    )


def _inferred_seconds(totals: list[float | None]) -> float | None:
    known = [total for total in totals if total]
    if not known:
        return None
    quickest = min(known)
    fitting = [
        seconds
        for seconds in USUAL_SECONDS
        if seconds * (1 - _ROUNDING) <= quickest <= seconds * (1 + _ROUNDING) + QUICKEST_DRAIN_SECONDS
    ]
    return float(fitting[-1]) if fitting else None


def _time(text: str) -> datetime | None:
    match = _TIME.search(text)
    if match is None:
        return None
    try:
        time = datetime(*(int(part) for part in match.groups()), tzinfo=UTC)  # type: ignore[arg-type, misc]
    except ValueError:
        return None
    return time if 2000 <= time.year <= 2999 else None
