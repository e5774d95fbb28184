"""False verdicts of sides from different sessions of equal code, by ``compare_runs``.

``nice python -m tests.simulations.sessions --draws 400`` prints, for each standard deviation between sessions and
number of runs, the part that regressed: two sessions alone, and with one other source in eight sessions in the store.
"""

from __future__ import annotations

import argparse

import numpy as np

from duronb.analysis.comparison.compare import compare_runs
from duronb.model.run import RunRecord
from tests.analysis.comparison.sides import side

NOISE = 0.065
_WEEK = 7 * 24 * 60


def false_regressed(spread: float, runs: int, others: int, draws: int, seed: int = 1) -> tuple[float, float]:
    """Return the parts of the draws in which equal code regressed, and in which it improved or regressed."""
    rng = np.random.default_rng(seed)

    def session(label: str, number: int) -> list[RunRecord]:
        logs = rng.normal(0, spread) + rng.normal(0, NOISE, runs)
        return side(label, [float(rate) for rate in 15 * np.exp(logs)], first=number * _WEEK)

    verdicts = []
    for _ in range(draws):
        store = [run for number in range(others) for run in session("x", number)]
        verdicts.append(compare_runs(session("a", others), session("b", others + 1), others=store).verdict)
    return verdicts.count("regressed") / draws, sum(each in ("improved", "regressed") for each in verdicts) / draws


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--draws", type=int, default=400)
    draws = parser.parse_args().draws
    print("SD between sessions, runs a side, other sessions: regressed, improved or regressed")
    for spread in (0.03, 0.05, 0.10):
        for runs in (5, 20):
            for others in (0, 8):
                worse, either = false_regressed(spread, runs, others, draws)
                print(f"{spread:.0%} {runs:2} {others}: {worse:.1%} {either:.1%}", flush=True)


if __name__ == "__main__":
    main()
