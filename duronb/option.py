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
"""The source of the completions for a value, such as stored labels or git refs. IPython completes paths and files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option.

    Parameters
    ----------
    name
        The name of the parameter of the Python function.
    type
        The type of its value: reads text, checks Python values, and returns a JSON Schema.
    help
        A phrase for the help, without the default, which is appended to it.
    flags
        Its names on a command line, such as ``("-o", "--output")``; empty for a positional argument.
    metavar
        The placeholder of the value in the help. If it is empty, the choices of a ``Choice`` are shown, and else the
        option's name in capitals.
    default
        The value if the option is omitted, as in the signature of the function.
    required
        Whether the argument must be given.
    repeated
        Whether the argument accepts one value or more.
    completes
        The source of the completions; empty for no completions.
    condition
        The name of the condition that this option sets. Runs are comparable only if their conditions are equal. Empty
        for an option that does not affect comparability.
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
        """The name for messages about a command line: its last flag, or the name of a positional argument."""
        return self.flags[-1] if self.flags else self.name

    @property
    def is_switch(self) -> bool:
        """Whether it takes no value."""
        return isinstance(self.type, Switch)

    @property
    def placeholder(self) -> str:
        """The placeholder of the value in the help; empty for a switch."""
        if self.is_switch:
            return ""
        return self.metavar or ("|".join(self.type.choices) if isinstance(self.type, Choice) else self.name.upper())

    @property
    def help_with_default(self) -> str:
        """The help, followed by the default if there is one."""
        if self.default in (None, (), False, ""):
            return self.help
        return f"{self.help}; default: {self.type.text(self.default)}"

    def read(self, text: str) -> object:
        """Convert an argument of a command line to a value. Raise RequestError if it is invalid."""
        return self.type.read(text, self.shown_name)

    def but(self, **changes: Any) -> Option:
        """Return a copy of the option with the given fields replaced."""
        return replace(self, **changes)


def declared(default: object, value_type: ValueType, text: str, **facts: Any) -> Any:
    """Declare a field of a dataclass as an option. ``facts`` are further fields of ``Option``.

    The option has the name of the field. Its flag is that name after ``--``, unless ``facts`` contains ``flags``.
    """
    return field(default=default, metadata={"option": {"type": value_type, "help": text, **facts}})


def options_of(cls: type) -> dict[str, Option]:
    """Return the options that the fields of a dataclass declare, by name, in the order of the fields."""
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
    """Raise RequestError if a mapping has a name that is not in ``known``; ``what`` completes "… is not"."""
    for name in fields:
        if name not in known:
            raise RequestError(f"{quoted(name)} is not {what}.", f"Choose {', '.join(known)}.")
