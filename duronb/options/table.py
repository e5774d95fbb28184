"""A table of options: the options of a command and its magic, and the functions to which they are passed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from duronb.errors import RequestError
from duronb.option import Option
from duronb.values import Switch

Given = Mapping[str, object]
"""Values of the options that were given, by name. Options that were omitted are missing; the function has defaults."""
Group = Literal["Make runs", "Look at runs", "Compare runs", "Keep runs", "This machine"]
JSON = Option(name="json", type=Switch(), flags=("--json",), help="one JSON object on standard output")
"""The option that every command has."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """A function of ``duronb.api`` with the arguments of one call.

    Each argument has the type of its option; ``tests/options/test_binding.py`` compares these with the signature.
    """

    function: str
    arguments: Given

    def of(self, function: Callable[..., T], **further: Any) -> T:
        """Call a function with the arguments, and with further arguments from the front end."""
        return function(**self.arguments, **further)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form of a command: a function, and the options that are passed to it.

    Parameters
    ----------
    function
        Module and name below ``duronb.api``, such as ``profiling.profile``.
    options
        Names of the options that are passed to the function. Other options are rejected.
    when, without
        The form is chosen if the option ``when`` is given, or if the option ``without`` is not given. A form with
        neither is chosen if no other form is.
    renames
        For options whose parameter has another name: the name of the parameter by the name of the option.
    ignores
        Names of options that are accepted but not passed on, because they have no effect.
    refusal
        Message for an option that is rejected; ``{}`` stands for the option.
    """

    function: str
    options: tuple[str, ...]
    when: str | None = None
    without: str | None = None
    renames: Mapping[str, str] = field(default_factory=dict)
    ignores: tuple[str, ...] = ()
    refusal: str = "{} cannot be used here."

    def fits(self, given: Given) -> bool:
        """Return whether the options satisfy the condition of the form. A form without a condition always fits."""
        if self.when is not None:
            return self.when in given
        return self.without is None or self.without not in given


def _nothing_to_check(given: Given) -> None:
    del given


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The options of a command, and of its magic if it has one.

    Parameters
    ----------
    command
        Name of the command.
    magic
        Name of the magic without the percent sign; ``None`` if there is no magic.
    summary
        One sentence that describes the command.
    group
        Heading of the command in the overview.
    options
        Options that the command and the magic take, in the order of the help.
    command_only
        Options that only the command takes, such as files to write.
    forms
        Forms of the command. The first form that fits is chosen.
    check
        Raises RequestError if options contradict each other. It is called before a form is chosen.
    note
        Further text for the help of the magic.
    """

    command: str
    magic: str | None = None
    summary: str
    group: Group
    options: tuple[Option, ...]
    command_only: tuple[Option, ...] = ()
    forms: tuple[Form, ...]
    check: Callable[[Given], None] = _nothing_to_check
    note: str = ""

    @property
    def command_options(self) -> tuple[Option, ...]:
        """All options that the command takes. ``--store`` and ``--json`` are last."""
        last = [option for option in self.options if option.name == "store"]
        others = [option for option in self.options if option.name != "store"]
        return (*others, *self.command_only, *last, JSON)

    def call(self, given: Given) -> Call:
        """Return the function and the arguments that the given options select.

        Raises
        ------
        RequestError
            Options contradict each other, or an option is not accepted by the form that was chosen.
        """
        self.check(given)
        form = next(form for form in self.forms if form.fits(given))
        own = {option.name for option in (*self.command_only, JSON)}
        for option in self.options:
            if option.name in given and option.name not in (*form.options, form.when, *form.ignores, *own):
                name = option.shown_name if option.flags else option.placeholder
                raise RequestError(form.refusal.format(name), f"Drop {name}.")
        arguments = {form.renames.get(name, name): given[name] for name in form.options if name in given}
        return Call(form.function, arguments)


def names_of(options: tuple[Option, ...]) -> tuple[str, ...]:
    """Return the names of options, in their order."""
    return tuple(option.name for option in options)
