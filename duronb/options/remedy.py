"""Commands in messages: written as a magic in a notebook, and as a shell command elsewhere."""

from __future__ import annotations

from typing import Literal

from duronb.options.tables import TABLES

Front = Literal["notebook", "shell"]


class _Current:
    """The front end of this process: the shell, until ``%load_ext duronb`` sets it to the notebook."""

    front: Front = "shell"


def use_front(front: Front) -> None:
    """Set the front end for which ``command`` writes commands."""
    _Current.front = front


def command(name: str, *arguments: str) -> str:
    """Return a command as the user of the current front end types it.

    Parameters
    ----------
    name
        Name of the command, such as ``runs``.
    arguments
        Flags, values and placeholders, such as ``--more``, ``5`` or ``RUN``.

    Returns
    -------
    str
        In a shell, ``duronb runs``. In a notebook, ``%duroruns``; or ``!duronb doctor`` if the command has no magic or
        if the magic lacks one of the flags.
    """
    table = TABLES[name]
    flags = {flag for option in table.options for flag in option.flags}
    has_magic = table.magic is not None and all(each in flags for each in arguments if each.startswith("--"))
    if _Current.front == "shell":
        return " ".join(("duronb", name, *arguments))
    return " ".join((f"%{table.magic}" if has_magic else f"!duronb {name}", *arguments))
