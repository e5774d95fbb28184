"""A table of options: what a command and its magic take, and the functions that the options are passed to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from duronb.errors import RequestError
from duronb.option import Option
from duronb.values import Switch

Given = Mapping[str, object]
"""Values of the options that were given, by name; defaults are left to the function."""
Group = Literal["Make runs", "Look at runs", "Compare runs", "Keep runs", "This machine"]
JSON = Option(name="json", type=Switch(), flags=("--json",), help="one JSON object on standard output")
"""The one option that every command has."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """A function of ``duronb.api`` and the arguments that were asked for.

    The arguments have the types of their options; ``tests/options/test_binding.py`` binds these to the signature.
    """

    function: str
    arguments: Given

    def of(self, function: Callable[..., T], **further: Any) -> T:
        """Call a function with the arguments, and with further ones of the front end."""
        return function(**self.arguments, **further)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form in which a command can be used: a function, and the options that belong to it.

    Parameters
    ----------
    function
        Module and name below ``duronb.api``, such as ``profiling.profile``.
    options
        Names of the options that are passed to it. Any other option is refused.
    when, without
        The form is chosen when the option ``when`` is given, or when the option ``without`` is not given. The form
        that has neither is chosen otherwise.
    renames
        Options that the function knows by another name.
    ignores
        Options that may be given although they do not matter.
    refusal
        What to say of an option that does not belong to the form; ``{}`` is the option.
    """

    function: str
    options: tuple[str, ...]
    when: str | None = None
    without: str | None = None
    renames: Mapping[str, str] = field(default_factory=dict)
    ignores: tuple[str, ...] = ()
    refusal: str = "{} does not belong here."

    def fits(self, given: Given) -> bool:
        """Tell whether the form is chosen; a form without a condition always fits."""
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
    command, magic
        Their names; ``magic`` without the percent sign.
    summary
        One sentence.
    group
        The heading in the overview.
    options
        What both take, in the order of the help.
    command_only
        What only the command takes: how it prints, and files that it writes.
    forms
        The forms in which it can be used; the first that fits is chosen.
    check
        Raises RequestError where options contradict each other in a way that needs a sentence of its own.
    note
        Further help of the magic.
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
        """What the command takes: ``--store`` and ``--json`` come last."""
        last = [option for option in self.options if option.name == "store"]
        others = [option for option in self.options if option.name != "store"]
        return (*others, *self.command_only, *last, JSON)

    def call(self, given: Given) -> Call:
        """Return the function that is asked for with its arguments.

        Raises
        ------
        RequestError
            Options contradict each other, or one does not belong to the form that was chosen.
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
