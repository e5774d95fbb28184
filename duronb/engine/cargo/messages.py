"""The messages of ``cargo build --message-format=json-render-diagnostics``: what it built, and from which packages.

cargo sends a message about every file that belongs to a build, also about those that it had built before.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from duronb.errors import BuildError
from duronb.subject.cargo_lock import SUBJECT
from duronb.subject.source import BuildPlan

MESSAGE_FORMAT = "--message-format=json-render-diagnostics"
"""Option of cargo: messages go to standard output, compiler errors as text to standard error."""
PACKAGES = "packages"
"""Name of the file with the ids of the packages of a build, beside its binary: one on a line."""
_ID = re.compile(r"(?P<kind>[a-z-]+)\+(?P<source>[^#]*)#((?P<name>[\w-]+)@)?(?P<version>\d[^@\s]*)")
_OLD_ID = re.compile(r"(?P<name>[\w-]+) (?P<version>\d\S*) \((?P<kind>[a-z-]+)\+.*\)")


def built_executable(messages: Iterable[str], plan: BuildPlan) -> str:
    """Return the path of the executable that cargo built for a plan.

    The path depends on ``build.target`` and other settings, so it is never guessed: only cargo knows which file belongs
    to this build.

    Parameters
    ----------
    messages
        The lines of cargo's standard output. Lines that are not messages, such as those of a wrapper, are ignored.
    plan
        What was built.

    Raises
    ------
    BuildError
        cargo built no such program, or built it for several targets.
    """
    found = {path for line in messages if (path := _executable(line, plan)) is not None}
    if not found:
        raise BuildError(f"cargo did not build {plan.binary}.", "Check the name of the binary.")
    if len(found) > 1:
        raise BuildError(
            f"cargo built {plan.binary} for {len(found)} targets.", "Set one 'build.target' in cargo's configuration."
        )
    return found.pop()


def package_ids(messages: Iterable[str]) -> list[str]:
    """Return the ids of the packages that cargo compiled, sorted, each once.

    Parameters
    ----------
    messages
        As for ``built_executable``.
    """
    found = {str(message.get("package_id") or "") for line in messages if (message := _artifact(line)) is not None}
    return sorted(found - {""})


def compiled_packages(ids: Iterable[str]) -> str | None:
    """Return the compiled packages as a run stores them: a sorted list ``NAME VERSION, …``.

    The subject and packages with a path are left out: they are the code that is measured, and its workspace.

    Parameters
    ----------
    ids
        Package ids of cargo: ``SOURCE#NAME@VERSION``, ``SOURCE/NAME#VERSION``, and before cargo 1.77
        ``NAME VERSION (SOURCE)``.

    Returns
    -------
    The list; ``None`` if no id can be read, as of a cargo that writes another form.
    """
    read = [named for line in ids if (named := _named(line.strip())) is not None]
    found = {f"{name} {version}" for kind, name, version in read if kind != "path" and name != SUBJECT}
    return ", ".join(sorted(found)) if read else None


def _named(package_id: str) -> tuple[str, str, str] | None:
    """Return the kind of the source, the name and the version in a package id; ``None`` for another form."""
    if match := _OLD_ID.fullmatch(package_id):
        return match["kind"], match["name"], match["version"]
    if match := _ID.fullmatch(package_id):
        # An id has no name if the last part of its address is the name.
        name = match["name"] or match["source"].partition("?")[0].rpartition("/")[2]
        return match["kind"], name, match["version"]
    return None


def _artifact(line: str) -> dict[str, Any] | None:
    """Return a message about a file that cargo built; ``None`` if the line is something else."""
    if not line.startswith("{"):
        return None
    try:
        message = json.loads(line)
    except ValueError:
        return None
    return message if isinstance(message, dict) and message.get("reason") == "compiler-artifact" else None


def _executable(line: str, plan: BuildPlan) -> str | None:
    """Return the executable in a message; ``None`` if the message is about something else."""
    message = _artifact(line)
    if message is None:
        return None
    target, path = message.get("target"), message.get("executable")
    if not isinstance(target, dict) or not isinstance(path, str):
        return None
    return path if target.get("name") == plan.binary and plan.kind in (target.get("kind") or ()) else None
