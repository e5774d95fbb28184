"""Shell scripts of the package as commands. Data reaches a script as arguments, never as a part of its text."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


def shell_command(package: str, name: str, *arguments: str) -> tuple[str, ...]:
    """Return the command that runs a script. It also works where duronb is not installed, such as in a container.

    Parameters
    ----------
    package
        The package with the script, such as ``duronb.engine.docker``.
    name
        The file in the package's ``scripts/``, without ``.sh``; the script's own messages begin with it.
    arguments
        The script's parameters; the comment at its top names them.
    """
    return ("/bin/sh", "-c", _text(package, name), name, *arguments)


@cache
def _text(package: str, name: str) -> str:
    return (files(package) / "scripts" / f"{name}.sh").read_text(encoding="utf-8")
