"""The Bokeh model of an interactive flamegraph; its other half is ``labextension/src/bokeh``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from bokeh.core.properties import Enum, List, Nullable, Override, Required, String
from bokeh.models import LayoutDOM

HEIGHT = 520
"""Pixels; higher graphs scroll."""


class Flamegraph(LayoutDOM):
    """An interactive flamegraph: a value in a notebook, a model in any Bokeh layout.

    Parameters
    ----------
    payload
        JSON text of a payload, see ``duronb.views.payload``.
    search
        Regular expression to highlight.
    stage
        Stage to draw; ``None`` for all.
    zoom
        Frame names from below the root to the zoomed frame.
    theme
        ``auto`` follows the notebook, the editor or the system.
    """

    __view_model__ = "Flamegraph"
    __view_module__ = "duronb.views.flamegraph"

    if TYPE_CHECKING:
        payload: str
        search: str
        stage: str | None
        zoom: list[str]
        theme: Literal["auto", "light", "dark"]

        def __init__(self, **properties: Any) -> None: ...

    else:
        payload = Required(String)
        search = String("")
        stage = Nullable(String)
        zoom = List(String)
        theme = Enum("auto", "light", "dark")

        height = Override(default=HEIGHT)
        sizing_mode = Override(default="stretch_width")

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:  # noqa: ARG002
        from duronb.views.notebook import mimebundle

        return mimebundle(self)
