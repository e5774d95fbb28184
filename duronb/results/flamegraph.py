"""Options of a run's flamegraph: their check against the run, and the drawing that results from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypedDict, get_args

from duronb.errors import RequestError
from duronb.model.event import Weighting
from duronb.model.run import RunRecord
from duronb.quoting import quoted
from duronb.views.flamegraph.display_tree import DisplayTree, display_tree_of
from duronb.views.flamegraph.state import Coloring, Runtime, ViewName, view_state
from duronb.views.run.payload import run_payload

Theme = Literal["auto", "light", "dark"]
"""``auto`` follows the notebook, the editor or the system."""


class MoreState(TypedDict, total=False):
    """Fields of ``ViewState`` that are not explicit parameters of ``Run.flamegraph``."""

    view: ViewName
    function: str
    literal: bool
    selected: Sequence[str]
    icicle: bool
    recursion: bool
    generics: bool
    runtime: Runtime
    focus: str
    ignore: str
    table: bool
    bucket: str


class FlamegraphOptions(MoreState, total=False):
    """Options of ``Run.flamegraph`` and ``Run.widget`` besides the stage."""

    event: str | None
    weight: Weighting | None
    thread: str | None
    seconds: tuple[float, float] | None
    inverted: bool
    color: Coloring
    search: str
    zoom: Sequence[str]
    theme: Theme
    height: int | None
    min_share: float


@dataclass(frozen=True, eq=False)
class Drawing:
    """Input of an interactive flamegraph.

    Parameters
    ----------
    source
        The payload, and the display tree from which it was made.
    theme
        ``auto``, ``light`` or ``dark``.
    state
        The fields of the initial view state that differ from the default, as plain JSON values.
    """

    source: tuple[dict[str, Any], DisplayTree]
    theme: Theme
    state: dict[str, Any]


def drawing_of(run: RunRecord, tree: DisplayTree, stage: str | None, options: FlamegraphOptions) -> Drawing:
    """Check the options and return the drawing of a run.

    Parameters
    ----------
    run
        The run. It must contain the stage.
    tree
        The display tree of the run with all nodes.
    stage, options
        As for ``Run.flamegraph``.

    Raises
    ------
    RequestError
        An option has a value that is not allowed, or the run has no such thread.
    """
    theme, min_share = options.get("theme", "auto"), options.get("min_share", 0.0)
    if theme not in get_args(Theme):
        raise RequestError(f"theme cannot be {quoted(theme)}.", f"Choose {', '.join(get_args(Theme))}.")
    values: dict[str, Any] = {"stage": stage}
    values |= {name: value for name, value in options.items() if name not in _NO_STATE}
    if options.get("inverted"):
        values.setdefault("view", "inverted")
    view = view_state(values)
    if view.thread is not None and view.thread not in run.profile.threads:
        raise RequestError(
            f"Run {run.id} has no thread {quoted(view.thread)}.",
            f"Choose {', '.join(map(quoted, run.profile.threads[:8]))}.",
        )
    if not 0 <= min_share <= 1:
        raise RequestError(f"min_share cannot be {quoted(min_share)}.", "Give a share of all samples, from 0 to 1.")
    drawn = tree if min_share == 0 else display_tree_of(run, min_share=min_share)
    state = view.to_json()
    return Drawing((run_payload(run, drawn, state=state), drawn), theme, state)


_NO_STATE = frozenset({"event", "weight", "inverted", "theme", "height", "min_share"})
