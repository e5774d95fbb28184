"""The view state of an interactive flamegraph, which viewer, notebook output and page address share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

from duronb.errors import RequestError
from duronb.quoting import quoted

ViewName = Literal["flame", "inverted", "sandwich", "time"]
Runtime = Literal["shown", "folded", "hidden"]
Coloring = Literal["kind", "safe", "module", "self", "plain", "bucket"]

VIEWS: tuple[str, ...] = get_args(ViewName)
RUNTIMES: tuple[str, ...] = get_args(Runtime)
COLORINGS: tuple[str, ...] = get_args(Coloring)


@dataclass(frozen=True, kw_only=True, slots=True)
class ViewState:
    """What an interactive flamegraph shows. The defaults are the initial state of the viewer.

    Parameters
    ----------
    view
        ``flame`` is the call tree, ``inverted`` the functions with self samples and their callers, ``sandwich`` the
        callers and callees of ``function``, ``time`` the call tree of each second.
    function
        Name of the function of the ``sandwich`` view.
    stage, thread
        Count only samples of this stage and this thread. ``None`` for all.
    seconds
        Half-open range of seconds, counted from the first sample. ``None`` for all.
    search, literal
        Regular expression to highlight. If ``literal``, it is plain text.
    zoom, selected
        Frame names from below the root to the zoomed and to the selected frame.
    icicle
        Whether the root is at the top.
    recursion
        Whether a function is shown only once per stack.
    generics
        Whether functions that differ only in generic arguments and closure numbers are merged.
    runtime
        Frames of tokio and std: ``shown``, ``folded`` into one, or ``hidden``.
    focus, ignore
        Regular expressions: count only stacks with a matching frame, or only stacks without one.
    color
        Colours by ``kind`` of code, ``safe`` for colour-blind readers, by ``module``, ``self`` share or ``bucket``, or
        ``plain``.
    table
        Whether the table of functions is open.
    bucket
        Id of the bottleneck bucket to highlight, such as ``sqlite_io``; see ``Run.bottlenecks``.

    Raises
    ------
    RequestError
        A field has a value that is not allowed, or the range of seconds is empty.
    """

    view: ViewName = "flame"
    function: str = ""
    stage: str | None = None
    thread: str | None = None
    seconds: tuple[float, float] | None = None
    search: str = ""
    literal: bool = False
    zoom: Sequence[str] = ()
    selected: Sequence[str] = ()
    icicle: bool = False
    recursion: bool = False
    generics: bool = False
    runtime: Runtime = "shown"
    focus: str = ""
    ignore: str = ""
    color: Coloring = "kind"
    table: bool = False
    bucket: str = ""

    def __post_init__(self) -> None:
        for name, choices in (("view", VIEWS), ("runtime", RUNTIMES), ("color", COLORINGS)):
            if getattr(self, name) not in choices:
                raise RequestError(f"{name} cannot be {quoted(getattr(self, name))}.", f"Choose {', '.join(choices)}.")
        if self.view == "sandwich" and not self.function:
            raise RequestError("The sandwich view needs a function.", "Give function=, a name that the graph shows.")
        if self.seconds is not None and not self.seconds[0] < self.seconds[1]:
            raise RequestError("seconds is not a range.", "Give (from, to) with from < to.")

    def to_json(self) -> dict[str, Any]:
        """Return the fields that differ from the initial state, as plain JSON values."""
        listed = (list, tuple)
        plain = {name: list(value) if isinstance(value, listed) else value for name, value in asdict(self).items()}
        first: dict[str, Any] = {field.name: field.default for field in fields(self)}
        first |= {"zoom": [], "selected": []}
        return {name: value for name, value in plain.items() if value != first[name]}


def view_state(values: dict[str, Any]) -> ViewState:
    """Return a view state from the values of its fields.

    Raises
    ------
    RequestError
        A name is not a field, or a value is not allowed.
    """
    known = [field.name for field in fields(ViewState)]
    for name in values:
        if name not in known:
            raise RequestError(f"A flamegraph has no field {quoted(name)}.", f"Choose {', '.join(known)}.")
    return ViewState(**values)
