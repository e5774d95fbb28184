"""Layout of a static picture: positions and labels of the frames."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from duronb.model.events.artefacts import drawn_kind
from duronb.model.kinds import KINDS
from duronb.model.names import normalise
from duronb.model.profile import Counts
from duronb.views.flamegraph.display_tree import DisplayTree, depths, sum_above
from duronb.views.flamegraph.palette import shade_of
from duronb.views.kit.escape import visible

_INNER_PATH = re.compile(r"(?<=[<,\s&(])(?:[\w$]+::)+(?=\w)")
LONGEST_NAME = 2000
"""Characters of a name for display. A longer one is shortened in its middle, which limits the work on it."""


@dataclass(frozen=True, slots=True)
class Box:
    """One frame of a picture.

    Parameters
    ----------
    name
        Display name; ``all`` for the root.
    kind, shade
        Kind of code and shade, which determine the colour. The kind of the root is empty.
    left, width
        Parts of the picture's width, 0 to 1.
    depth
        Number of rows from the root.
    total, self_samples
        Total and self samples.
    """

    name: str
    kind: str
    shade: int
    left: float
    width: float
    depth: int
    total: int
    self_samples: int


def boxes(shown: DisplayTree, self_counts: Counts, narrowest: float = 0.0, most: int | None = None) -> Iterator[Box]:
    """Yield frames in preorder. If a frame is left out, so are all its callees.

    Parameters
    ----------
    shown
        The display tree.
    self_counts
        Self samples of each node to draw, shape ``(nodes,)``.
    narrowest
        Leave out frames that are narrower than this part of the picture's width, 0 to 1.
    most
        Maximum number of frames; the widest are kept. ``None`` for no limit.
    """
    tree = shown.profile.tree
    totals = tree.totals(self_counts)
    samples = int(totals[0])
    smallest = max(1.0, narrowest * samples)
    seen = np.flatnonzero(totals >= smallest) if samples else np.zeros(1, dtype=np.int64)
    if most is not None and len(seen) > most:
        # A caller is at least as wide as its callees and precedes them in preorder, so no callee is kept without it.
        seen = np.sort(seen[np.argsort(-totals[seen], kind="stable")[:most]])
    # Left of a frame is everything that precedes it in preorder, except the self samples of its callers, which are
    # drawn to the right of their callees.
    before = np.cumsum(self_counts) - self_counts
    left = before - sum_above(tree.parent, self_counts)
    depth = depths(tree.parent)
    kinds = shown.kinds.tolist()
    shades: dict[int, int] = {}
    for node in seen.tolist():
        frame = int(tree.frame[node])
        if frame not in shades:
            shades[frame] = 0 if frame < 0 else shade_of(tree.frames.names[frame])
        yield Box(
            name=tree.name(node),
            kind="" if frame < 0 else drawn_kind(KINDS[kinds[frame]], int(self_counts[node]), int(totals[node])),
            shade=shades[frame],
            left=int(left[node]) / max(1, samples),
            width=int(totals[node]) / samples if samples else 1.0,
            depth=int(depth[node]),
            total=int(totals[node]),
            self_samples=int(self_counts[node]),
        )


def fitting_label(name: str, characters: int) -> str:
    """Return the longest form of a Rust path with at most so many characters; empty for fewer than 3 characters."""
    if characters < 3:
        return ""
    forms = shorter_forms(name)
    for form in forms:
        if len(form) <= characters:
            return form
    return f"{forms[-1][: characters - 1]}…"


@lru_cache(maxsize=16384)
def shorter_forms(name: str) -> tuple[str, ...]:
    """Return shorter and shorter forms of a name: without paths in brackets, without generics, last segments only."""
    full = visible(name, LONGEST_NAME)
    forms = [full]
    if "::" in full:
        inner = _INNER_PATH.sub("", full)
        bare = normalise(inner, generics=True)
        segments = _segments(bare)
        forms += [inner, bare, *("::".join(segments[-keep:]) for keep in (3, 2, 1) if keep < len(segments))]
    return tuple(form for form in forms if form) or ("",)


def _segments(path: str) -> list[str]:
    """Split a path at ``::`` outside of brackets. Final ``{closure}``s stay with the function before them."""
    segments = [""]
    depth = 0
    for at, letter in enumerate(path):
        if letter in "<({[":
            depth += 1
        elif letter in ")}]" or (letter == ">" and path[at - 1 : at] != "-"):
            depth -= 1
        if letter == ":" and depth == 0 and path[at + 1 : at + 2] == ":":
            segments.append("")
        elif not (letter == ":" and depth == 0 and not segments[-1]):
            segments[-1] += letter
    while len(segments) > 1 and segments[-1].startswith("{"):
        closure = segments.pop()
        segments[-1] += f"::{closure}"
    return segments
