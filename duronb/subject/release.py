"""A published release of Duroxide, profiled by a workload crate that depends on it."""

from __future__ import annotations

from typing import Any

from duronb.subject.snapshot import source_of
from duronb.subject.source import Source
from duronb.subject.workload import release_crate


def release_source(version: str) -> Source:
    """Return the source of the workload crate for a version such as ``0.1.32``; ``latest`` is not accepted."""
    return source_of((), release_crate(version))


def release_facts(version: str, source: Source) -> dict[str, Any]:
    """Return the subject of a run record."""
    return {
        "kind": "release",
        "name": f"duroxide {version}",
        "version": version,
        "git_sha": None,
        "branch": None,
        "ref": None,
        "dirty": False,
        "dirty_hash": None,
        "source_hash": source.source_hash,
        "remote": None,
    }
