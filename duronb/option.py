"""One option of a function, a magic or a command: its name, type, default and help, declared once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

from duronb.errors import RequestError
from duronb.quoting import quoted
from duronb.values import Choice, Switch, ValueType

Completes = Literal[
    "label", "run", "side", "stage", "metric", "ref", "bin", "example", "release", "path", "file", "tag", ""
]
"""What Tab offers for a value: labels, ids, refs, …; ``path`` and ``file`` are left to IPython."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option.

    Parameters
    ----------
    name
        The parameter of the Python function.
    type
        Reads text, checks values, and describes itself as a JSON Schema.
    help
        A phrase; the default is added to it.
    flags
        How a command line names it, such as ``("-o", "--output")``; empty for an argument that is known by its place.
    metavar
        What stands for the value in the help; the choices of a ``Choice`` when empty.
    default
        The value when it is left out, as in the function's signature.
    required
        An argument that cannot be left out.
    repeated
        An argument that takes all remaining words.
    completes
        What Tab offers.
    condition
        The name of the condition that runs must share to be comparable; empty for an option that does not matter to it.
    """

    name: str
    type: ValueType
    help: str
    flags: tuple[str, ...] = ()
    metavar: str = ""
    default: object = None
    required: bool = False
    repeated: bool = False
    completes: Completes = ""
    condition: str = ""

    @property
    def shown_name(self) -> str:
        """How a message about text names it: by its flag, or by its place's name."""
        return self.flags[-1] if self.flags else self.name

    @property
    def is_switch(self) -> bool:
        """Whether it takes no value."""
        return isinstance(self.type, Switch)

    @property
    def placeholder(self) -> str:
        """What stands for the value in a line of help; empty for a switch."""
        if self.is_switch:
            return ""
        return self.metavar or ("|".join(self.type.choices) if isinstance(self.type, Choice) else self.name.upper())

    @property
    def help_with_default(self) -> str:
        """The help, and the default where there is one."""
        if self.default in (None, (), False, ""):
            return self.help
        return f"{self.help}; {self.type.text(self.default)} when left out"

    def read(self, text: str) -> object:
        """Turn a word of a command line into a value; RequestError where it is not one."""
        return self.type.read(text, self.shown_name)

    def but(self, **changes: Any) -> Option:
        """Return the same option with another flag, default or help."""
        return replace(self, **changes)


def declared(default: object, value_type: ValueType, text: str, **facts: Any) -> Any:
    """Declare a field of a dataclass as an option; ``facts`` are those of ``Option``.

    The name is that of the field, and the flag the same with ``--`` unless ``flags`` says another.
    """
    return field(default=default, metadata={"option": {"type": value_type, "help": text, **facts}})


def options_of(cls: type) -> dict[str, Option]:
    """Return the options that the fields of a dataclass declare, by name, in their order."""
    return {
        each.name: Option(
            name=each.name,
            default=each.default,
            **{"flags": (f"--{each.name.replace('_', '-')}",), **each.metadata["option"]},
        )
        for each in fields(cls)
        if "option" in each.metadata
    }


def check_names(fields: Mapping[str, object], known: Sequence[str], what: str) -> None:
    """Raise RequestError where a mapping has a name that is not known."""
    for name in fields:
        if name not in known:
            raise RequestError(f"{quoted(name)} is not {what}.", f"Choose {', '.join(known)}.")
