"""Read-only git commands on a checkout."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from duronb.errors import HostError

_TIMEOUT_SECONDS = 120
_FOREIGN = (
    # Variables that a calling git process, such as a hook, sets, and that would select another repository or index
    # ("git rev-parse --local-env-vars").
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
    # Variables that change what paths, attributes and differences mean.
    "GIT_ATTR_SOURCE",
    "GIT_DIFF_OPTS",
    "GIT_EXTERNAL_DIFF",
    "GIT_GLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
    "GIT_LITERAL_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_TRACE",
)
_SETTINGS = (
    # The configuration of a repository can name programs that git starts. Disable them all.
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.pager=cat",
    "diff.external=",
    "log.showSignature=false",
    # Settings of the user that change the output. The hash of uncommitted changes must be the same for everyone.
    "color.ui=never",
    "core.quotePath=true",
    "diff.algorithm=default",
    "diff.context=3",
    "diff.ignoreSubmodules=none",
    "diff.indentHeuristic=true",
    "diff.interHunkContext=0",
    "diff.mnemonicPrefix=false",
    "diff.noprefix=false",
    "diff.relative=false",
    "diff.renames=true",
    "diff.submodule=short",
    "diff.wsErrorHighlight=none",
    "log.decorate=false",
    "log.follow=false",
    "log.mailmap=false",
)
_HARMLESS = tuple(word for setting in _SETTINGS for word in ("-c", setting))


def git(root: Path, *arguments: str) -> bytes | None:
    """Run git in ``root`` and return its standard output; ``None`` if it fails or is not installed."""
    try:
        done = subprocess.run(
            ["git", "--no-optional-locks", *_HARMLESS, "-C", str(root), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=_TIMEOUT_SECONDS,
            env=git_environment(),
        )
    except FileNotFoundError:
        return None
    except subprocess.TimeoutExpired:
        raise HostError(
            f"git did not finish within {_TIMEOUT_SECONDS} s.", "Try again when the disk is idle."
        ) from None
    return done.stdout if done.returncode == 0 else None


def git_text(root: Path, *arguments: str) -> str | None:
    """Return the output of ``git`` as text, without white space at its ends; ``None`` if it is empty or git fails."""
    answer = git(root, *arguments)
    return None if answer is None else answer.decode("utf-8", "replace").strip() or None


def git_environment() -> dict[str, str]:
    """Return the environment for git: without variables that select another repository, and without prompts."""
    kept = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
    return kept | {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}


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
