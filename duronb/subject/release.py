"""A published release of Duroxide, profiled by a workload crate that depends on it."""

from __future__ import annotations

from duronb.model.record.subject import SOURCE_FIELDS, Subject
from duronb.subject.snapshot import source_of
from duronb.subject.source import Source
from duronb.subject.workload import release_crate


def release_source(version: str) -> Source:
    """Return the source of the workload crate for a version such as ``0.1.32``; ``latest`` is not accepted."""
    return source_of((), release_crate(version))


def release_facts(version: str, source: Source) -> Subject:
    """Return the subject of a run record, without the workload."""
    return Subject(
        kind="release",
        name=f"duroxide {version}",
        version=version,
        dirty=False,
        source_hash=source.source_hash,
        stated=SOURCE_FIELDS,
    )
