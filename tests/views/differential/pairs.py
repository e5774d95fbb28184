"""Two sides of a differential: from stacks, and from runs of a program with planted changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from duronb.analysis.differential.differential import Differential, differential
from duronb.model.profile import CallTree
from tests.analysis.differential.programs import groups, program
from tests.views.differential.encoder import Pair
from tests.views.profiles import (
    STAGES,
    Cell,
    make_profile,
    stack_of,
)


class Titles(TypedDict):
    title: str
    before_title: str
    after_title: str


TITLES = Titles(title="t", before_title="b", after_title="a")


NAMES = Titles(title="before → after", before_title="0.1.28", after_title="0.1.32")


BASE = program()


def cells(counts: Mapping[str, int]) -> dict[Cell, int]:
    return {(STAGES[0], "main", 0, stack_of(text) if text else ()): count for text, count in counts.items()}


def pair(before: Mapping[str, int], after: Mapping[str, int]) -> Pair:
    return Pair.of(make_profile(cells(before)), make_profile(cells(after)))


def paths(tree: CallTree) -> list[tuple[str, ...]]:
    return [tuple(tree.frames.names[frame] for frame in tree.stack(node)) for node in range(len(tree))]


def compared(after: dict[str, float], runs: int = 5, seed: int = 1) -> Differential:
    return differential(*groups(BASE, after, runs, seed))
