"""The flamegraph as a notebook widget, whose view state can be read and set while the kernel runs."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from anywidget import AnyWidget
from traitlets import Int, TraitType, Unicode, validate

from duronb.errors import RequestError
from duronb.model.profile import Profile
from duronb.quoting import quoted
from duronb.views.flamegraph.display_tree import DisplayTree
from duronb.views.flamegraph.state import ViewState, view_state
from duronb.views.flamegraph.state_fields import StateField, state_fields
from duronb.views.flamegraph.widest import widest_path
from duronb.views.kit.bundles import bundle_text
from duronb.views.live.bundle import Source, read_source
from duronb.views.payload.reading import decode_payload
from duronb.views.payload.writing import MIME_TYPE, payload_json

TRAITS = {field.name: "zoom_path" if field.name == "zoom" else field.name for field in state_fields()}
"""Name of the trait of each field of the view state. ``zoom`` is already the name of a method."""

_FIELDS = {TRAITS[field.name]: field for field in state_fields()}
_VIEW_TYPE = "application/vnd.jupyter.widget-view+json"


class _Field(TraitType[Any, Any]):
    """A trait for a field of the view state. Its value is a plain JSON value."""

    def __init__(self, field: StateField) -> None:
        super().__init__()
        self.field = field
        self.tag(sync=True)

    def default(self, obj: Any = None) -> Any:  # noqa: ARG002
        return list(self.field.initial) if self.field.kind == "names" else self.field.initial

    def validate(self, obj: Any, value: Any) -> Any:
        kind = self.field.kind
        if kind == "names":
            return obj.path(value)
        if kind == "range or null":
            return _range(value)
        if value is None and kind == "text or null":
            return None
        if not isinstance(value, bool if kind == "flag" else str):
            raise RequestError(
                f"{self.name} cannot be {quoted(value)}.", f"Give {'True or False' if kind == 'flag' else 'text'}."
            )
        return value


def _range(value: Any) -> tuple[float, float] | None:
    if value is None:
        return None
    try:
        start, stop = map(float, value)
    except (TypeError, ValueError):
        raise RequestError(f"seconds cannot be {quoted(value)}.", "Give (from, to), or None for all.") from None
    return start, stop


class FlamegraphWidget(AnyWidget):
    """An interactive flamegraph whose view state is synchronised between Python and the browser.

    Every field of ``duronb.ViewState`` can be read and set: ``fg.search = "vfs_write"``. ``selected`` is
    the path of frame names to the selected frame. It can be set to a path or to one name, which selects the widest
    frame with that name. ``zoom_path`` is the path to the zoomed frame. If the browser cannot parse a regular
    expression, it restores the previous one.

    The output in a saved notebook is displayed without a kernel, in the state that it had. Inside a box of other
    widgets it needs its kernel, as they do.

    Parameters
    ----------
    payload
        JSON text of a payload, see ``duronb.views.payload.writing``.
    source
        The payload as an object, and the display tree from which it was made. ``None`` decodes the text.
    theme
        ``auto``, ``light`` or ``dark``.
    height
        Height in pixels. ``None`` for the height of the tree, within limits.
    **state
        The initial state, see ``duronb.ViewState``.

    Raises
    ------
    RequestError
        A name is not a field of the view state, or a value is not allowed. Setting a field later raises it too.
    HostError
        The JavaScript is not built.
    """

    payload = Unicode().tag(sync=True)
    theme = Unicode("auto").tag(sync=True)
    height = Int(None, allow_none=True).tag(sync=True)
    _live = Unicode().tag(sync=True)

    locals().update({trait: _Field(field) for trait, field in _FIELDS.items()})

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

        def __setattr__(self, name: str, value: Any) -> None: ...

    def __init__(
        self,
        payload: str,
        *,
        source: Source | None = None,
        theme: str = "auto",
        height: int | None = None,
        **state: Any,
    ) -> None:
        first = view_state(state).to_json()
        if source is not None:
            self._source = source
        self._esm = bundle_text("widget.js")
        super().__init__(
            payload=payload,
            theme=theme,
            height=height,
            _live=secrets.token_hex(8),
            **{TRAITS[name]: value for name, value in first.items()},
        )

    @classmethod
    def of(cls, payload: dict[str, Any], shown: DisplayTree, **options: Any) -> FlamegraphWidget:
        """Return the widget of a payload and its display tree, so that the payload need not be decoded."""
        return cls(payload_json(payload), source=(payload, shown), **options)

    @cached_property
    def _source(self) -> Source:
        return read_source(self.payload)

    @cached_property
    def _profile(self) -> Profile:
        # Decoded from the payload, because seconds and names from the browser refer to it, and it begins at second 0.
        return decode_payload(self._source[0]).profile

    @cached_property
    def _choices(self) -> dict[str, list[str]]:
        payload, _ = self._source
        return {"stage": payload["stages"], "thread": payload["threads"]}

    @validate(*TRAITS.values())
    def _validate_state(self, proposal: Any) -> Any:
        self._checked_state({proposal["trait"].name: proposal["value"]})
        return proposal["value"]

    def _checked_state(self, changed: dict[str, Any]) -> ViewState:
        state = ViewState(**{field: changed.get(trait, getattr(self, trait)) for field, trait in TRAITS.items()})
        for name, choices in self._choices.items():
            value = getattr(state, name)
            if value is not None and value not in choices:
                raise RequestError(
                    f"This flamegraph has no {name} {quoted(value)}.", f"Choose {', '.join(map(quoted, choices[:8]))}."
                )
        return state

    @property
    def state(self) -> dict[str, Any]:
        """The fields of the view state that differ from the initial state, as plain JSON values."""
        return self._checked_state({}).to_json()

    def show(self, **state: Any) -> None:
        """Change several fields at once, such as ``fg.show(view="sandwich", function="sqlite3_step")``.

        Raises
        ------
        RequestError
            A name is not a field of the view state, or the values contradict each other. Nothing is changed then.
        """
        view_state({name: state[name] for name in state if name not in TRAITS})
        changed = {
            TRAITS[name]: getattr(type(self), TRAITS[name]).validate(self, value) for name, value in state.items()
        }
        self._checked_state(changed)
        with self.hold_sync(), self.hold_trait_notifications():
            for trait, value in changed.items():
                setattr(self, trait, value)

    def zoom(self, to: str | Sequence[str] = ()) -> None:
        """Zoom to a frame.

        Parameters
        ----------
        to
            Name of the frame, for the widest frame with that name; or the path of frame names to it. An empty path
            resets the zoom.

        Raises
        ------
        RequestError
            The selected samples contain no such frame.
        """
        path = self.path(to)
        self.show(zoom=path, selected=path)

    def path(self, to: str | Sequence[str]) -> list[str]:
        """Return the path of frame names from below the root to a frame.

        Parameters
        ----------
        to
            Name of the frame, for the widest frame with that name; or the path, which is returned as it is.

        Raises
        ------
        RequestError
            The selected samples contain no such frame, or ``to`` is not made of names.
        """
        if isinstance(to, str):
            return widest_path(self._profile, self._checked_state({}), to)
        if not isinstance(to, (list, tuple)) or not all(isinstance(name, str) for name in to):
            raise RequestError(f"A frame cannot be {quoted(to)}.", "Give its name, or a path of names.")
        return list(to)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:  # noqa: ARG002
        from duronb.views.live.bokeh_model import HEIGHT, Flamegraph

        height = HEIGHT if self.height is None else self.height
        model = Flamegraph.of(*self._source, theme=self.theme, height=height, **self.state)
        bundle = model._repr_mimebundle_()
        # JupyterLab draws the payload and finds the widget's model by `live`. If the bundle contained a widget too,
        # nbconvert and a JupyterLab without duronb's extension would draw nothing once the model is gone.
        bundle[MIME_TYPE] |= {"live": self._live, "theme": self.theme, "height": self.height}
        if _falls_back_from_widgets():
            bundle[_VIEW_TYPE] = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        return bundle, {}


def _falls_back_from_widgets() -> bool:
    """Return whether the front end shows widgets while there is a kernel, and the HTML otherwise."""
    if "google.colab" in sys.modules:
        return True
    from IPython import get_ipython

    shell = get_ipython()
    # VS Code sets this variable in every kernel to the path of the notebook.
    return shell is not None and "__vsc_ipynb_file__" in shell.user_ns
