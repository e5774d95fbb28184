"""The flamegraph as a notebook widget: what is shown can be read and set while the kernel lives."""

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
"""The trait of each field of the state; ``zoom`` is a method."""

_FIELDS = {TRAITS[field.name]: field for field in state_fields()}
_VIEW_TYPE = "application/vnd.jupyter.widget-view+json"


class _Field(TraitType[Any, Any]):
    """A field of the state: a plain JSON value."""

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
    """An interactive flamegraph whose state is the same here and in the browser, in both directions.

    Every field of ``duronb.ViewState`` can be read and set: ``fg.search = "vfs_write"``. ``selected`` is
    the path of frame names to the selected frame; it is set as a path or as one name, which means the widest frame of
    that name. ``zoom_path`` is where ``zoom`` has led. A regular expression that the browser cannot read is set back.

    Saved in a notebook, the output draws without kernel, with the state that it had. In a box of other widgets it
    needs its kernel, as they do.

    Parameters
    ----------
    payload
        JSON text of a payload, see ``duronb.views.payload.writing``.
    source
        The payload as an object and the display tree that it was made from; read from the text when ``None``.
    theme
        ``auto``, ``light`` or ``dark``.
    height
        Pixels; ``None`` for as high as the tree, within limits.
    **state
        The first state, see ``duronb.ViewState``.

    Raises
    ------
    RequestError
        A name that is no field of the state, or a value that it cannot have; also later, where one is set.
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
        """Return the widget of a payload and the tree that it was made from, which draws without reading it back."""
        return cls(payload_json(payload), source=(payload, shown), **options)

    @cached_property
    def _source(self) -> Source:
        return read_source(self.payload)

    @cached_property
    def _profile(self) -> Profile:
        # Of the payload, because what the browser says of seconds and names refers to it, and it begins at second 0.
        return decode_payload(self._source[0]).profile

    @cached_property
    def _places(self) -> dict[str, list[str]]:
        payload, _ = self._source
        return {"stage": payload["stages"], "thread": payload["threads"]}

    @validate(*TRAITS.values())
    def _agrees(self, proposal: Any) -> Any:
        self._checked({proposal["trait"].name: proposal["value"]})
        return proposal["value"]

    def _checked(self, changed: dict[str, Any]) -> ViewState:
        state = ViewState(**{field: changed.get(trait, getattr(self, trait)) for field, trait in TRAITS.items()})
        for name, choices in self._places.items():
            value = getattr(state, name)
            if value is not None and value not in choices:
                raise RequestError(
                    f"This flamegraph has no {name} {quoted(value)}.", f"Choose {', '.join(map(quoted, choices[:8]))}."
                )
        return state

    @property
    def state(self) -> dict[str, Any]:
        """What is shown, as far as it differs from the first state; plain JSON values."""
        return self._checked({}).to_json()

    def show(self, **state: Any) -> None:
        """Change several fields at once: ``fg.show(view="sandwich", function="sqlite3_step")``.

        Raises
        ------
        RequestError
            A name that is no field of the state, or values that do not go together; nothing is changed then.
        """
        view_state({name: state[name] for name in state if name not in TRAITS})
        changed = {
            TRAITS[name]: getattr(type(self), TRAITS[name]).validate(self, value) for name, value in state.items()
        }
        self._checked(changed)
        with self.hold_sync(), self.hold_trait_notifications():
            for trait, value in changed.items():
                setattr(self, trait, value)

    def zoom(self, to: str | Sequence[str] = ()) -> None:
        """Zoom to the widest frame of a name, or to where a path of frame names leads; with nothing, to everything.

        Raises
        ------
        RequestError
            No such frame among the selected samples.
        """
        path = self.path(to)
        self.show(zoom=path, selected=path)

    def path(self, to: str | Sequence[str]) -> list[str]:
        """Return the frame names from below the root to a frame, which is given as such or as one name.

        Raises
        ------
        RequestError
            No such frame among the selected samples, or no names.
        """
        if isinstance(to, str):
            return widest_path(self._profile, self._checked({}), to)
        if not isinstance(to, (list, tuple)) or not all(isinstance(name, str) for name in to):
            raise RequestError(f"A frame cannot be {quoted(to)}.", "Give its name, or a path of names.")
        return list(to)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:  # noqa: ARG002
        from duronb.views.live.bokeh_model import HEIGHT, Flamegraph

        height = HEIGHT if self.height is None else self.height
        model = Flamegraph.of(*self._source, theme=self.theme, height=height, **self.state)
        bundle = model._repr_mimebundle_()
        # JupyterLab draws the payload and finds the model by `live`. Offered a widget too, nbconvert and a JupyterLab
        # without duronb's extension would draw nothing at all where the model is gone.
        bundle[MIME_TYPE] |= {"live": self._live, "theme": self.theme, "height": self.height}
        if _falls_back_from_widgets():
            bundle[_VIEW_TYPE] = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        return bundle, {}


def _falls_back_from_widgets() -> bool:
    """Whether the front end draws widgets while there is a kernel, and the HTML when there is none."""
    if "google.colab" in sys.modules:
        return True
    from IPython import get_ipython

    shell = get_ipython()
    # VS Code gives every kernel the path of its notebook.
    return shell is not None and "__vsc_ipynb_file__" in shell.user_ns
