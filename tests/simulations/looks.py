"""Looks at a series until it is decided: false verdicts, power, and the calibration of the advice.

``python -m tests.simulations.looks --draws 2000`` prints the three tables. The series are compared by the functions of
the package: ``paired_effect``, ``decide``, ``Looks`` and ``advise``.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from duronb.analysis.comparison.advice import Advice, advise
from duronb.analysis.comparison.effect import Effect, paired_effect
from duronb.analysis.comparison.looks import Looks
from duronb.analysis.comparison.verdict import MARGIN, decide
from duronb.model.record.series_member import BY_BLOCKS

Logs = NDArray[np.float64]
FIRST, LAST = 6, 40
SEED = 20261128
NOISES = ("CV 3 %", "CV 10 %", "CV 20 %", "t3", "AR(1) 0.8", "trend 20 %")
CHANGED = ("improved", "regressed")


def logs_of(noise: str, change: float, blocks: int, generator: np.random.Generator) -> Logs:
    """Return logarithms of the rates of one series, shape ``(2, blocks)``: before and after, in random order in time.

    Parameters
    ----------
    noise
        One of ``NOISES``, or ``CV x %`` with another number.
    change
        True change of the side after, as a fraction.
    blocks
        Number of blocks.
    generator
        Source of the noise.
    """
    runs = 2 * blocks
    if noise == "t3":
        times = 0.10 / np.sqrt(3) * generator.standard_t(3, runs)
    elif noise.startswith("AR"):
        shocks = generator.normal(0, 0.10 * np.sqrt(1 - 0.8**2), runs)
        times = np.empty(runs)
        times[0] = generator.normal(0, 0.10)
        for run in range(1, runs):
            times[run] = 0.8 * times[run - 1] + shocks[run]
    elif noise.startswith("trend"):
        times = generator.normal(0, 0.07, runs) + np.linspace(0, np.log(1.2), runs)
    else:
        times = generator.normal(0, float(noise.split()[1]) / 100, runs)
    pairs = times.reshape(blocks, 2)
    swapped = generator.random(blocks) < 0.5
    pairs[swapped] = pairs[swapped, ::-1]
    return np.stack([pairs[:, 0], pairs[:, 1] + np.log1p(change)])


@dataclass(frozen=True)
class Ended:
    """How a series ended: its verdict, its blocks, and the first undecided effect with its looks."""

    verdict: str
    blocks: int
    first: Effect | None


def until_decided(logs: Logs, ahead: list[tuple[int, float]]) -> Ended:
    """Look at a series at the given blocks and levels until it is decided."""
    first = None
    rates = np.exp(logs)
    for blocks, level in ahead:
        effect = paired_effect(rates[0, :blocks].tolist(), rates[1, :blocks].tolist())
        verdict = decide(effect, "higher", level=level).verdict
        if verdict != "inconclusive":
            return Ended(verdict, blocks, first)
        if first is None and isinstance(effect, Effect):
            first = effect
    return Ended("inconclusive", ahead[-1][0], first)


def ended(noise: str, change: float, draws: int, last: int = LAST) -> Iterator[Ended]:
    """Record ``draws`` series until they are decided or have ``last`` blocks."""
    generator = np.random.default_rng(SEED)
    ahead = Looks().ahead(FIRST, last)
    for _ in range(draws):
        yield until_decided(logs_of(noise, change, last, generator), ahead)


def percent_changed(noise: str, change: float, draws: int) -> float:
    """Return the percentage of series that end with a change."""
    return 100 * sum(each.verdict in CHANGED for each in ended(noise, change, draws)) / draws


def wrong_sizes(draws: int) -> float:
    """Return the percentage of series called equivalent although the change is the margin."""
    return 100 * sum(each.verdict == "equivalent" for each in ended("CV 7 %", MARGIN, draws)) / draws


POPULATIONS = {
    "normal, SD 10 %, CV 3 to 15 %": (0.10, (3.0, 15.0)),
    "normal, SD 5 %, CV 3 to 15 %": (0.05, (3.0, 15.0)),
    "normal, SD 20 %, CV 3 to 15 %": (0.20, (3.0, 15.0)),
}
"""Standard deviation of the true changes and range of the noise of single runs, both in percent of the rate."""


def calibration(spread: float, noises: tuple[float, float], draws: int) -> tuple[int, float, float, float, float]:
    """Follow the advice of the first look at the level of each look that follows.

    Returns
    -------
    Number of series that had a range; percentages that were decided before it, within it, and after it or never; and
    the mean of the odds that were stated, in percent.
    """
    generator = np.random.default_rng(SEED)
    looks = Looks((FIRST,), (BY_BLOCKS,))
    last = FIRST + 200
    ahead = Looks().ahead(FIRST, last)
    counts, asked, stated = np.zeros(3), 0, 0.0
    for _ in range(draws):
        change = float(np.expm1(generator.normal(0, spread)))
        logs = logs_of(f"CV {generator.uniform(*noises)} %", change, last, generator)
        end = until_decided(logs, ahead)
        if end.first is None:
            continue
        advice: Advice = advise(end.first, MARGIN, looks)
        if advice.odds < 0.5:
            continue
        asked += 1
        stated += advice.odds
        further = end.blocks - FIRST if end.verdict != "inconclusive" else np.inf
        counts[0 if further < advice.low else 1 if further <= advice.high else 2] += 1
    before, within, after = 100 * counts / max(1, asked)
    return asked, float(before), float(within), float(after), 100 * stated / max(1, asked)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=2000, help="series a row")
    draws = parser.parse_args().draws
    print(f"{draws} series a row, looks from {FIRST} to {LAST} blocks, seed {SEED}")
    print("A/A, percent improved or regressed (at most 5.5):")
    for noise in NOISES:
        print(f"  {noise:12} {percent_changed(noise, 0.0, draws):5.1f}", flush=True)
    print(f"Change at the margin, percent equivalent: {wrong_sizes(draws):.1f}", flush=True)
    print("Changes at CV 7 %, percent found:")
    for change in (-0.05, 0.05, -0.07, -0.10):
        print(f"  {100 * change:+4.0f} % {percent_changed('CV 7 %', change, draws):5.1f}", flush=True)
    print("Advice at the first look: series, percent decided before, within, after its range; odds stated:")
    for name, (spread, noises) in POPULATIONS.items():
        asked, before, within, after, stated = calibration(spread, noises, draws)
        print(f"  {name:30} {asked:5}  {before:4.0f} {within:4.0f} {after:4.0f}  {stated:4.0f}", flush=True)


if __name__ == "__main__":
    main()
