"""The Bokeh model of an interactive flamegraph. Its TypeScript half is ``labextension/src/shells/bokeh``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from bokeh.core.properties import Bool, Enum, Float, List, Nullable, Override, Required, String, Tuple
from bokeh.models import LayoutDOM

from duronb.views.flamegraph.display_tree import DisplayTree
from duronb.views.flamegraph.state import ViewState
from duronb.views.flamegraph.state_fields import StateField, state_fields
from duronb.views.live.bundle import Source, flamegraph_bundle, read_source
from duronb.views.payload.writing import payload_json

DEFAULTS = {"sizing_mode": "stretch_width", "min_width": 300}
"""Default size, also for BokehJS, because Bokeh does not send defaults; widths are in pixels.

A row is only as wide as its content needs, so a graph in it would have no width without a minimum.
"""

HEIGHT = 600
"""Default height in pixels. Taller graphs scroll."""


def _property(field: StateField) -> Any:
    """Return the Bokeh property for a field of the view state."""
    match field.kind:
        case "choice":
            return Enum(*field.choices, default=field.initial)
        case "text":
            return String(field.initial)
        case "text or null":
            return Nullable(String, default=field.initial)
        case "flag":
            return Bool(field.initial)
        case "names":
            return List(String, default=field.initial)
        case "range or null":
            return Nullable(Tuple(Float, Float), default=field.initial)


class Flamegraph(LayoutDOM):
    """An interactive flamegraph. It displays itself in a notebook and can be part of any Bokeh layout.

    Its width is that of its surroundings, at least ``min_width``, by default 300 pixels.

    Parameters
    ----------
    payload
        JSON text of a payload, see ``duronb.views.payload.writing``.
    theme
        ``auto`` follows the notebook, the editor or the system.
    **state
        View state: every field of ``duronb.ViewState`` is a property.
    """

    __view_model__ = "Flamegraph"
    # Saved notebooks refer to the model by this name, so it must not change when this module moves.
    __view_module__ = "duronb"

    if TYPE_CHECKING:
        payload: str
        _made_from: tuple[str, Source]
        theme: Literal["auto", "light", "dark"]

        def __init__(self, **properties: Any) -> None: ...

        def __getattr__(self, name: str) -> Any: ...

    else:
        payload = Required(String)
        theme = Enum("auto", "light", "dark")

        locals().update({field.name: _property(field) for field in state_fields()})

        locals().update({name: Override(default=value) for name, value in DEFAULTS.items()})

        height = Override(default=HEIGHT)

    @classmethod
    def of(cls, payload: dict[str, Any], shown: DisplayTree, **properties: Any) -> Flamegraph:
        """Return the model of a payload and its display tree, so that the payload need not be decoded."""
        model = cls(payload=payload_json(payload), **properties)
        model._made_from = (model.payload, (payload, shown))
        return model

    @property
    def state(self) -> dict[str, Any]:
        """The fields of the view state that differ from the initial state, as plain JSON values."""
        shown = {field.name: getattr(self, field.name) for field in state_fields()}
        return ViewState(**shown).to_json()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:  # noqa: ARG002
        return flamegraph_bundle(self, self.state, self._source())

    def _source(self) -> Source:
        """Return the payload and its display tree, decoded from the text if the model was not made from them."""
        made_from: tuple[str, Source] | None = vars(self).get("_made_from")
        if made_from is not None and made_from[0] == self.payload:
            return made_from[1]
        return read_source(self.payload)
