"""All versions of a file of results in a git repository."""

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
"""Ending of the file name under which upstream collects results from a cloud machine."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a file: its name, its content, and when it was first committed, UTC."""

    name: str
    content: bytes
    committed: datetime


def file_versions(path: Path) -> list[Version]:
    """Return all versions of a file and of its counterpart with cloud results, newest first.

    All branches are searched. A version that several commits share is returned once.

    Parameters
    ----------
    path
        The file. It may have been deleted.

    Raises
    ------
    RequestError
        The path is not in a git repository, has no history, or its history is too large.
    """
    path = path.expanduser().absolute()
    root = git_text(path.parent, "rev-parse", "--show-toplevel") if path.parent.is_dir() else None
    if root is None:
        raise RequestError(f"{quoted(str(path))} is not in a git repository.", "Import the file without --git.")
    names = [f":(literal){name}" for name in _names(path)]
    # Both sides of every merge, since a merge may have dropped the version of one side.
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
        raise RequestError(f"git has no version of {quoted(str(path))}.", "Import the file without --git.")
    if len(blobs) > MOST_VERSIONS:
        raise RequestError(
            f"{quoted(str(path))} has more than {MOST_VERSIONS} versions.", "Import the file without --git."
        )
    versions = []
    total = 0
    for blob, (name, seconds) in blobs.items():
        size = int(git_text(path.parent, "cat-file", "-s", blob) or 0)
        total += size
        if size > LARGEST_DOCUMENT or total > LARGEST_HISTORY:
            raise RequestError(f"The history of {quoted(str(path))} is too large.", "Import the file without --git.")
        content = git(path.parent, "cat-file", "blob", blob)
        if content is not None:
            time = datetime.fromtimestamp(min(seconds, _LAST_SECOND), UTC)
            versions.append(Version(name.rpartition("/")[2], content, time))
    return versions


def _names(path: Path) -> tuple[str, str]:
    if path.stem.endswith(CLOUD):
        return path.name, f"{path.stem.removesuffix(CLOUD)}{path.suffix}"
    return path.name, f"{path.stem}{CLOUD}{path.suffix}"
