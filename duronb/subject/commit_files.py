"""The files of a commit, with those of git LFS, and what duronb says where a filter of git would have changed them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from duronb.errors import RequestError
from duronb.quoting import quoted
from duronb.subject.git.commands import git, is_partial
from duronb.subject.git.lfs import ATTRIBUTES, Pointer, filters_named, pointer_of
from duronb.subject.git.repository import find_repository
from duronb.subject.snapshot import Entry, commit_tree

LFS = "lfs"
"""Name of the filter of git LFS in attributes."""


def commit_files(root: Path, commit: str) -> list[Entry]:
    """Return the files of a commit below ``root``, sorted by name, without running a filter of git.

    Files of git LFS are read from where git LFS keeps what it fetched. Those that were not fetched stay pointers.

    Raises
    ------
    RequestError
        Files are missing, because the repository is a partial clone.
    """
    # With "-C root" the archive contains only the directory root, even if it is a subdirectory of the repository.
    archive = git(root, "archive", "--format=tar", commit)
    if archive is None:
        if is_partial(root):
            raise missing_files(root)
        return []
    entries = commit_tree(archive)
    repository = find_repository(root)
    if repository is None or LFS not in filters_of(entries):
        return entries
    return [
        entry if pointer is None else replace(entry, content=pointer.file(repository.common) or entry.content)
        for entry, pointer in ((entry, _pointer(entry)) for entry in entries)
    ]


def missing_files(root: Path) -> RequestError:
    """Return the error for a partial clone that lacks the files that are needed."""
    return RequestError(
        f"{quoted(str(root))} is a partial clone that lacks needed files, and duronb fetches nothing.",
        "Clone it without --filter.",
    )


def filter_notices(entries: Sequence[Entry]) -> list[str]:
    """Return sentences on the files of a commit that a filter of git would have changed."""
    filters = filters_of(entries)
    notices = []
    left = sum(_pointer(entry) is not None for entry in entries) if LFS in filters else 0
    if left:
        files = "1 file" if left == 1 else f"{left} files"
        notices.append(f"git LFS has not fetched {files} of this commit, of which the pointers are used.")
    if others := sorted(filters - {LFS}):
        names = ", ".join(quoted(name) for name in others[:3])
        notices.append(
            f"The commit's files are used as git stores them: duronb runs no filter of a repository ({names})."
        )
    return notices


def filters_of(entries: Sequence[Entry]) -> set[str]:
    """Return the names of the filters that the attributes among some files name."""
    return filters_named(_attributes(entry) for entry in entries if entry.name.rpartition("/")[2] == ATTRIBUTES)


def _attributes(entry: Entry) -> bytes:
    try:
        return entry.read() if entry.kind != "link" else b""
    except OSError:
        return b""


def _pointer(entry: Entry) -> Pointer | None:
    return pointer_of(entry.content) if isinstance(entry.content, bytes) and entry.kind != "link" else None
