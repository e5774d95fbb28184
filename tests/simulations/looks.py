"""Looks at a series until it is decided: false verdicts, power, and the calibration of the advice.

``nice python -m tests.simulations.looks --draws 2000`` prints the tables. The series are compared by the functions of
the package: the choice of the test, the effects, Holm's correction over the stages, ``decide``, ``Looks`` and
``advise``. A series is wrong if any stage is called changed at any look.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from duronb.analysis.comparison.advice import Advice, advise
from duronb.analysis.comparison.earlier import EarlierNoise
from duronb.analysis.comparison.effect import Effect
from duronb.analysis.comparison.looks import Looks
from duronb.analysis.comparison.verdict import MARGIN, decide, holm
from duronb.model.record.series_member import BY_BLOCKS
from tests.simulations.noises import NOISES, Logs, Noise, blocks_of, normal
from tests.simulations.verdicts_of_equal_runs import EMPTY, SHARED, TESTS, Test, store_of

FIRST, LAST = 6, 40
SEED = 20261128
CHANGED = ("improved", "regressed")
Ahead = Sequence[tuple[int, float]]


@dataclass(frozen=True)
class Ended:
    """How a series ended: all verdicts until then, its blocks, and the first undecided effect of its first stage."""

    verdicts: frozenset[str]
    blocks: int
    first: Effect | None

    @property
    def changed(self) -> bool:
        """Whether a stage was called changed at any look."""
        return bool(self.verdicts & set(CHANGED))


def until_decided(logs: Logs, ahead: Ahead, test: Test, known: Sequence[EarlierNoise]) -> Ended:
    """Look at a series until no stage is undecided, or one regressed.

    Parameters
    ----------
    logs
        Logarithms, shape ``(2, stages, blocks)``.
    ahead
        Numbers of blocks and levels of the looks.
    test
        The test of a stage.
    known
        What earlier runs say about the noise of each stage.
    """
    before, after = np.exp(logs).tolist()
    first: Effect | None = None
    seen: set[str] = set()
    for blocks, level in ahead:
        effects = []
        for early, late, noise in zip(before, after, known, strict=True):
            effect = test(early[:blocks], late[:blocks], noise)
            assert isinstance(effect, Effect)
            effects.append(effect)
        corrected = holm([effect.p for effect in effects])
        verdicts = [decide(e, "higher", level=level, p=p).verdict for e, p in zip(effects, corrected, strict=True)]
        seen |= set(verdicts)
        if "regressed" in verdicts or "inconclusive" not in verdicts:
            return Ended(frozenset(seen), blocks, first)
        first = first or effects[0]
    return Ended(frozenset(seen), ahead[-1][0], first)


def ended(
    noise: Noise, name: str = "automatic", *, draws: int, change: float = 0.0, stages: int = 1, last: int = LAST
) -> Iterator[Ended]:
    """Record series until they are decided or have ``last`` blocks.

    Parameters
    ----------
    noise, name
        The noise, and a test of ``TESTS``.
    draws
        Number of series.
    change
        True change of the side after, as a fraction.
    stages, last
        Number of stages, and largest number of blocks.
    """
    test, store = TESTS[name]
    rng, earlier = np.random.default_rng(SEED), np.random.default_rng(SEED + 1)
    ahead = Looks().ahead(FIRST, last)
    known = [EMPTY] * stages
    for draw in range(draws):
        if store and draw % SHARED == 0:
            known = [store_of(noise, earlier) for _ in range(stages)]
        yield until_decided(blocks_of(noise, rng, (stages, last), float(np.log1p(change))), ahead, test, known)


def part_changed(noise: Noise, name: str, *, draws: int, change: float = 0.0, stages: int = 1) -> float:
    """Return the part of the series in which a stage is called changed."""
    return sum(each.changed for each in ended(noise, name, draws=draws, change=change, stages=stages)) / draws


def wrong_sizes(draws: int) -> float:
    """Return the part of the series called equivalent although the change is the margin."""
    return sum("equivalent" in each.verdicts for each in ended(normal(0.07), draws=draws, change=MARGIN)) / draws


POPULATIONS = {
    "normal, SD 10 %, CV 3 to 15 %": (0.10, (0.03, 0.15)),
    "normal, SD 5 %, CV 3 to 15 %": (0.05, (0.03, 0.15)),
    "normal, SD 20 %, CV 3 to 15 %": (0.20, (0.03, 0.15)),
}
"""Standard deviation of the true changes, and range of the noise of single runs."""


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
        change = generator.normal(0, spread)
        logs = blocks_of(normal(generator.uniform(*noises)), generator, (1, last), change)
        end = until_decided(logs, ahead, TESTS["automatic"][0], [EMPTY])
        if end.first is None:
            continue
        advice: Advice = advise(end.first, MARGIN, looks)
        if advice.odds < 0.5:
            continue
        asked += 1
        stated += advice.odds
        further = end.blocks - FIRST if end.verdicts > {"inconclusive"} else np.inf
        counts[0 if further < advice.low else 1 if further <= advice.high else 2] += 1
    before, within, after = 100 * counts / max(1, asked)
    return asked, float(before), float(within), float(after), 100 * stated / max(1, asked)


def _row(title: str, noise: Noise, *, draws: int, change: float = 0.0, stages: int = 1) -> None:
    shares = [100 * part_changed(noise, name, draws=draws, change=change, stages=stages) for name in TESTS]
    print(f"  {title:28}", *(f"{share:16.1f}" for share in shares), flush=True)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=2000, help="series a row")
    parser.add_argument("--tables", nargs="*", choices=("equal", "four", "power", "advice"), help="only these tables")
    given = parser.parse_args()
    draws, tables = given.draws, given.tables or ("equal", "four", "power", "advice")
    print(f"{draws} series a row, looks from {FIRST} to {LAST} blocks, seed {SEED}")
    heads = f"  {'':28} {' '.join(f'{name:>16}' for name in TESTS)}"
    for table, stages in (("equal", 1), ("four", 4)):
        if table in tables:
            print(f"A/A, % improved or regressed at any look (at most 5.5), stages: {stages}\n{heads}")
            for title, noise in NOISES.items():
                _row(title, noise, draws=draws, stages=stages)
    if "equal" in tables:
        print(f"Change at the margin, % equivalent: {100 * wrong_sizes(draws):.1f}", flush=True)
    if "power" in tables:
        print(f"Changes at CV 7 %, % found\n{heads}")
        for change in (-0.05, 0.05, -0.07, -0.10):
            for correlation in (0.0, 0.3, 0.7):
                title = f"{100 * change:+4.0f} %, blocks alike {correlation}"
                _row(title, normal(0.07, correlation), draws=draws, change=change)
    if "advice" in tables:
        print("Advice at the first look: series, % decided before, within, after its range; odds stated:")
        for name, (spread, noises) in POPULATIONS.items():
            asked, before, within, after, stated = calibration(spread, noises, draws)
            print(f"  {name:30} {asked:5}  {before:4.0f} {within:4.0f} {after:4.0f}  {stated:4.0f}", flush=True)


if __name__ == "__main__":
    main()
