"""The files of a commit, and how those on disk differ from them, without running a filter of git."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from duronb.errors import HostError, RequestError
from duronb.quoting import quoted
from duronb.subject.git.commands import git, is_partial
from duronb.subject.git.lfs import ATTRIBUTES, LARGEST_POINTER, Pointer, filters_named, pointer_of
from duronb.subject.git.repository import find_repository
from duronb.subject.snapshot import Entry, commit_tree, content_hash

LFS = "lfs"
"""Name of the filter of git LFS in attributes."""
_OPTIONS = ("--no-ext-diff", "--no-textconv", "--binary", "--relative", "-O/dev/null", "--ignore-submodules=dirty")
_MOST_LEFT_OUT = 1000


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


def changes_hash(root: Path, entries: list[Entry]) -> str | None:
    """Return a hash of the differences between the files and HEAD; ``None`` without differences.

    A file whose size and time are those in git's index is unchanged, as for git. Others are compared as they are on
    disk, after the conversions of lines that are part of git; and files of git LFS by the hash in their pointer.

    Raises
    ------
    HostError
        git cannot compare them.
    RequestError
        Files of the commit are missing, because the repository is a partial clone.
    """
    left_out = [f":(exclude,literal){name}" for name in _equal_by_pointer(root, entries)]
    changes = git(root, "diff", "HEAD", *_OPTIONS, "--", ".", *left_out)
    if changes is None:
        if is_partial(root):
            raise missing_files(root)
        raise HostError(f"git cannot compare the files of {quoted(str(root))} with HEAD.", "Clone the repository anew.")
    listed = git(root, "ls-files", "-z", "--others", "--exclude-standard") or b""
    untracked = {os.fsdecode(name) for name in listed.split(b"\0") if name}
    new = [entry for entry in entries if entry.name in untracked]
    if not changes and not new:
        return None
    return hashlib.sha256(changes + content_hash(new).encode()).hexdigest()


def _equal_by_pointer(root: Path, entries: list[Entry]) -> list[str]:
    """Return the files that differ from the commit only because the commit contains their pointer."""
    if LFS not in filters_of(entries):
        return []
    equal = []
    for name, blob in _modified(root):
        size = git(root, "cat-file", "-s", blob)
        pointer = pointer_of(git(root, "cat-file", "blob", blob) or b"") if int(size or 0) <= LARGEST_POINTER else None
        if pointer is not None and pointer.is_of(root / name):
            equal.append(name)
        if len(equal) == _MOST_LEFT_OUT:
            break
    return equal


def _modified(root: Path) -> Iterator[tuple[str, str]]:
    """Yield name and committed blob of each file that git takes for modified on disk."""
    listed = git(root, "diff-index", "--raw", "-z", "--no-renames", "--relative", "--ignore-submodules", "HEAD")
    parts = iter((listed or b"").split(b"\0"))
    for fields in parts:
        name = os.fsdecode(next(parts, b""))
        old_mode, new_mode, blob, _, how = (fields.decode("ascii", "replace").split(" ") + [""] * 5)[:5]
        if how == "M" and old_mode.lstrip(":") == new_mode:
            yield name, blob
