"""How many differentials of equal runs have a colour: ``python -m tests.simulations.differential_of_equal_runs``.

One and two runs on each side: all pairs within the recorded releases, once by themselves, and once with all other
recorded runs as the store. Three and five runs on each side: both sides are drawn from the five runs of a release, with
the seconds of each stage resampled. At most 5 % should have a colour.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np

from duronb.analysis.differential.differential import differential
from duronb.model.run import RunRecord
from duronb.store.store import Store
from tests.simulations.planting import drawn

STORE = Path(__file__).parents[2] / "notebooks" / "data" / "releases"
Sides = tuple[Sequence[RunRecord], Sequence[RunRecord], Sequence[RunRecord]]
"""Runs before and after, and the others of the store."""


def releases() -> list[list[RunRecord]]:
    """Return the recorded runs of each release."""
    found = defaultdict(list)
    for run in Store(str(STORE)).runs():
        found[run.subject.version].append(run)
    return [found[version] for version in sorted(found, key=str)]


def pairs(size: int, *, with_store: bool) -> Iterator[Sides]:
    """Yield all pairs of ``size`` runs on each side within the releases, each pair in one order."""
    groups = releases()
    every = [run for group in groups for run in group]
    for group in groups:
        for before in combinations(range(len(group)), size):
            rest = [at for at in range(len(group)) if at not in before]
            for after in combinations(rest, size):
                if before < after:
                    used = {group[at].id for at in (*before, *after)}
                    others = [run for run in every if run.id not in used] if with_store else []
                    yield [group[at] for at in before], [group[at] for at in after], others


def draws(size: int, number: int) -> Iterator[Sides]:
    """Yield pairs that are drawn from one release after the other."""
    groups = releases()
    for draw in range(number):
        rng = np.random.default_rng(draw)
        group = groups[draw % len(groups)]
        yield drawn(group, size, rng), drawn(group, size, rng), []


def coloured(sides: Iterator[Sides]) -> tuple[int, int]:
    """Return how many differentials have a changed function, and how many there are."""
    found = number = 0
    for before, after, others in sides:
        result = differential(before, after, others=others)
        found += any(change.node for change in result.changes)
        number += 1
    return found, number


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a row for each number of runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=60)
    number = parser.parse_args(arguments).draws
    rows = {
        "1 v 1, all pairs": pairs(1, with_store=False),
        "1 v 1, all pairs, with the store": pairs(1, with_store=True),
        "2 v 2, all pairs": pairs(2, with_store=False),
        "2 v 2, all pairs, with the store": pairs(2, with_store=True),
        "3 v 3, drawn": draws(3, number),
        "5 v 5, drawn": draws(5, number),
    }
    for title, sides in rows.items():
        found, of = coloured(sides)
        sys.stdout.write(f"{title:<34} {found:>3} of {of:>3} with a colour, {found / of:.1%}\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
