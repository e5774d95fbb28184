"""Error rates, power and coverage of level changes, on the functions of the package.

``python -m tests.simulations.history --draws 1000`` prints a table. Seeds are fixed, and chosen with ``--seed``.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from duronb.analysis.history.level_changes import LevelChange, level_changes
from duronb.analysis.history.newest import disturbed_runs

Values = NDArray[np.float64]
KINDS = ("normal", "t3", "outliers")
STEPS = ((20, 20, -0.10, 0.065), (50, 50, -0.07, 0.065), (20, 5, -0.15, 0.065), (20, 10, -0.15, 0.065))
FIRST, LAST = 12, 100
SIZES = (12, 20, 40, 100)
NULLS = (("normal", 0.07), ("t3", 0.07), ("outliers", 0.07), ("t3", 0.035))


def noise(random: np.random.Generator, kind: str, size: int, cv: float = 0.07) -> Values:
    """Return logarithms of values with a coefficient of variation; 10 % of those with outliers are 3 times slower."""
    if kind == "t3":
        return np.asarray(random.standard_t(3, size) * cv / np.sqrt(3))
    values = random.normal(0, cv, size)
    if kind == "outliers":
        values[random.random(size) < 0.1] -= np.log(3)
    return np.asarray(values)


def stepped(random: np.random.Generator, step: tuple[int, int, float, float], kind: str = "normal") -> Values:
    """Return a series with a step: points before and after, relative change, coefficient of variation."""
    before, after, change, cv = step
    values = noise(random, kind, before + after, cv)
    values[before:] += np.log1p(change)
    return values


def first_reports(random: np.random.Generator, kind: str, cv: float, last: int = LAST) -> tuple[int, int, int]:
    """Return when a growing series without a change first has a firm change, a suspected one, and disturbed runs.

    Each is the number of points, or ``last + 1`` for never.
    """
    values = noise(random, kind, last, cv)
    firm = suspected = disturbed = last + 1
    for size in range(FIRST, last + 1):
        found = level_changes(values[:size], relative=True)
        if any(not change.suspected for change in found):
            firm = min(firm, size)
        if any(change.suspected for change in found):
            suspected = min(suspected, size)
        if disturbed_runs(values[found[-1].index if found else 0 : size]):
            disturbed = min(disturbed, size)
    return firm, suspected, disturbed


@dataclass(frozen=True)
class Found:
    """Parts of simulated series, 0 to 1.

    Parameters
    ----------
    reported, firm
        With a change within two points of the true place, of any kind and firm.
    exact
        With one change, exactly at the true place, whose interval contains the true size.
    covered
        Of the reported: the set of places contains the true place.
    places
        Of the reported: mean number of places in the set.
    """

    reported: float
    firm: float
    exact: float
    covered: float
    places: float


def found_steps(draws: int, step: tuple[int, int, float, float], kind: str = "normal", seed: int = 1) -> Found:
    """Return how often a step is found, and where."""
    random = np.random.default_rng(seed)
    true, size = step[0], step[2]
    said: list[LevelChange] = []
    near = firm = exact = 0
    for _ in range(draws):
        found = level_changes(stepped(random, step, kind), relative=True)
        if found:
            nearest = min(found, key=lambda change: abs(change.index - true))
            said.append(nearest)
            near += abs(nearest.index - true) <= 2
            firm += abs(nearest.index - true) <= 2 and not nearest.suspected
            exact += len(found) == 1 and nearest.index == true and nearest.low <= size <= nearest.high
    covered = [any(place.index == true for place in change.places) for change in said]
    return Found(
        near / draws,
        firm / draws,
        exact / draws,
        float(np.mean(covered)) if said else float("nan"),
        float(np.mean([len(change.places) for change in said])) if said else float("nan"),
    )


def false_alarms(draws: int, kind: str, cv: float = 0.07, seed: int = 1, last: int = LAST) -> NDArray[np.int64]:
    """Return the sizes of ``first_reports`` for several series, shape ``(draws, 3)``."""
    random = np.random.default_rng(seed)
    return np.array([first_reports(random, kind, cv, last) for _ in range(draws)])


def main(arguments: Sequence[str] | None = None) -> None:
    """Print all rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=1000, help="series of each row")
    parser.add_argument("--seed", type=int, default=1, help="seed of each row")
    parsed = parser.parse_args(arguments)
    draws, seed = parsed.draws, parsed.seed
    for step in STEPS:
        found = found_steps(draws, step, seed=seed)
        print(
            f"{step[0]} + {step[1]}, {100 * step[2]:+.0f} %, CV {100 * step[3]:.1f} %: reported {found.reported:.1%},"
            f" firm {found.firm:.1%}; the set contains the place in {found.covered:.1%}, {found.places:.1f} places",
            flush=True,
        )
    for cv in (0.035, 0.05, 0.07):
        for newer in (1, 2, 3):
            found = found_steps(draws, (20, newer, -0.30, cv), seed=seed)
            print(
                f"20 + {newer}, -30 %, CV {100 * cv:.1f} %: reported {found.reported:.1%}, right run and size"
                f" {found.exact:.1%}",
                flush=True,
            )
    for kind, cv in NULLS:
        first = false_alarms(draws, kind, cv, seed)
        print(f"{kind}, CV {100 * cv:.1f} %, without a change, ever while it grows from {FIRST} points")
        for size in SIZES:
            firm, suspected, disturbed = (first <= size).mean(axis=0).tolist()
            print(f"  to {size}: firm {firm:.1%}, suspected {suspected:.1%}, disturbed {disturbed:.1%}", flush=True)


if __name__ == "__main__":
    main()
