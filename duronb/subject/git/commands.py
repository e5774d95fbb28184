"""Read-only git commands on a checkout, which run no program of its configuration."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from duronb.subject.git.own_directory import own_directory
from duronb.subject.git.process import run_git
from duronb.subject.git.repository import find_repository
from duronb.subject.git.settings import Settings, user_settings

_READS_FILES = frozenset({"diff", "diff-index", "ls-files"})
"""Commands for which the user's settings on ignored files and ends of lines matter."""


def git(root: Path, *arguments: str) -> bytes | None:
    """Run git in ``root`` and return its standard output.

    Returns
    -------
    ``None`` if git fails, is not installed, or if ``root`` is in no repository.

    Raises
    ------
    RequestError
        The repository has a format that duronb does not know.
    HostError
        git does not end, or there is no room for its directory.
    """
    repository = find_repository(root)
    if repository is None:
        return None
    configuration = Settings(repository).file(user_settings() if arguments[0] in _READS_FILES else {})
    with own_directory(repository, configuration) as variables:
        return run_git(*arguments, variables=variables, directory=str(root.resolve()))


def git_text(root: Path, *arguments: str) -> str | None:
    """Return the output of ``git`` as text, without white space at its ends; ``None`` if it is empty or git fails."""
    answer = git(root, *arguments)
    return None if answer is None else answer.decode("utf-8", "replace").strip() or None


def has_history(root: Path) -> bool:
    """Return whether a directory is in a git repository that git can read."""
    return git(root, "rev-parse", "--git-dir") is not None


def is_partial(root: Path) -> bool:
    """Return whether the repository of a directory is a partial clone, in which objects may be missing."""
    repository = find_repository(root)
    return repository is not None and Settings(repository).is_partial


def remote_of(root: Path) -> str | None:
    """Return the address of the remote ``origin`` without credentials; ``None`` if there is none."""
    repository = find_repository(root)
    remote = None if repository is None else Settings(repository).remote
    return None if remote is None else without_credentials(remote)


def without_credentials(remote: str) -> str:
    """Remove user, password, query and fragment from a remote's address."""
    if "://" in remote:
        try:
            parts = urlsplit(remote)
        except ValueError:
            return ""
        host = parts.netloc.rpartition("@")[2]
        return urlunsplit((parts.scheme, host, parts.path, "", ""))
    before, separator, after = remote.partition("@")
    return after if separator and ":" in after and "/" not in before else remote
