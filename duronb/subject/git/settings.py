"""The settings with which git runs: fixed ones, and those of the user and of the checkout that name no program."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from duronb.errors import RequestError
from duronb.quoting import quoted
from duronb.subject.git.process import run_git
from duronb.subject.git.repository import Repository, read_small

FIXED = {
    "core.bare": "false",
    # What git does by itself, in case that a variable or a later version of git changes the default.
    "core.fsmonitor": "false",
    "core.hooksPath": "/dev/null",
    "core.pager": "cat",
    "core.untrackedCache": "false",
    # A file of a commit may ask "git archive" for the state of the commit's signature. No program answers.
    "gpg.program": "/dev/null",
    "gpg.openpgp.program": "/dev/null",
    "gpg.ssh.program": "/dev/null",
    "gpg.x509.program": "/dev/null",
    "log.showSignature": "false",
    "protocol.allow": "never",
    # The hash of uncommitted changes must be the same for everyone.
    "color.ui": "never",
    "core.quotePath": "true",
    "core.safecrlf": "false",
    "diff.algorithm": "default",
    "diff.context": "3",
    "diff.ignoreSubmodules": "dirty",
    "diff.indentHeuristic": "true",
    "diff.interHunkContext": "0",
    "diff.mnemonicPrefix": "false",
    "diff.noprefix": "false",
    "diff.relative": "false",
    "diff.renames": "true",
    "diff.submodule": "short",
    "diff.wsErrorHighlight": "none",
    "log.decorate": "false",
    "log.follow": "false",
    "log.mailmap": "false",
}
_YES_OR_NO = frozenset({"true", "false", "yes", "no", "on", "off", "0", "1"})
NAME_NO_PROGRAM: Mapping[str, frozenset[str]] = {
    "core.autocrlf": _YES_OR_NO | {"input"},
    "core.checkstat": frozenset({"default", "minimal"}),
    "core.eol": frozenset({"lf", "crlf", "native"}),
    "core.filemode": _YES_OR_NO,
    "core.ignorecase": _YES_OR_NO,
    "core.precomposeunicode": _YES_OR_NO,
    "core.symlinks": _YES_OR_NO,
    "core.trustctime": _YES_OR_NO,
    "extensions.objectformat": frozenset({"sha1", "sha256"}),
    "extensions.refstorage": frozenset({"files", "reftable"}),
}
"""Settings of a checkout that git gets to see, in lower case, with the values that it gets to see."""

_EXTENSIONS = frozenset(
    {"compatobjectformat", "noop", "objectformat", "partialclone", "preciousobjects", "refstorage"}
    | {"relativeworktrees", "worktreeconfig"}
)
"""Extensions of the format of a repository with which reading works as described here."""
_FILES_OF_THE_USER = {"core.excludesfile": "ignore", "core.attributesfile": "attributes"}
_LARGEST_FILE = 1 << 22


class Settings:
    """What the configuration of a repository states. Nothing in it acts, and no file is included.

    Parameters
    ----------
    repository
        The repository.

    Raises
    ------
    RequestError
        The configuration cannot be read, or the repository has a format that duronb does not know.
    """

    def __init__(self, repository: Repository) -> None:
        self._stated = _stated(repository, repository.common / "config")
        if self._stated.get("extensions.worktreeconfig", "false").lower() in {"", "true", "yes", "on", "1"}:
            self._stated = self._stated | _stated(repository, repository.directory / "config.worktree")
        version = self._stated.get("core.repositoryformatversion", "0")
        if version not in {"0", "1"}:
            raise _unknown(repository, f"the version {quoted(version)}")
        for key in self._stated:
            section, _, name = key.partition(".")
            if version == "1" and section == "extensions" and name not in _EXTENSIONS:
                raise _unknown(repository, f"the extension {quoted(name)}")
        self._version = version

    @property
    def remote(self) -> str | None:
        """The address of the remote ``origin``; ``None`` if the repository names none."""
        stated = self._stated.get("remote.origin.url", "")
        return stated.encode("utf-8", "surrogateescape").decode("utf-8", "replace") or None

    @property
    def is_partial(self) -> bool:
        """Whether git would fetch missing objects when something reads them. Here they are missing."""
        return any(
            key == "extensions.partialclone" or (key.startswith("remote.") and key.endswith(".promisor"))
            for key in self._stated
        )

    def file(self, of_user: Mapping[str, str]) -> str:
        """Return the text of the file of configuration for git, with some settings of the user."""
        own = {key: value for key, value in self._stated.items() if _is_harmless(key, value)}
        lines = []
        for key, value in {**of_user, **own, **FIXED, "core.repositoryformatversion": self._version}.items():
            section, _, name = key.partition(".")
            subsection, dot, name = name.rpartition(".")
            head = f'{section} "{subsection}"' if dot else section
            escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
            lines.append(f'[{head}]\n\t{name} = "{escaped}"\n')
        return "".join(lines)


def user_settings() -> dict[str, str]:
    """Return the user's own settings that say which files are ignored and how lines end."""
    stated = _parsed(run_git("config", "--includes", "--list", "-z") or b"")
    found = {key: value for key, value in stated.items() if key.startswith("core.") and _is_harmless(key, value)}
    for key, name in _FILES_OF_THE_USER.items():
        file = Path(stated[key]) if stated.get(key) else _configuration_home() / "git" / name
        try:
            file = file.expanduser()
            if file.is_absolute() and file.is_file():
                found[key] = str(file)
        except (OSError, RuntimeError, ValueError):
            pass  # a file that cannot be read is none, as for git
    return found


def _configuration_home() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or "~/.config")


def _is_harmless(key: str, value: str) -> bool:
    return value.lower() in NAME_NO_PROGRAM.get(key, ())


def _stated(repository: Repository, path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    content = read_small(path, _LARGEST_FILE)
    listed = None if content is None else _listed(content)
    if listed is None:
        raise RequestError(
            f"The git configuration of {quoted(str(repository.work_tree))} cannot be read.", "Correct its .git/config."
        )
    return _parsed(listed)


@lru_cache(maxsize=16)
def _listed(content: bytes) -> bytes | None:
    return run_git("config", "--no-includes", "--file", "-", "--list", "-z", given=content)


def _parsed(listed: bytes) -> dict[str, str]:
    """Return the last value of each key; a key without a value is true."""
    found = {}
    for item in listed.decode("utf-8", "surrogateescape").split("\0"):
        key, newline, value = item.partition("\n")
        if key:
            found[key] = value if newline else "true"
    return found


def _unknown(repository: Repository, what: str) -> RequestError:
    return RequestError(
        f"The repository of {quoted(str(repository.work_tree))} has {what} of git's format, which duronb cannot read.",
        "Profile a clone of it.",
    )
