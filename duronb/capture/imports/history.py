"""All versions of a file of results in a git repository, under all names that it had."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from duronb.errors import RequestError
from duronb.ingest.stress_test.results_file import LARGEST_DOCUMENT
from duronb.quoting import quoted
from duronb.subject.commit_files import missing_files
from duronb.subject.git.commands import git, git_text, is_partial

MOST_VERSIONS = 5000
LARGEST_HISTORY = 256 * 2**20
_LAST_SECOND = 2**35
_MOST_RENAMES = 100
_EVERYWHERE = ("--exclude=refs/stash", "--exclude=refs/notes/*", "--all")


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a file: its name, its content, and when it was first committed, UTC."""

    name: str
    content: bytes
    committed: datetime


class _Change(NamedTuple):
    """A change of a file: its commit with the Unix time, how the file changed (``A`` if added), and its new blob."""

    commit: str
    seconds: int
    how: str
    blob: str


def file_versions(path: Path) -> list[Version]:
    """Return all versions of a file, newest first.

    All branches are searched. If the file was renamed, its versions under the older name follow, but only those before
    the renaming: another file may have that name now. A version that several commits share is returned once.

    Parameters
    ----------
    path
        The file. It may have been deleted.

    Raises
    ------
    RequestError
        The path is not in a git repository, has no history, its history is too large, or a partial clone lacks a part
        of it.
    """
    path = path.expanduser().absolute()
    root = git_text(path.parent, "rev-parse", "--show-toplevel") if path.parent.is_dir() else None
    if root is None:
        raise RequestError(f"{quoted(str(path))} is not in a git repository.", "Import the file without --git.")
    prefix = (git(path.parent, "rev-parse", "--show-prefix") or b"").decode("utf-8", "surrogateescape").rstrip("\n")
    blobs: dict[str, tuple[str, int]] = {}
    names: list[tuple[tuple[str, ...], str]] = [(_EVERYWHERE, f"{prefix}{path.name}")]
    # The list grows while it is read.
    for tips, name in names:
        for change in _changes(path.parent, tips, name):
            first, known = blobs.get(change.blob, (name, change.seconds))
            blobs[change.blob] = first, min(known, change.seconds)
            older = _renamed_from(path.parent, change.commit, name) if change.how == "A" else None
            if older is not None and len(names) <= _MOST_RENAMES:
                before = ((f"{change.commit}^@",), older)
                names += [before] if before not in names else []
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
        if content is None and is_partial(path.parent):
            raise missing_files(path.parent)
        if content is not None:
            time = datetime.fromtimestamp(min(seconds, _LAST_SECOND), UTC)
            versions.append(Version(name.rpartition("/")[2], content, time))
    return sorted(versions, key=lambda version: version.committed, reverse=True)


def _changes(directory: Path, tips: tuple[str, ...], name: str) -> Iterator[_Change]:
    """Yield the changes of a file in the history of some commits, newest first."""
    # All sides of every merge, since a merge may have dropped the version of one side, or made one of its own.
    listed = ("--full-history", "-m", "--format=%H %ct", "--raw", "--no-abbrev", "--no-renames")
    log = git(directory, "log", *listed, *tips, "--", f":(top,literal){name}")
    if log is None and is_partial(directory):
        raise missing_files(directory)
    commit, seconds = "", 0
    for line in (log or b"").decode("utf-8", "replace").splitlines():
        parts = line.partition("\t")[0].split(" ")
        if line.startswith(":") and len(parts) == 5:
            if parts[1].startswith("100"):
                yield _Change(commit, seconds, parts[4][:1], parts[3])
        elif len(parts) == 2 and parts[1].isdigit():
            commit, seconds = parts[0], int(parts[1])


def _renamed_from(directory: Path, commit: str, name: str) -> str | None:
    """Return the name from which a commit renamed a file; ``None`` if the commit made a new file."""
    answer = git(directory, "diff-tree", "-r", "-M", "-z", "--raw", "--no-commit-id", "--diff-filter=R", commit)
    if answer is None and is_partial(directory):
        raise missing_files(directory)
    parts = iter((answer or b"").decode("utf-8", "surrogateescape").split("\0"))
    for fields in parts:
        if fields.startswith(":"):
            older, newer = next(parts, ""), next(parts, "")
            if newer == name:
                return older
    return None
