"""Facts in a document of results: commit, time, length of a stage, host, provider and load, as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from duronb.ingest.stress_test.results_times import read_seconds, read_time

LONGEST_VALUE = 200

_LINE = re.compile(
    r"(?:>\s?){0,3}(?:(?:[-*+•]|\d{1,3}[.)])\s{1,8})?[*_`]{0,3}(?P<key>[A-Za-z][A-Za-z _-]{1,30}?)[*_`\s]{0,6}"
    r"[:=][*_`]{0,3}(?P<value>.*)"
)
_BREAK = re.compile(r"<br\s{0,3}/?>|\\$", re.IGNORECASE)
_NEXT_FACT = re.compile(r"(?<=\S)[\s,;|]{1,4}(?=\*\*[A-Za-z][A-Za-z _-]{1,30}(?:\*\*:|:\*\*))")
_LINK = re.compile(r"!?\[([^\[\]]{0,200})\]\([^()]{0,500}\)")
_TAG = re.compile(r"</?(?:a|b|code|em|i|kbd|span|strong)(?:\s[^<>]{0,200})?>|<(?=https?://)|(?<=\w)>$", re.IGNORECASE)
_SHA = re.compile(r"(?:[0-9a-fA-F]{7,40}|(?=[a-fA-F]{0,5}\d)[0-9a-fA-F]{4,6})(?![\w])")
_SHA_INSIDE = re.compile(r"(?:(?<![\w-])|(?<=-g))(?=[a-fA-F]{0,39}\d)[0-9a-fA-F]{7,40}(?!\w)")
_BRANCH = re.compile(r"\bbranch\b[:=\s]{0,3}([\w][\w./-]{0,99})", re.IGNORECASE)
_INTEGER = re.compile(r"(\d{1,9})(?:\s?ms)?\b")
_TITLE = re.compile(r"#\s{1,8}(.{1,300}?)\s{0,8}#{0,6}\s{0,8}$")
_PLACE = re.compile(r"\((?P<inside>[^()]{1,100})\)|\s[-–—]\s(?P<after>.{1,150})$")
_PLACE_WORDS = re.compile(
    r"\b(?:azure|aws|gcp|cloud|local|localhost|remote|docker|laptop|codespace\w*)\b", re.IGNORECASE
)
_PROVIDERS = (
    (re.compile(r"\bpostgres(?:ql)?\b", re.IGNORECASE), "PostgreSQL"),
    (re.compile(r"\bin-memory sqlite\b", re.IGNORECASE), "In-Memory SQLite"),
    (re.compile(r"\bfile(?:-based)? sqlite\b", re.IGNORECASE), "File SQLite"),
)
_KEYS = {
    "timestamp": "time",
    "date": "time",
    "datetime": "time",
    "rundate": "time",
    "testdate": "time",
    "commit": "commit",
    "commithash": "commit",
    "commitsha": "commit",
    "gitcommit": "commit",
    "gitsha": "commit",
    "sha": "commit",
    "revision": "commit",
    "branch": "branch",
    "gitbranch": "branch",
    "duration": "length",
    "testduration": "length",
    "durationpertest": "length",
    "durationperstage": "length",
    "hostname": "host",
    "host": "host",
    "machine": "host",
    "environment": "environment",
    "testenvironment": "environment",
    "provider": "provider",
    "maxconcurrent": "max_concurrent",
    "tasksperinstance": "tasks_per_instance",
    "activitydelay": "activity_delay_ms",
    "activitydelayms": "activity_delay_ms",
}


@dataclass(slots=True)
class Facts:
    """What an entry states about its run; ``None`` for what it does not state.

    Parameters
    ----------
    commit, branch
        Abbreviated or complete commit in lower case, and its branch.
    created, day_only
        Time in UTC, and whether only its date is stated.
    seconds
        Length of a stage.
    host, environment
        Host, and a description of the machine or the place.
    provider
        Provider of the stages.
    load
        Load of the stages by the names of the fields of ``StageResult``.
    not_understood
        For ``commit``, ``time`` and ``length``: the line that looks like the fact but was not understood.
    """

    commit: str | None = None
    branch: str | None = None
    created: datetime | None = None
    day_only: bool = False
    seconds: float | None = None
    host: str | None = None
    environment: str | None = None
    provider: str | None = None
    load: dict[str, int] = field(default_factory=dict)
    not_understood: dict[str, str] = field(default_factory=dict)

    def take(self, kind: str, value: str, line: str) -> None:
        """Record a fact. The first one of a kind that is understood counts."""
        understood = True
        if kind == "commit":
            understood = self.take_commit(value)
        elif kind == "time":
            understood = self.take_time(value)
        elif kind == "length":
            seconds = read_seconds(value)
            self.seconds, understood = self.seconds or seconds, seconds is not None
        elif kind in {"branch", "host", "environment"}:
            setattr(self, kind, getattr(self, kind) or value[:LONGEST_VALUE] or None)
        elif kind == "provider":
            self.provider = self.provider or provider_in(value)
        elif (match := _INTEGER.match(value)) is not None:
            self.load.setdefault(kind, int(match[1]))
        if not understood and value:
            self.not_understood.setdefault(kind, line.strip()[:LONGEST_VALUE])

    def take_commit(self, value: str) -> bool:
        """Record a commit and the branch beside it; return whether there is a commit."""
        match = _SHA.match(value) or _SHA_INSIDE.search(value)
        if match is None:
            return False
        self.commit = self.commit or match[0].lower()
        branch = _BRANCH.search(value)
        if branch is not None:
            self.branch = self.branch or branch[1]
        return True

    def take_time(self, value: str) -> bool:
        """Record a time; return whether there is one."""
        time = read_time(value)
        if time is None:
            return False
        if self.created is None:
            self.created, self.day_only = time
        return True

    def finish(self) -> None:
        """Drop the lines about facts that another line stated."""
        known = {"commit": self.commit, "time": self.created, "length": self.seconds}
        self.not_understood = {kind: line for kind, line in self.not_understood.items() if known[kind] is None}


def facts_in(line: str) -> Iterator[tuple[str, str]]:
    """Yield the facts of a line as pairs of kind and value. Most lines have none.

    A fact is a known name, a colon and a value, in any of the forms of Markdown: bold, a bullet, a quotation, a row of
    two cells, with or without a line break at its end. Several bold names may share a line.
    """
    if line.lstrip().startswith("|"):
        cells = line.strip().strip("|").split("|", 3)
        parts = [f"{cells[0].strip()}: {cells[1].strip()}"] if len(cells) == 2 else []
    else:
        parts = [each for part in _BREAK.split(line) for each in _NEXT_FACT.split(part)]
    for part in parts:
        match = _LINE.match(part.strip()[:2000])
        kind = None if match is None else _KEYS.get(re.sub(r"[^a-z]", "", match["key"].lower()))
        if match is not None and kind is not None:
            yield kind, plain(match["value"])


def plain(text: str) -> str:
    """Return a value without the marks of Markdown: line breaks, links, code and emphasis."""
    text = _TAG.sub("", _LINK.sub(r"\1", _BREAK.sub(" ", text.rstrip())))
    return text.replace("`", "").replace("**", "").strip().strip("*").strip()


def title_of(lines: list[str]) -> str:
    """Return the title of a document, its first heading of the first level; empty without one."""
    return next((match[1] for line in lines[:50] if (match := _TITLE.match(line.rstrip())) is not None), "")


def provider_in(text: str) -> str | None:
    """Return the provider that a text names, as stages name it; ``None`` if it names none or several."""
    found = {name for pattern, name in _PROVIDERS if pattern.search(text)}
    return found.pop() if len(found) == 1 else None


def place_in(title: str) -> str | None:
    """Return the place that a title names, such as ``Cloud`` or ``Azure West US (db-1)``; ``None`` if it names none."""
    for match in _PLACE.finditer(title):
        place = plain(match["after"] or match["inside"])
        if _PLACE_WORDS.search(place):
            return place
    return None
