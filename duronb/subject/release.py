"""A published release of Duroxide: a workload crate that depends on it."""

from __future__ import annotations

from duronb.model.record.subject import SOURCE_FIELDS, Subject
from duronb.subject.snapshot import source_of
from duronb.subject.source import Source
from duronb.subject.workload import release_crate


def release_source(version: str) -> Source:
    """Return the source of the workload crate for a version; ``latest`` must have been resolved before."""
    return source_of((), release_crate(version))


def release_facts(version: str, source: Source) -> Subject:
    """Return what a run states about its subject, without the workload."""
    return Subject(
        kind="release",
        name=f"duroxide {version}",
        version=version,
        dirty=False,
        source_hash=source.source_hash,
        stated=SOURCE_FIELDS,
    )
