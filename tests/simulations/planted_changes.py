"""What a differential reports of changes planted into recorded runs: ``python -m tests.simulations.planted_changes``.

Both sides are drawn from the five runs of one release, with the seconds of each stage resampled. A change is planted
into the side after. Each row states how often the planted function alone is reported, and as what.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from duronb.analysis.differential.differential import Change, Differential, differential
from duronb.model.run import RunRecord
from duronb.store.store import Store
from tests.simulations.planting import RENAMED, Plant, added, below_of, drawn, inlined, renamed, share_of, times

STORE = Path(__file__).parents[2] / "notebooks" / "data" / "releases"
RELEASES = ("0.1.24", "0.1.32")
RUNS = 5
NEARLY_ALL = 0.9
LARGE, MIDDLE, SMALL, LEAF, STEP = (
    "tokio::runtime::scheduler::multi_thread::worker::run",
    "sqlite3VdbeExec",
    "sqlite3BtreeTableMoveto",
    "_int_malloc",
    "sqlite3_step",
)
INLINED = (STEP, MIDDLE, "getPageNormal", "sqlite3VdbeHalt", "vfs_write", LARGE)


@dataclass(frozen=True, kw_only=True)
class Row:
    """A planted change, and the result that is right.

    Parameters
    ----------
    title
        What is planted.
    name, plant
        The function, and what plants the change.
    right
        Whether a differential reports the planted change.
    alone
        Whether a change is the planted one.
    kind
        ``dearer`` or ``cheaper`` if the cost changes. The other kind is wrong, and both are where only names change.
    """

    title: str
    name: str
    plant: Callable[[Sequence[RunRecord]], Plant]
    right: Callable[[Differential, str], bool]
    alone: Callable[[Differential, Change, str], bool]
    kind: str = ""


def releases() -> list[list[RunRecord]]:
    """Return the runs of the releases that are drawn from."""
    runs = list(Store(str(STORE)).runs())
    return [[run for run in runs if run.subject.version == version] for version in RELEASES]


def rows() -> list[Row]:
    """Return all planted changes."""
    found = [
        Row(title=f"renamed {name}", name=name, plant=_fixed(renamed(name)), right=_moved, alone=_is_moved)
        for name in (SMALL, LEAF, MIDDLE, LARGE)
    ]
    found += [
        Row(title=f"inlined {name}", name=name, plant=_fixed(inlined(name)), right=_inlined, alone=_is_moved)
        for name in INLINED
    ]
    for factor, kind in ((0.5, "cheaper"), (1.3, "dearer"), (2.0, "dearer"), (3.0, "dearer")):
        found.append(_cost(f"x{factor:g} {STEP}", STEP, _fixed(times(STEP, factor)), kind))
    for name in (SMALL, "sqlite3VdbeHalt", STEP):
        found.append(_cost(f"+5 % of all CPU in {name}", name, _plus(name, 0.05), "dearer"))
    return found


def counted(row: Row, draws: int, sides: Sequence[Sequence[RunRecord]], runs: int = RUNS) -> tuple[int, int, int]:
    """Return in how many draws a change is found, is found alone, and a change has the wrong sign."""
    right = alone = wrong = 0
    for draw in range(draws):
        release = sides[draw % len(sides)]
        rng = np.random.default_rng(draw)
        result = differential(drawn(release, runs, rng), drawn(release, runs, rng, row.plant(release)))
        others = [change for change in result.changes if not row.alone(result, change, row.name)]
        found = row.right(result, row.name)
        right += found
        alone += found and not others
        wrong += any(change.kind in {"dearer", "cheaper"} - {row.kind} for change in others)
    return right, alone, wrong


def _cost(title: str, name: str, plant: Callable[[Sequence[RunRecord]], Plant], kind: str) -> Row:
    return Row(title=title, name=name, plant=plant, right=_changed(kind), alone=_is_planted(kind), kind=kind)


def _fixed(plant: Plant) -> Callable[[Sequence[RunRecord]], Plant]:
    return lambda _runs: plant


def _plus(name: str, part: float) -> Callable[[Sequence[RunRecord]], Plant]:
    return lambda runs: added(name, part, share_of(runs, name))


def _moved(result: Differential, name: str) -> bool:
    kinds = {change.kind for change in result.changes if change.name in (name, RENAMED)}
    return kinds == {"moved"}


def _inlined(result: Differential, name: str) -> bool:
    return {change.kind for change in result.changes if change.name == name} == {"inlined"}


def _is_moved(_result: Differential, change: Change, name: str) -> bool:
    return change.kind in ("moved", "inlined") and change.name in (name, RENAMED)


def _changed(kind: str) -> Callable[[Differential, str], bool]:
    return lambda result, name: any(_is_planted(kind)(result, change, name) for change in result.changes)


def _is_planted(kind: str) -> Callable[[Differential, Change, str], bool]:
    """Return whether a change is one of the function, a part of it or what consists of it, in this direction."""
    return lambda result, change, name: (
        change.kind == kind and (name in change.path or _consists_of(result, change.node, name))
    )


def _consists_of(result: Differential, node: int, name: str) -> bool:
    """Return whether nearly all samples of a node are in the function. Shares cannot tell the two apart."""
    below = slice(node, result.tree.end[node])
    samples = (result.before + result.after)[below]
    inside = samples[below_of(result.tree, name)[below]]
    return bool(inside.sum() >= NEARLY_ALL * samples.sum())


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a row for each planted change."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=20)
    parser.add_argument("--only", default="", help="rows with this text in their title")
    options = parser.parse_args(arguments)
    sides = releases()
    sys.stdout.write(f"{options.draws} draws of {RUNS} + {RUNS} runs of {', '.join(RELEASES)}\n")
    sys.stdout.write(f"{'planted':68}{'found':>7}{'alone':>7}{'wrongly dearer or cheaper':>28}\n")
    for row in rows():
        if options.only in row.title:
            right, alone, wrong = counted(row, options.draws, sides)
            sys.stdout.write(f"{row.title:68}{right:7}{alone:7}{wrong:28}\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
