"""The parts of a git repository on disk, found without git."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path

_LONGEST_LINK = 4096


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository with a working tree.

    Parameters
    ----------
    work_tree
        The directory that contains ``.git``.
    directory
        The git directory of this working tree, with ``HEAD`` and the index.
    common
        The git directory with objects, refs and configuration: another one for linked working trees.
    """

    work_tree: Path
    directory: Path
    common: Path


def find_repository(path: Path) -> Repository | None:
    """Return the repository whose working tree contains ``path``; ``None`` if there is none that can be read."""
    try:
        path = path.resolve()
        for work_tree in (path, *path.parents):
            directory = _git_directory(work_tree / ".git")
            if directory is not None:
                link = read_small(directory / "commondir")
                common = directory if link is None else (directory / link.decode("utf-8", "surrogateescape").strip())
                if (directory / "HEAD").exists() and (common / "objects").is_dir() and (common / "refs").is_dir():
                    return Repository(work_tree, directory.resolve(), common.resolve())
    except (OSError, ValueError):
        return None
    return None


def read_small(path: Path, largest: int = _LONGEST_LINK) -> bytes | None:
    """Return the content of a regular file; ``None`` if there is none, or if it is larger than ``largest`` bytes."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return None
        with path.open("rb") as file:
            content = file.read(largest + 1)
    except (OSError, ValueError):
        return None
    return content if len(content) <= largest else None


def _git_directory(entry: Path) -> Path | None:
    """Return the git directory that ``.git`` is or names."""
    if entry.is_dir():
        return entry
    text = (read_small(entry) or b"").decode("utf-8", "surrogateescape")
    return entry.parent / text[len("gitdir:") :].strip() if text.startswith("gitdir:") else None
