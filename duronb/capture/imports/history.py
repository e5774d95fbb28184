"""Every version of a file of results that a repository remembers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from duronb.errors import RequestError
from duronb.ingest.stress_test.results_file import LARGEST_DOCUMENT
from duronb.quoting import quoted
from duronb.subject.git import git, git_text

MOST_VERSIONS = 5000
LARGEST_HISTORY = 256 * 2**20
_LAST_SECOND = 2**35
CLOUD = "-cloud"
"""Ending of the name under which upstream collects the runs of another machine."""


@dataclass(frozen=True, slots=True)
class Version:
    """One content that a file had: under which name, and when it was first committed, UTC."""

    name: str
    content: bytes
    committed: datetime


def file_versions(path: Path) -> list[Version]:
    """Return every version of a file and of its counterpart of cloud runs, newest first.

    All branches are looked at; a version that several commits share counts once.

    Parameters
    ----------
    path
        The file, which need not be there any more.

    Raises
    ------
    RequestError
        It lies in no repository, its history is unknown there, or is too large.
    """
    path = path.expanduser().absolute()
    root = git_text(path.parent, "rev-parse", "--show-toplevel") if path.parent.is_dir() else None
    if root is None:
        raise RequestError(f"{quoted(str(path))} lies in no git repository.", "Leave --git out.")
    names = [f":(literal){name}" for name in _names(path)]
    # Both sides of every merge: a version may be on one that the merge dropped.
    listed = ("--format=%ct", "--raw", "--no-abbrev", "--no-renames")
    log = git(path.parent, "log", "--all", "--full-history", *listed, "--", *names)
    blobs: dict[str, tuple[str, int]] = {}
    committed = 0
    for line in (log or b"").decode("utf-8", "replace").splitlines():
        facts, _, name = line.partition("\t")
        parts = facts.split(" ")
        if line.isdigit():
            committed = int(line)
        elif line.startswith(":") and len(parts) == 5 and parts[1].startswith("100"):
            first, known = blobs.get(parts[3], (name, committed))
            blobs[parts[3]] = first, min(known, committed)
    if not blobs:
        raise RequestError(f"git knows no version of {quoted(str(path))}.", "Leave --git out.")
    if len(blobs) > MOST_VERSIONS:
        raise RequestError(f"{quoted(str(path))} has more than {MOST_VERSIONS} versions.", "Leave --git out.")
    versions = []
    total = 0
    for blob, (name, seconds) in blobs.items():
        size = int(git_text(path.parent, "cat-file", "-s", blob) or 0)
        total += size
        if size > LARGEST_DOCUMENT or total > LARGEST_HISTORY:
            raise RequestError(f"The history of {quoted(str(path))} is too large.", "Leave --git out.")
        content = git(path.parent, "cat-file", "blob", blob)
        if content is not None:
            time = datetime.fromtimestamp(min(seconds, _LAST_SECOND), UTC)
            versions.append(Version(name.rpartition("/")[2], content, time))
    return versions


def _names(path: Path) -> tuple[str, str]:
    if path.stem.endswith(CLOUD):
        return path.name, f"{path.stem.removesuffix(CLOUD)}{path.suffix}"
    return path.name, f"{path.stem}{CLOUD}{path.suffix}"
