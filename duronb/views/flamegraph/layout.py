"""Where the frames of a static picture are, and what is written on them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from duronb.model.kinds import KINDS
from duronb.model.names import normalise
from duronb.model.profile import Counts
from duronb.views.flamegraph.display_tree import DisplayTree, depths, sum_above
from duronb.views.flamegraph.palette import shade_of
from duronb.views.kit.escape import visible

_INNER_PATH = re.compile(r"(?<=[<,\s&(])(?:[\w$]+::)+(?=\w)")
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Box:
    """One frame of a picture.

    Parameters
    ----------
    name
        Displayed name; ``all`` for the root.
    kind, shade
        What colours it; the root's kind is empty.
    left, width
        Parts of the whole, 0 to 1.
    depth
        Rows from the root.
    total, self_samples
        Samples.
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
    """Yield frames in preorder; one that is left out takes all above it along.

    Parameters
    ----------
    shown
        The displayed tree.
    self_counts
        Samples per node to draw, shape ``(nodes,)``.
    narrowest
        Frames narrower than this part of the whole are left out.
    most
        At most so many frames, the widest.
    """
    tree = shown.profile.tree
    totals = tree.totals(self_counts)
    samples = int(totals[0])
    smallest = max(1.0, narrowest * samples)
    seen = np.flatnonzero(totals >= smallest) if samples else np.zeros(1, dtype=np.int64)
    if most is not None and len(seen) > most:
        # A caller is at least as wide and comes first in preorder, so none of its callees stays without it.
        seen = np.sort(seen[np.argsort(-totals[seen], kind="stable")[:most]])
    # To the left of a frame is what precedes it in preorder, except the self samples of the frames that it stands on:
    # those are at the right of their children.
    before = np.cumsum(self_counts) - self_counts
    left = before - sum_above(tree.parent, self_counts)
    depth = depths(tree.parent)
    shades: dict[int, int] = {}
    for node in seen.tolist():
        frame = int(tree.frame[node])
        if frame not in shades:
            shades[frame] = 0 if frame < 0 else shade_of(tree.frames.names[frame])
        yield Box(
            name=tree.name(node),
            kind="" if frame < 0 else KINDS[int(shown.kinds[frame])],
            shade=shades[frame],
            left=int(left[node]) / max(1, samples),
            width=int(totals[node]) / samples if samples else 1.0,
            depth=int(depth[node]),
            total=int(totals[node]),
            self_samples=int(self_counts[node]),
        )


def fitting_label(name: str, characters: int) -> str:
    """Return the longest way to write a Rust path in so many characters; empty where none tells anything."""
    if characters < 3:
        return ""
    ways = _ways(name)
    for way in ways:
        if len(way) <= characters:
            return way
    return f"{ways[-1][: characters - 1]}…"


@lru_cache(maxsize=16384)
def _ways(name: str) -> tuple[str, ...]:
    """Ever shorter ways to write a name: paths inside brackets cut, generics dropped, then the last segments."""
    whole = visible(name, _LONGEST)
    ways = [whole]
    if "::" in whole:
        inner = _INNER_PATH.sub("", whole)
        bare = normalise(inner, generics=True)
        segments = _segments(bare)
        ways += [inner, bare, *("::".join(segments[-keep:]) for keep in (3, 2, 1) if keep < len(segments))]
    return tuple(way for way in ways if way) or ("",)


def _segments(path: str) -> list[str]:
    """Split at ``::`` outside of brackets; ``{closure}`` stays with what it is in."""
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
    if len(segments) > 1 and segments[-1].startswith("{"):
        closure = segments.pop()
        segments[-1] += f"::{closure}"
    return segments
