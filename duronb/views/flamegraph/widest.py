"""Search for the widest frame with a given name in a flamegraph."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from duronb.errors import RequestError
from duronb.model.profile import Counts, Profile
from duronb.quoting import quoted
from duronb.views.flamegraph.state import ViewState

_DEFAULT = ViewState()
_CHANGES_TREE = ("recursion", "generics", "runtime", "focus", "ignore")


def widest_path(profile: Profile, state: ViewState, name: str) -> list[str]:
    """Return the path to the widest frame with a name.

    Parameters
    ----------
    profile
        The profile as it is drawn, see ``duronb.views.payload.reading.decode_payload``.
    state
        View state. Its view, stage, thread and seconds select the samples.
    name
        Full name of the frame.

    Returns
    -------
    Frame names from below the root to the frame. Of several equally wide frames, the first is chosen.

    Raises
    ------
    RequestError
        No selected sample has such a frame, or the drawn tree has other frames than the recorded ones.
    """
    for field in _CHANGES_TREE:
        if getattr(state, field) != getattr(_DEFAULT, field):
            raise RequestError(f"With {field} set, the graph has other frames than the run.", "Give a path of names.")
    if state.view not in ("flame", "inverted"):
        raise RequestError(f"The view {state.view} has no widest frame of a name.", "Give a path of names.")
    self_samples = profile.self_counts(state.stage, state.thread, state.seconds)
    find = _widest if state.view == "flame" else _widest_inverted
    path = find(profile, self_samples, name)
    if not path:
        raise RequestError(f"No selected sample has a frame {quoted(name)}.", "Give a name that the graph shows.")
    return path


def _widest(profile: Profile, self_samples: Counts, name: str) -> list[str]:
    tree = profile.tree
    named = _nodes_named(profile, name)
    width = np.where(named, tree.totals(self_samples), 0)
    node = int(width.argmax())
    return [tree.frames.names[frame] for frame in tree.stack(node)] if width[node] else []


def _widest_inverted(profile: Profile, self_samples: Counts, name: str) -> list[str]:
    tree = profile.tree
    frames = tree.frames.names
    width: Counter[tuple[str, ...]] = Counter()
    below = np.maximum.accumulate(np.where(_nodes_named(profile, name), tree.end, 0))
    for node in np.flatnonzero((self_samples > 0) & (below > np.arange(len(tree)))).tolist():
        upwards = [frames[frame] for frame in reversed(tree.stack(node))]
        width[tuple(upwards[: upwards.index(name) + 1])] += int(self_samples[node])
    return list(width.most_common(1)[0][0]) if width else []


def _nodes_named(profile: Profile, name: str) -> NDArray[np.bool_]:
    tree = profile.tree
    wanted = np.asarray([each == name for each in tree.frames.names], dtype=bool)
    named = np.zeros(len(tree), dtype=bool)
    named[1:] = wanted[tree.frame[1:]]
    return named
