"""Processes of git, with an environment in which nothing selects a repository or starts a program."""

from __future__ import annotations

import os
import subprocess

from duronb.errors import HostError

_TIMEOUT_SECONDS = 120
_KEPT = frozenset({"GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_SYSTEM", "GIT_EXEC_PATH"})
"""Variables of git that are kept: where its programs are, and where the user's own settings are."""
_ALWAYS = {
    # Nothing is fetched: neither by a transport, nor when an object of a partial clone is missing.
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_TERMINAL_PROMPT": "0",
    # Objects are what their hash says.
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "LC_ALL": "C",
}


def run_git(
    *arguments: str, variables: dict[str, str] | None = None, given: bytes = b"", directory: str = "/"
) -> bytes | None:
    """Run git and return its standard output; ``None`` if it fails or is not installed.

    Parameters
    ----------
    arguments
        Arguments of git.
    variables
        Variables of the environment that select the repository; by default, git finds none.
    given
        Its standard input.
    directory
        Its working directory.

    Raises
    ------
    HostError
        git does not end.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name in _KEPT}
    try:
        done = subprocess.run(
            ["git", "-C", directory, *arguments],
            input=given,
            capture_output=True,
            check=False,
            timeout=_TIMEOUT_SECONDS,
            env=kept | _ALWAYS | (variables or {"GIT_DIR": os.devnull}),
        )
    except FileNotFoundError:
        return None
    except subprocess.TimeoutExpired:
        raise HostError(
            f"git did not finish within {_TIMEOUT_SECONDS} s.", "Try again when the disk is idle."
        ) from None
    return done.stdout if done.returncode == 0 else None
