"""Entries of a document of stress test results, which was written by scripts or by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from duronb.ingest.stress_test.log import StressLogParser
from duronb.ingest.stress_test.results_facts import (
    LONGEST_VALUE,
    Facts,
    facts_in,
    place_in,
    plain,
    provider_in,
    title_of,
)
from duronb.ingest.stress_test.summary import StressLog

USUAL_SECONDS = (3, 5, 10, 30, 60, 120)
"""Lengths of a stage in upstream's programs and documents, in seconds."""

QUICKEST_DRAIN_SECONDS = 1.5
"""Upper limit of the shortest drain of a run, in seconds. In upstream's history it was 0.4 to 1.3 s in every run."""

LONGEST_REMARK = 500
_ROUNDING = 0.003
_LONGER_THAN_TOTAL = 1.05
_ENTRY = re.compile(
    r"(?P<level>#{1,4})\s{1,8}[*_`]{0,2}(?P<name>Commit|Run)[*_`]{0,2}:[*_`]{0,2}\s{0,8}(?P<rest>.{0,300})"
)
_END_OF_COMMIT = re.compile(r"\s[-–—]\s|\btime(?:stamp)?:|\bdate:", re.IGNORECASE)
_SECTION = re.compile(r"(#{1,6})\s+(.{1,100})")
_OTHER_SECTIONS = ("changes", "server-side", "key metrics", "rolling")
_CUT_BY = frozenset({"commit", "time"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsEntry:
    """The results of one run of the stress test.

    Parameters
    ----------
    log
        Its stages and other parsed lines.
    commit
        Commit as stated in the file, in lower case; often seven digits. ``None`` if missing.
    branch
        Branch of the commit as stated in the file; ``None`` if missing.
    created, day_only
        Time of the run in UTC, ``None`` if missing; and whether only its date is stated, and the time is its midnight.
    seconds_inferred
        Whether the length of its stages was inferred from its values, because the file does not state it.
    host
        Host as stated in the file; ``None`` if missing.
    remark
        Remarks beside the results; ``None`` if missing.
    text
        Text of the entry; empty for a log.
    not_understood
        For ``commit``, ``time`` and ``length``: a line that looks like the fact but was not understood.
    """

    log: StressLog
    commit: str | None = None
    branch: str | None = None
    created: datetime | None = None
    day_only: bool = False
    seconds_inferred: bool = False
    host: str | None = None
    remark: str | None = None
    text: bytes = b""
    not_understood: Mapping[str, str] = field(default_factory=dict)


def is_entry(line: str) -> bool:
    """Return whether a line is the heading of an entry."""
    heading = _ENTRY.match(line)
    if heading is None:
        return False
    facts = _facts_of_heading(heading)
    return (
        heading["name"] == "Run" or len(heading["level"]) <= 2 or facts.commit is not None or facts.created is not None
    )


def read_entries(text: str) -> list[ResultsEntry]:
    """Read the entries of a document, including empty ones.

    Without headings of entries, sections with a commit or a time of their own are the entries, and if there are fewer
    than two of these, all tables are one entry.
    """
    lines = text.splitlines()
    title = title_of(lines)
    starts = [number for number, line in enumerate(lines) if is_entry(line)] or _sections_with_facts(lines)
    common = Facts(provider=provider_in(title))
    if not starts:
        return [_read(lines, common, title)]
    for line in lines[: starts[0]]:
        for kind, value in facts_in(line):
            if kind not in _CUT_BY:
                common.take(kind, value, line)
    pieces = zip(starts, [*starts[1:], len(lines)], strict=True)
    return [_read(lines[start:end], common, title) for start, end in pieces]


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


def _facts_of_heading(heading: re.Match[str]) -> Facts:
    facts, rest = Facts(), plain(heading["rest"])
    if heading["name"] == "Commit":
        end = _END_OF_COMMIT.search(rest)
        commit, time = (rest, "") if end is None else (rest[: end.start()], rest[end.end() :])
        facts.take("commit", commit, heading[0])
    else:
        time = rest
    facts.take("time", time, heading[0])
    return facts


def _sections_with_facts(lines: list[str]) -> list[int]:
    """Return the lines of headings of one level that are followed by a commit or a time; empty for fewer than two."""
    found: dict[int, dict[int, None]] = {}
    start, level, fenced = None, 0, False
    for number, line in enumerate(lines):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif fenced:
            continue
        elif (match := _SECTION.match(line)) is not None:
            start, level = number, len(match[1])
        elif start is not None and any(kind in _CUT_BY for kind, _ in facts_in(line)):
            found.setdefault(level, {})[start] = None
    return next((list(starts) for _, starts in sorted(found.items()) if len(starts) > 1), [])


def _read(lines: list[str], common: Facts, title: str) -> ResultsEntry:
    heading = _ENTRY.match(lines[0]) if lines else None
    facts = Facts() if heading is None else _facts_of_heading(heading)
    parser = StressLogParser(common.provider or _provider_of(lines))
    section, place, fenced, remarks = "", None, False, []
    for line in lines[1:] if heading is not None else lines:
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif fenced or line.lstrip().startswith("|"):
            if not section.startswith(_OTHER_SECTIONS):
                parser.feed_line(line.encode("utf-8", "replace"))
            for kind, value in () if fenced else facts_in(line):
                facts.take(kind, value, line)
        elif (match := _SECTION.match(line)) is not None:
            section = match[2].strip().lower()
        elif found := list(facts_in(line)):
            for kind, value in found:
                facts.take(kind, value, line)
        elif section == "environment" and line.startswith("- "):
            place = place or plain(line[2:])[:LONGEST_VALUE]
        elif heading is not None and line.startswith("**"):
            remarks.append(line.strip())
    facts.finish()
    log = _with_load(parser.finish(), common.load | facts.load)
    log, inferred = with_seconds(log, _stage_seconds(log, facts.seconds or common.seconds))
    remark = " ".join(remarks).replace("**", "")[:LONGEST_REMARK]
    here = facts.host or facts.environment or place
    return ResultsEntry(
        log=log,
        commit=facts.commit,
        branch=facts.branch,
        created=facts.created,
        day_only=facts.day_only,
        seconds_inferred=inferred,
        host=here or common.host or common.environment or place_in(title),
        remark=remark or None,
        text="\n".join([*lines, ""]).encode("utf-8", "replace"),
        not_understood=facts.not_understood,
    )


def _provider_of(lines: list[str]) -> str | None:
    """Return the provider that the facts of an entry name; ``None`` if they name none."""
    stated = dict(reversed([fact for line in lines for fact in facts_in(line)]))
    return provider_in(stated.get("provider", "")) or provider_in(stated.get("environment", ""))


def _with_load(log: StressLog, load: Mapping[str, int]) -> StressLog:
    """Return a log in which all stages have the load that the document states, unless they state another one."""
    stages = [
        replace(stage, **{name: value for name, value in load.items() if getattr(stage, name) is None})  # type: ignore[arg-type]
        for stage in log.stages
    ]
    return replace(log, stages=stages)


def _stage_seconds(log: StressLog, stated: float | None) -> float | None:
    """Return the stated length of a stage; ``None`` if a stage took less, so that another length must be meant."""
    totals = [stage.total_seconds for stage in log.stages if stage.total_seconds]
    return None if stated is None or (totals and stated > _LONGER_THAN_TOTAL * min(totals)) else stated


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
