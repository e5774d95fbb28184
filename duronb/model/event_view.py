"""The view of one event of a profile: the profile whose counts are what is drawn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from duronb.model.event import Event, Weighting
from duronb.model.profile import CallTree, Frames, Profile


def main_event(profile: Profile) -> Event | None:
    """Return the event with the most samples, the first one of equals; ``None`` if the profile names no events."""
    if not profile.events:
        return None
    return profile.events[int(np.argmax(event_samples(profile)))]


def event_name(profile: Profile, named: str | None) -> str | None:
    """Return the name of the event that a view counts; ``None`` if it is unknown.

    Parameters
    ----------
    profile
        The view.
    named
        The event that the run states. It counts only if the profile names no events.
    """
    event = main_event(profile)
    return named if event is None else event.name


def event_samples(profile: Profile) -> list[int]:
    """Return the number of samples of each event, shape ``(events,)``."""
    if profile.event is None:
        return [int(profile.count.sum()) for _ in profile.events]
    sums = np.zeros(len(profile.events), dtype=np.int64)
    np.add.at(sums, profile.event, profile.count)
    return [int(number) for number in sums]


def view(profile: Profile, name: str | None = None, weighting: Weighting | None = None) -> Profile:
    """Return the profile of one event, whose counts are samples or weights.

    Parameters
    ----------
    profile
        The profile with all events.
    name
        Name of the event; ``None`` for the event with the most samples.
    weighting
        ``samples``, or ``period`` for weights; ``None`` for the event's own ``weighting``.

    Returns
    -------
    A profile without the columns of event and weight, and without nodes that have no samples of the event. Weights are
    no measure of CPU time, so by weight its frequency is 0. A profile of one event without weights is returned
    unchanged.

    Raises
    ------
    KeyError
        There is no such event.
    """
    names = [event.name for event in profile.events]
    if name is not None and name not in names:
        raise KeyError(name)
    if profile.event is None and profile.weight is None:
        return profile
    event = main_event(profile) if name is None else profile.events[names.index(name)]
    assert event is not None  # a profile with one of the columns has events
    weight = profile.weight if (weighting or event.weighting) == "period" else None
    rows = np.ones(len(profile.count), dtype=bool)
    if profile.event is not None:
        rows &= profile.event == profile.events.index(event)
    if weight is not None and not weight[rows].any():
        weight = None
    count = profile.count if weight is None else weight
    rows &= count > 0
    tree, node = _pruned(profile.tree, np.unique(profile.node[rows])) if not rows.all() else (profile.tree, None)
    return replace(
        profile,
        tree=tree,
        stage=profile.stage[rows],
        thread=profile.thread[rows],
        second=profile.second[rows],
        node=profile.node[rows] if node is None else node[profile.node[rows]],
        count=count[rows],
        frequency_hz=profile.frequency_hz if weight is None else 0.0,
        events=(event,),
        event=None,
        weight=None,
        unit="samples" if weight is None else event.weight_unit,
    )


def _pruned(tree: CallTree, leaves: np.ndarray[tuple[int], np.dtype[np.int32]]) -> tuple[CallTree, np.ndarray]:
    """Return the tree with only these nodes and the nodes above them, and the new index of each node."""
    marks = np.zeros(len(tree), dtype=np.int64)
    marks[leaves] = 1
    keep = tree.totals(marks) > 0
    keep[0] = True
    place = (np.cumsum(keep) - 1).astype(np.int32)
    parent = np.where(tree.parent[keep] < 0, -1, place[tree.parent[keep]]).astype(np.int32)
    frame = tree.frame[keep]
    used, column = np.unique(frame[1:], return_inverse=True)
    frames = Frames(
        names=[tree.frames.names[index] for index in used], modules=[tree.frames.modules[index] for index in used]
    )
    return CallTree(parent, np.concatenate(([-1], column)).astype(np.int32), frames), place
