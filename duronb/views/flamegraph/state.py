"""The view state of an interactive flamegraph, which is stored in outputs and in addresses of pages."""

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
    """State of a view. The defaults are the initial state of the viewer.

    Parameters
    ----------
    view
        ``flame`` is the call tree, ``inverted`` the functions with self samples and their callers, ``sandwich`` the
        callers and callees of ``function``, ``time`` the call tree of every second.
    function
        Name of the function of the sandwich.
    stage, thread
        Show only samples of this stage and of this thread; ``None`` for all.
    seconds
        Show only samples in this half-open range of seconds after the first sample; ``None`` for all.
    search, literal
        Regular expression for names to highlight; with ``literal`` it is plain text.
    zoom, selected
        Frame names from below the root to the zoomed and to the selected frame; empty for the root.
    icicle
        Show the root at the top.
    recursion
        Merge recursive calls: show a function once per stack.
    generics
        Merge functions that differ only in generic arguments and closure numbers.
    runtime
        Frames of tokio and std: ``shown``, ``folded`` into one, or ``hidden``.
    focus, ignore
        Regular expressions: show only stacks with a frame that matches, and hide stacks with a frame that matches.
    color
        Colours by ``kind`` of code, by kind but ``safe`` for colour-blind readers, by ``module``, by ``self`` share, by
        ``bucket``, or ``plain`` for one colour.
    table
        Show the table of functions.
    bucket
        Id of the bottleneck bucket to highlight, such as ``sqlite_io``; see ``Run.bottlenecks``.

    Raises
    ------
    RequestError
        A value that is not one of the choices, an empty range of seconds, or a sandwich without ``function``.
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
            raise RequestError("A sandwich needs a function.", "Set function= to a name as the graph shows it.")
        if self.seconds is not None and not self.seconds[0] < self.seconds[1]:
            raise RequestError("seconds is not a range.", "Set it to (from, to) with from before to.")

    def to_json(self) -> dict[str, Any]:
        """Return the fields that differ from the initial state, as plain JSON values."""
        listed = (list, tuple)
        plain = {name: list(value) if isinstance(value, listed) else value for name, value in asdict(self).items()}
        initial: dict[str, Any] = {field.name: field.default for field in fields(self)}
        initial |= {"zoom": [], "selected": []}
        return {name: value for name, value in plain.items() if value != initial[name]}


def view_state(values: dict[str, Any]) -> ViewState:
    """Return the state with some values.

    Raises
    ------
    RequestError
        A name that is not a field, or a value that is not accepted.
    """
    known = [field.name for field in fields(ViewState)]
    for name in values:
        if name not in known:
            raise RequestError(f"A flamegraph has no {quoted(name)}.", f"Choose {', '.join(known)}.")
    return ViewState(**values)
