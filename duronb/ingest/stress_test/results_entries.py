"""Entries of a document of stress test results, which was written by scripts or by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from duronb.ingest.stress_test.log import StressLogParser
from duronb.ingest.stress_test.summary import StressLog

USUAL_SECONDS = (3, 5, 10, 30, 60, 120)
"""Lengths of a stage in upstream's programs and documents, in seconds."""

QUICKEST_DRAIN_SECONDS = 1.5
"""Upper limit of the shortest drain of a run, in seconds. In upstream's history it was 0.4 to 1.3 s in every run."""

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
    """The results of one run of the stress test.

    Parameters
    ----------
    log
        Its stages and other parsed lines.
    commit
        Commit as stated in the file, in lower case; often seven digits. ``None`` if missing.
    created
        Time of the run in UTC; ``None`` if missing.
    seconds_inferred
        Whether the length of its stages was inferred from its values, because the file does not state it.
    host
        Host as stated in the file; ``None`` if missing.
    remark
        Remarks beside the results; ``None`` if missing.
    text
        Text of the entry; empty for a log.
    """

    log: StressLog
    commit: str | None = None
    created: datetime | None = None
    seconds_inferred: bool = False
    host: str | None = None
    remark: str | None = None
    text: bytes = b""


def is_entry(line: str) -> bool:
    """Return whether a line is the heading of an entry."""
    return _ENTRY.match(line) is not None


def read_entries(text: str) -> list[ResultsEntry]:
    """Read the entries of a document, including empty ones. Without headings all tables are one entry."""
    provider = "PostgreSQL" if "postgres" in text[:2000].lower() else None
    return [_read(lines, provider) for lines in _cut(text.splitlines())]


def with_seconds(log: StressLog, seconds: float | None) -> tuple[StressLog, bool]:
    """Return a log in which all stages have a length, if it can be inferred.

    Parameters
    ----------
    log
        The parsed log.
    seconds
        The length of a stage, if known; else ``None``.

    Returns
    -------
    The log, and whether the length was inferred. The inference assumes that the stage that drains fastest needs about a
    second, and that the length is one of ``USUAL_SECONDS``.
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
