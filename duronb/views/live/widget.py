"""The flamegraph as a notebook widget: what is shown can be read and set while the kernel lives."""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Sequence
from dataclasses import fields
from functools import cached_property
from typing import Any

from anywidget import AnyWidget
from traitlets import Int, TraitType, Unicode, validate

from duronb.errors import RequestError
from duronb.model.profile import Profile
from duronb.quoting import quoted
from duronb.views.flamegraph.state import ViewState, view_state
from duronb.views.flamegraph.widest import widest_path
from duronb.views.kit.bundles import bundle_text
from duronb.views.payload.reading import decode_payload
from duronb.views.payload.writing import MIME_TYPE

TRAITS = {field.name: "zoom_path" if field.name == "zoom" else field.name for field in fields(ViewState)}
"""The trait of each field of the state; ``zoom`` is a method."""

_FIRST = {TRAITS[field.name]: field.default for field in fields(ViewState)}
_PATHS = ("zoom_path", "selected")
_VIEW_TYPE = "application/vnd.jupyter.widget-view+json"


class _Field(TraitType[Any, Any]):
    """A part of the state: a plain JSON value, of the kind that the state begins with."""

    def __init__(self) -> None:
        super().__init__()
        self.tag(sync=True)

    def default(self, obj: Any = None) -> Any:  # noqa: ARG002
        first = _FIRST.get(self.name or "")
        return [] if first == () else first

    def validate(self, obj: Any, value: Any) -> Any:
        name = self.name or ""
        if name in _PATHS:
            return obj.path(value)
        if name == "seconds":
            return _range(value)
        first = _FIRST[name]
        if value is None and first is None:
            return None
        kind: type = bool if isinstance(first, bool) else str
        if not isinstance(value, kind):
            raise RequestError(
                f"{name} cannot be {quoted(value)}.", f"Give {'True or False' if kind is bool else 'text'}."
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

    view = _Field()
    function = _Field()
    stage = _Field()
    thread = _Field()
    seconds = _Field()
    search = _Field()
    literal = _Field()
    zoom_path = _Field()
    selected = _Field()
    icicle = _Field()
    recursion = _Field()
    generics = _Field()
    runtime = _Field()
    focus = _Field()
    ignore = _Field()
    color = _Field()
    table = _Field()
    bucket = _Field()

    def __init__(self, payload: str, *, theme: str = "auto", height: int | None = None, **state: Any) -> None:
        first = view_state(state).to_json()
        self._esm = bundle_text("widget.js")
        super().__init__(
            payload=payload,
            theme=theme,
            height=height,
            _live=secrets.token_hex(8),
            **{TRAITS[name]: value for name, value in first.items()},
        )

    @cached_property
    def _profile(self) -> Profile:
        return decode_payload(json.loads(self.payload)).profile

    @cached_property
    def _places(self) -> dict[str, list[str]]:
        payload = json.loads(self.payload)
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
        model = Flamegraph(payload=self.payload, theme=self.theme, height=height, **self.state)
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
