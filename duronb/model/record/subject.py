"""The subject of a run: which code was measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from duronb.model.record.part import RecordPart

SOURCE_FIELDS = frozenset({"version", "git_sha", "branch", "ref", "dirty_hash", "remote"})
"""Fields that the record of a checkout or a release states as ``null`` where they have no value."""


@dataclass(frozen=True, kw_only=True)
class Subject(RecordPart):
    """What was measured; ``None`` for what is unknown or does not apply.

    Parameters
    ----------
    kind
        ``checkout``, ``release``, ``file`` (imported samples) or ``results`` (imported results).
    name
        Name for people, such as ``duroxide 0.1.32``, or a file name.
    version
        Version of the duroxide package.
    git_sha
        Commit; imported results may have an abbreviated one.
    committed
        Commit time of ``git_sha``, ISO 8601 with an offset.
    branch, ref, remote
        Git branch of the working tree, requested ref, URL of ``origin``.
    dirty
        The working tree differed from ``git_sha``.
    dirty_hash
        SHA-256 (hex) of these differences.
    source_hash
        SHA-256 (hex) of the subject's files.
    workload
        Name of the program that ran.
    cargo_lock
        SHA-256 (hex) of ``Cargo.lock``.
    format
        Format of an imported file: ``perf``, ``folded``, ``svg`` or ``embedded``.
    figures
        SHA-256 (hex) that identifies an imported result.
    """

    part: ClassVar[str] = "subject"

    kind: str | None = None
    name: str | None = None
    version: str | None = None
    git_sha: str | None = None
    committed: str | None = None
    branch: str | None = None
    ref: str | None = None
    remote: str | None = None
    dirty: bool | None = None
    dirty_hash: str | None = None
    source_hash: str | None = None
    workload: str | None = None
    cargo_lock: str | None = None
    format: str | None = None
    figures: str | None = None
