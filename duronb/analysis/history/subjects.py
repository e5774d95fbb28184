"""Which runs measured the same code, and in which order code came."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from duronb.model.run import RunRecord

_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)(-.*)?")


@dataclass(frozen=True, slots=True)
class SubjectKey:
    """The code that a run measured: runs of equal subjects are repetitions.

    Parameters
    ----------
    label
        What a reader calls it: a version, or the beginning of a commit.
    version, git_sha, dirty_hash, source_hash
        As the run has them.
    """

    label: str
    version: str | None = None
    git_sha: str | None = None
    dirty_hash: str | None = None
    source_hash: str | None = None


def subject_of(run: RunRecord) -> SubjectKey:
    """Return what a run measured."""
    facts = run.subject
    version, sha = facts.version or None, facts.git_sha or None
    if sha is not None:
        label = f"{sha[:7]}+" if facts.dirty_hash or facts.dirty else sha[:7]
    else:
        label = version or facts.name or "unknown"
    return SubjectKey(label[:60], version, sha, facts.dirty_hash or None, facts.source_hash or None)


def committed(run: RunRecord) -> datetime | None:
    """Return when a run's code was committed, where its record knows."""
    text = run.subject.extra.get("committed")
    if not isinstance(text, str):
        return None
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return when if when.tzinfo is not None else when.replace(tzinfo=UTC)


def are_interleaved(subjects: Iterable[Sequence[SubjectKey]]) -> bool:
    """Tell whether series come back to their subjects again and again, as runs of several releases in blocks do.

    One return, as to the release before a bad one, is no interleaving.
    """
    switches = distinct = 0
    for series in subjects:
        switches += sum(before != after for before, after in pairwise(series))
        distinct += max(0, len(set(series)) - 1)
    return distinct > 0 and switches > 2 * distinct


def in_order(runs: Sequence[RunRecord], subjects: Sequence[SubjectKey]) -> list[int]:
    """Return the positions of runs by subject: by version where all have one, then by commit date, then as they came.

    Parameters
    ----------
    runs
        In the order of their time.
    subjects
        Theirs.
    """
    first: dict[SubjectKey, datetime] = {}
    for run, subject in zip(runs, subjects, strict=True):
        first.setdefault(subject, committed(run) or run.created)
    versions = {subject: _version(subject.version) for subject in first}
    known = all(versions.values())
    rank = {
        subject: place
        for place, subject in enumerate(
            sorted(first, key=lambda subject: ((versions[subject] or ()) if known else (), first[subject]))
        )
    }
    return sorted(range(len(runs)), key=lambda position: rank[subjects[position]])


def _version(text: str | None) -> tuple[int, int, int, int, str] | None:
    match = _VERSION.fullmatch(text or "")
    if match is None:
        return None
    major, minor, patch = (int(match[part][:9]) for part in (1, 2, 3))
    return major, minor, patch, 0 if match[4] else 1, match[4] or ""
