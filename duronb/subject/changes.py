"""The difference between the files of a checkout and its last commit, without running a filter of git."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from duronb.errors import HostError
from duronb.quoting import quoted
from duronb.subject.commit_files import LFS, filters_of, missing_files
from duronb.subject.git.commands import git, is_partial
from duronb.subject.git.lfs import LARGEST_POINTER, pointer_of
from duronb.subject.snapshot import Entry, content_hash

_OPTIONS = ("--no-ext-diff", "--no-textconv", "--binary", "--relative", "-O/dev/null", "--ignore-submodules=dirty")
_MOST_LEFT_OUT = 1000


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
