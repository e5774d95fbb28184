"""What an interactive flamegraph shows: the state that the viewer, its output and its address share."""

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
    """State of a view; every field has the viewer's own first value.

    Parameters
    ----------
    view
        ``flame`` is the call tree, ``inverted`` what runs and its callers, ``sandwich`` the callers and callees of
        ``function``, ``time`` the call tree of every second.
    function
        Name of the sandwich's function.
    stage, thread
        Only samples of these; ``None`` for all.
    seconds
        Half-open range of seconds after the first sample.
    search, literal
        Regular expression to highlight, or plain text.
    zoom, selected
        Frame names from below the root to the zoomed and to the selected frame.
    icicle
        Root at the top.
    recursion
        Show a function once per stack.
    generics
        Show functions that differ only in generic arguments and closure numbers as one.
    runtime
        Frames of tokio and std: ``shown``, ``folded`` into one, or ``hidden``.
    focus, ignore
        Regular expressions: only stacks with, no stacks with a frame that matches.
    color
        ``kind`` of code, ``safe`` for colour-blind readers, ``module``, ``self`` share, ``plain``, ``bucket``.
    table
        Show the table of functions.
    bucket
        Id of the bottleneck bucket to highlight, such as ``sqlite_io``; see ``Run.bottlenecks``.

    Raises
    ------
    RequestError
        A word that is none of the choices, or a range that is empty.
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
            raise RequestError("A sandwich needs a function.", "Give function=, a name as the graph shows it.")
        if self.seconds is not None and not self.seconds[0] < self.seconds[1]:
            raise RequestError("seconds is no range.", "Give (from, to), from before to.")

    def to_json(self) -> dict[str, Any]:
        """Return the fields that differ from the first state, as plain JSON values."""
        listed = (list, tuple)
        plain = {name: list(value) if isinstance(value, listed) else value for name, value in asdict(self).items()}
        first: dict[str, Any] = {field.name: field.default for field in fields(self)}
        first |= {"zoom": [], "selected": []}
        return {name: value for name, value in plain.items() if value != first[name]}


def view_state(values: dict[str, Any]) -> ViewState:
    """Return a state of named values.

    Raises
    ------
    RequestError
        A name that is no field, or a value that is not allowed.
    """
    known = [field.name for field in fields(ViewState)]
    for name in values:
        if name not in known:
            raise RequestError(f"A flamegraph has no {quoted(name)}.", f"Choose {', '.join(known)}.")
    return ViewState(**values)
