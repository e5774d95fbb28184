"""The fields of the view state, from which Bokeh properties, widget traits and the viewer's types are derived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

from duronb.views.flamegraph.state import ViewState

Kind = Literal["choice", "text", "text or null", "flag", "names", "range or null"]

_KINDS: dict[object, Kind] = {
    str: "text",
    str | None: "text or null",
    bool: "flag",
    Sequence[str]: "names",
    tuple[float, float] | None: "range or null",
}


@dataclass(frozen=True, slots=True)
class StateField:
    """One field of ``ViewState``.

    Parameters
    ----------
    name
        Name of the field.
    kind
        Type of its values.
    choices
        The values of a ``choice``, empty for other kinds.
    initial
        The value that a view starts with, as plain JSON.
    """

    name: str
    kind: Kind
    choices: tuple[str, ...]
    initial: Any


@cache
def state_fields() -> tuple[StateField, ...]:
    """Return the fields of ``ViewState`` in their order."""
    hints = get_type_hints(ViewState)
    return tuple(_state_field(field.name, hints[field.name], field.default) for field in fields(ViewState))


def _state_field(name: str, hint: object, initial: Any) -> StateField:
    if get_origin(hint) is Literal:
        return StateField(name, "choice", get_args(hint), initial)
    return StateField(name, _KINDS[hint], (), [] if initial == () else initial)
