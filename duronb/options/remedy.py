"""How a message names a command: as a magic in a notebook, as a command of the shell elsewhere."""

from __future__ import annotations

from typing import Literal

from duronb.options.tables import TABLES

Front = Literal["notebook", "shell"]


class _Current:
    """The front end of this process: the shell, until ``%load_ext duronb`` says otherwise."""

    front: Front = "shell"


def use_front(front: Front) -> None:
    """Write commands as this front end has them, from now on."""
    _Current.front = front


def command(name: str, *arguments: str) -> str:
    """Write a command as the user of this front end types it.

    Parameters
    ----------
    name
        A command such as ``runs``.
    arguments
        Its flags, values and placeholders, such as ``--more``, ``5``, ``RUN``.

    Returns
    -------
    ``duronb runs`` in a shell. In a notebook ``%duroruns``; or ``!duronb doctor`` where there is no such magic, or
    where the magic lacks one of the flags.
    """
    table = TABLES[name]
    flags = {flag for option in table.options for flag in option.flags}
    has_magic = table.magic is not None and all(each in flags for each in arguments if each.startswith("--"))
    if _Current.front == "shell":
        return " ".join(("duronb", name, *arguments))
    return " ".join((f"%{table.magic}" if has_magic else f"!duronb {name}", *arguments))
