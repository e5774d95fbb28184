"""The Bokeh model of an interactive flamegraph; its other half is ``labextension/src/shells/bokeh``."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Literal

from bokeh.core.properties import Bool, Enum, Float, List, Nullable, Override, Required, String, Tuple
from bokeh.models import LayoutDOM

from duronb.views.state import COLORINGS, RUNTIMES, VIEWS, ViewState

HEIGHT = 600
"""Pixels; higher graphs scroll."""


class Flamegraph(LayoutDOM):
    """An interactive flamegraph: a value in a notebook, a model in any Bokeh layout.

    Parameters
    ----------
    payload
        JSON text of a payload, see ``duronb.views.payload``.
    theme
        ``auto`` follows the notebook, the editor or the system.
    view, function, stage, thread, seconds, search, literal, zoom, selected, icicle, recursion, generics, runtime, \
    focus, ignore, color, table, bucket
        What is shown, see ``duronb.views.state.ViewState``.
    """

    __view_model__ = "Flamegraph"
    __view_module__ = "duronb.views.flamegraph"

    if TYPE_CHECKING:
        payload: str
        stage: str | None
        theme: Literal["auto", "light", "dark"]

        def __init__(self, **properties: Any) -> None: ...

    else:
        payload = Required(String)
        theme = Enum("auto", "light", "dark")

        view = Enum(*VIEWS)
        function = String("")
        stage = Nullable(String)
        thread = Nullable(String)
        seconds = Nullable(Tuple(Float, Float))
        search = String("")
        literal = Bool(False)
        zoom = List(String)
        selected = List(String)
        icicle = Bool(False)
        recursion = Bool(False)
        generics = Bool(False)
        runtime = Enum(*RUNTIMES)
        focus = String("")
        ignore = String("")
        color = Enum(*COLORINGS)
        table = Bool(False)
        bucket = String("")

        height = Override(default=HEIGHT)
        sizing_mode = Override(default="stretch_width")

    @property
    def state(self) -> dict[str, Any]:
        """What is shown, as far as it differs from the first state; plain JSON values."""
        shown = {field.name: getattr(self, field.name) for field in fields(ViewState)}
        return ViewState(**shown).to_json()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:  # noqa: ARG002
        from duronb.views.notebook import mimebundle

        return mimebundle(self)
