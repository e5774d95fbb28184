"""Subjects of runs: which runs measured the same code, and the order of subjects."""

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
    """The code that a run measured. Runs of equal subjects are repetitions.

    Parameters
    ----------
    label
        Short name: a version, or the first digits of a commit.
    version, git_sha, dirty_hash, source_hash
        As stated in the run.
    """

    label: str
    version: str | None = None
    git_sha: str | None = None
    dirty_hash: str | None = None
    source_hash: str | None = None


def subject_of(run: RunRecord) -> SubjectKey:
    """Return the subject of a run."""
    facts = run.subject
    version, sha = facts.version or None, facts.git_sha or None
    if sha is not None:
        label = f"{sha[:7]}+" if facts.dirty_hash or facts.dirty else sha[:7]
    else:
        label = version or facts.name or "unknown"
    return SubjectKey(label[:60], version, sha, facts.dirty_hash or None, facts.source_hash or None)


def committed(run: RunRecord) -> datetime | None:
    """Return the commit time of a run's code; ``None`` if its record does not state it."""
    try:
        when = datetime.fromisoformat(run.subject.committed or "")
    except ValueError:
        return None
    return when if when.tzinfo is not None else when.replace(tzinfo=UTC)


def are_interleaved(subjects: Iterable[Sequence[SubjectKey]]) -> bool:
    """Return whether host histories switch between subjects repeatedly, as runs of several releases in blocks do.

    A single return, such as to the release before a bad one, is not interleaving.
    """
    switches = distinct = 0
    for series in subjects:
        switches += sum(before != after for before, after in pairwise(series))
        distinct += max(0, len(set(series)) - 1)
    return distinct > 0 and switches > 2 * distinct


def in_order(runs: Sequence[RunRecord], subjects: Sequence[SubjectKey]) -> list[int]:
    """Return the indices of runs ordered by subject.

    Subjects are ordered by version if all have one, then by commit time, or by the time of their first run if that is
    unknown.

    Parameters
    ----------
    runs
        Runs in order of time.
    subjects
        The subject of each run.
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
