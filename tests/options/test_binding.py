"""Every option is bound to the signature of its function: its name, its type, its default."""

from __future__ import annotations

import collections.abc
import inspect
import types
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest

from duronb.notebook.magics import ACTIONS
from duronb.option import Option
from duronb.options.table import Form, Table
from duronb.options.tables import MAGICS, TABLES
from duronb.request import PROFILE_OPTIONS, ProfileRequest

FORMS = [(table, form) for table in TABLES.values() for form in table.forms]
PYTHON_ONLY = {"on_event"}
"""Parameters that no command line can give."""


def function_of(form: Form) -> Callable[..., Any]:
    """Return the function that a form names."""
    module, _, name = form.function.rpartition(".")
    return getattr(import_module(f"duronb.api.{module}"), name)  # type: ignore[no-any-return]


def members(hint: object) -> list[object]:
    """Return the types of a union, without ``None``, and those of unions within it."""
    if get_origin(hint) in (Union, types.UnionType):
        return [each for part in get_args(hint) for each in members(part) if each is not type(None)]
    return [hint]


def accepts(hint: object, option: Option) -> bool:
    """Tell whether a parameter's annotation has room for the option's values, and no narrower one."""
    wanted = tuple[str, ...] if option.repeated else option.type.annotation
    for member in members(hint):
        if get_origin(wanted) is Literal:
            if get_origin(member) is Literal and set(get_args(member)) == set(get_args(wanted)):
                return True
        elif get_origin(wanted) in (tuple, collections.abc.Mapping):
            if get_origin(member) in (tuple, collections.abc.Sequence) and get_origin(wanted) is tuple:
                return True
            if get_origin(member) is collections.abc.Mapping and get_origin(wanted) is collections.abc.Mapping:
                return True
        elif member is wanted:
            return True
    return False


def problems(table: Table, form: Form) -> list[str]:
    """Say in sentences where a form's options and its function do not agree."""
    function = function_of(form)
    parameters = inspect.signature(function).parameters
    hints = get_type_hints(function)
    options = {option.name: option for option in table.options}
    found = []
    for name in form.options:
        option, parameter_name = options[name], form.renames.get(name, name)
        parameter = parameters.get(parameter_name)
        if parameter is None:
            found.append(f"{form.function} has no parameter {parameter_name}")
            continue
        if not accepts(hints[parameter_name], option):
            found.append(f"{parameter_name} is {hints[parameter_name]}, the option {option.type.annotation}")
        default = None if parameter.default is inspect.Parameter.empty else parameter.default
        wanted = option.default or None
        if name not in form.renames and (default or None) != wanted:
            found.append(f"{parameter_name} defaults to {default!r}, the option to {option.default!r}")
    given = {form.renames.get(name, name) for name in form.options}
    found += [
        f"{form.function} needs {name}, which no option gives"
        for name, parameter in parameters.items()
        if parameter.default is inspect.Parameter.empty and name not in given
    ]
    return found


@pytest.mark.parametrize(("table", "form"), FORMS, ids=[f"{t.command}-{f.function}" for t, f in FORMS])
def test_each_option_fits_its_function(table: Table, form: Form) -> None:
    assert problems(table, form) == []


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_each_parameter_has_an_option_and_each_option_a_use(table: Table) -> None:
    parameters = {
        name for form in table.forms for name in inspect.signature(function_of(form)).parameters
    } - PYTHON_ONLY
    passed = {form.renames.get(name, name) for form in table.forms for name in form.options}
    assert parameters == passed
    used = {name for form in table.forms for name in (*form.options, form.when)}
    assert {option.name for option in table.options} == used - {None}


@pytest.mark.parametrize(
    "change",
    [
        {"name": "frequency"},
        {"default": 998},
        {"type": PROFILE_OPTIONS["label"].type},
        {"type": PROFILE_OPTIONS["engine"].type},
    ],
)
def test_the_binding_sees_an_option_that_does_not_fit(change: Mapping[str, Any]) -> None:
    profile = TABLES["profile"]
    broken = PROFILE_OPTIONS["frequency_hz"].but(**change)
    options = tuple(broken if option.name == "frequency_hz" else option for option in profile.options)
    names = tuple(option.name for option in options)
    table = Table(command="x", summary="", group="Make runs", options=options, forms=())
    assert problems(table, Form(function="profiling.profile", options=names))


def test_fields_of_the_request_are_the_options_of_a_profile() -> None:
    hints = get_type_hints(ProfileRequest)
    assert list(hints) == list(PROFILE_OPTIONS)
    assert [name for name, option in PROFILE_OPTIONS.items() if not accepts(hints[name], option)] == []


def test_every_magic_of_the_tables_does_something() -> None:
    assert set(ACTIONS) == set(MAGICS)


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_names_and_flags_of_a_table_are_unique(table: Table) -> None:
    options = table.command_options
    flags = [flag for option in options for flag in option.flags]
    assert len({option.name for option in options}) == len(options)
    assert len(set(flags)) == len(flags)
