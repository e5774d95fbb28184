"""Searches for the first slower of 64 commits: how often the name is right, and how many blocks a search takes.

``nice python -m tests.simulations.bisect`` drives the ``Search`` of the package with simulated blocks. Each run has
independent noise; a block is the difference of the logarithms of two runs.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import log1p, sqrt

import numpy as np
from numpy.typing import NDArray

from duronb.analysis.bisection.finding import Finding
from duronb.analysis.bisection.question import Policy
from duronb.analysis.bisection.search import Search

COMMITS = 64
SEED = 20261128
Draw = Callable[[np.random.Generator, int], NDArray[np.float64]]


def normal(draw: np.random.Generator, count: int) -> NDArray[np.float64]:
    """Return standard normal noise."""
    return draw.standard_normal(count)


def student(draw: np.random.Generator, count: int) -> NDArray[np.float64]:
    """Return noise of Student's t with 3 degrees of freedom and standard deviation 1."""
    return np.asarray(draw.standard_t(3, count) / sqrt(3))


def outliers(draw: np.random.Generator, count: int) -> NDArray[np.float64]:
    """Return normal noise in which every twentieth run is far slower: ten standard deviations."""
    return draw.standard_normal(count) - 10 * (draw.random(count) < 0.05)


@dataclass(frozen=True)
class Row:
    """One condition: noise and slow-down as fractions; slow-down 0 for equal ends."""

    deviation: float
    loss: float
    noise: Draw = normal
    policy: Policy = "information"
    blocks: int = 2
    looks: int = 10


@dataclass(frozen=True)
class Result:
    """How one search ended: its finding, the true place (0 for no change), and the number of blocks."""

    finding: Finding
    place: int
    blocks: int
    forecasts: Sequence[tuple[int, int, int]]

    @property
    def right(self) -> bool:
        """Whether the named commit is the true one."""
        return self.finding.outcome == "found" and self.finding.last == self.place

    @property
    def wrong(self) -> bool:
        """Whether a false statement was made: another commit, a set without the true one, or no change."""
        if self.finding.outcome == "nothing":
            return self.place > 0
        return self.finding.outcome in ("found", "range") and self.place not in self.finding.suspects


def searched(row: Row, seed: int) -> Result:
    """Simulate one search."""
    draw = np.random.default_rng([SEED, seed])
    place = int(draw.integers(1, COMMITS)) if row.loss else 0
    search = Search(COMMITS, blocks=row.blocks, looks=row.looks, policy=row.policy)
    forecasts = []
    while (question := search.question()) is not None:
        forecasts.append((search.recorded, *search.blocks_left))
        inside = question.base < place <= question.candidate
        runs = row.deviation * row.noise(draw, 2 * question.blocks)
        losses = runs[: question.blocks] - runs[question.blocks :] - log1p(-row.loss) * inside
        search.add((question.base, question.candidate), losses.tolist())
    assert search.finding is not None
    return Result(search.finding, place, search.recorded, forecasts)


def summary(row: Row, results: Sequence[Result]) -> str:
    """Return a line of the table."""
    n = len(results)
    named = [each for each in results if each.finding.outcome == "found"]
    sets = [each for each in results if each.finding.outcome == "range"]
    blocks = np.array([each.blocks for each in results])
    within = [
        low <= each.blocks - then <= high
        for each in results
        for then, low, high in each.forecasts
        if each.blocks > then
    ]
    stated = np.mean([each.finding.probability for each in named]) if named else float("nan")
    true = np.mean([each.right for each in named]) if named else float("nan")
    counts = {name: sum(each.finding.outcome == name for each in results) for name in ("nothing", "undecided")}
    return (
        f"{row.deviation:5.0%} {-row.loss:6.0%} {row.noise.__name__:8} {row.policy:11} {row.blocks}"
        f" | right {sum(each.right for each in results) / n:6.1%} wrong {sum(each.wrong for each in results) / n:5.1%}"
        f" sets {len(sets)}, of which right {sum(not each.wrong for each in sets)};"
        f" nothing {counts['nothing'] / n:.1%} undecided {counts['undecided'] / n:.1%}"
        f" | blocks {np.median(blocks):.0f}, 90 % {np.percentile(blocks, 90):.0f}"
        f" | stated {stated:.1%} true {true:.1%} | left within range {np.mean(within):.0%}"
    )


ROWS = (
    Row(0.06, 0.10),
    Row(0.12, 0.20),
    Row(0.06, 0.0),
    Row(0.12, 0.0),
    Row(0.06, 0.10, policy="median"),
    Row(0.12, 0.20, policy="median"),
    Row(0.06, 0.10, blocks=1, looks=20),
    Row(0.12, 0.20, student),
    Row(0.06, 0.10, outliers),
    Row(0.12, 0.0, student),
    Row(0.06, 0.0, outliers),
    Row(0.12, 0.40),
    Row(0.06, 0.07),
    Row(0.12, 0.10),
    Row(0.18, 0.20),
)


def simulate(rows: Iterable[Row], draws: int) -> None:
    """Print a line for each row."""
    for row in rows:
        print(summary(row, [searched(row, seed) for seed in range(draws)]), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--rows", type=int, default=len(ROWS), help="only the first so many rows")
    given = parser.parse_args()
    simulate(ROWS[: given.rows], given.draws)
