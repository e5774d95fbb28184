"""Where to click, so that every viewer zooms into the same frame, and what to search for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from duronb.model.profile import Profile

PATTERNS = ("commit", r"sqlx\w*::.*write", r"_00\d[27]\d$")
"""Two take a regular expression; speedscope, which has none, takes them literally and finds nothing: in its favour."""

_NARROWEST, _WIDEST = 0.03, 0.5
_DEEPEST = 9


@dataclass(frozen=True, slots=True)
class Spot:
    """The middle of a frame: its place in the width, 0 to 1, and its depth, 1 for a frame on the root."""

    x: float
    depth: int


def spots(profile: Profile, number: int) -> list[Spot]:
    """Choose frames that are easy to hit and worth a zoom, from level to level, the widest first.

    The viewers put siblings in the order of their names, and so does the tree: a frame's place is the share of the
    samples before it.
    """
    tree = profile.tree
    own = profile.self_counts()
    totals = tree.totals(own)
    before = np.concatenate(([0], np.cumsum(own)[:-1]))
    share = totals / totals[0]
    middle = (before + totals / 2) / totals[0]
    depth = tree.depth
    usable = (share >= _NARROWEST) & (share <= _WIDEST) & (depth >= 2) & (depth <= _DEEPEST)
    by_level = [
        sorted(np.flatnonzero(usable & (depth == level)).tolist(), key=lambda node: (-share[node], node))
        for level in range(2, _DEEPEST + 1)
    ]
    chosen: list[int] = []
    while len(chosen) < number and any(by_level):
        for nodes in by_level:
            if nodes and len(chosen) < number:
                chosen.append(nodes.pop(0))
    return [Spot(float(middle[node]), int(depth[node])) for node in chosen]
