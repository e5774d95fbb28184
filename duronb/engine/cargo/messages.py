"""The messages of ``cargo build --message-format=json-render-diagnostics``, which name the files that it built."""

from __future__ import annotations

import json
from collections.abc import Iterable

from duronb.errors import BuildError
from duronb.subject.source import BuildPlan

MESSAGE_FORMAT = "--message-format=json-render-diagnostics"
"""Option of cargo: messages go to standard output, compiler errors as text to standard error."""


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


def _executable(line: str, plan: BuildPlan) -> str | None:
    """Return the executable in a message; ``None`` if the message is about something else."""
    if not line.startswith("{"):
        return None
    try:
        message = json.loads(line)
    except ValueError:
        return None
    if not isinstance(message, dict) or message.get("reason") != "compiler-artifact":
        return None
    target, path = message.get("target"), message.get("executable")
    if not isinstance(target, dict) or not isinstance(path, str):
        return None
    return path if target.get("name") == plan.binary and plan.kind in (target.get("kind") or ()) else None
