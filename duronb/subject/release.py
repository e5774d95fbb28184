"""A published release of Duroxide: a workload crate that depends on it."""

from __future__ import annotations

from typing import Any

from duronb.subject.snapshot import source_of
from duronb.subject.source import Source
from duronb.subject.workload import release_crate


def release_source(version: str) -> Source:
    """Return the source of the workload crate for a version; ``latest`` must have been resolved before."""
    return source_of((), release_crate(version))


def release_facts(version: str, source: Source) -> dict[str, Any]:
    """Return what a run keeps of its subject."""
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
