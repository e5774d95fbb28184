"""Advice: how many more blocks an undecided comparison takes, as a range with its odds.

The further blocks are simulated. The true effect and noise are drawn from their posterior distribution, given the
blocks until now, and the test is repeated at the levels of the looks that follow. Half of the simulated series are
decided after a number of blocks within the range, a quarter before it and a quarter after it.

The prior of the effect is normal with a standard deviation of 10 %: most changes of code change its speed by less.
Without it, an effect that is large by chance would promise a decision that does not come.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import inf, log, sqrt

import numpy as np
from numpy.typing import NDArray

from duronb.analysis.comparison.effect import Effect
from duronb.analysis.comparison.looks import Looks, next_look
from duronb.model.run import RunRecord

FIRST = 6
"""Number of blocks of a new A/B before the first look: the default of ``ab``, which a test compares."""
MOST_BLOCKS = 200
"""Largest number of further blocks that is considered."""
PRIOR = 0.10
"""Standard deviation of the logarithm of a change, before anything is measured."""
ODDS = 0.5
OVERHEAD_SECONDS = 4.0
"""Time that a run takes in addition to its stages, measured with the stress test."""
_DRAWS = 2000
_SEED = 20261128


@dataclass(frozen=True, slots=True)
class Advice:
    """The number of further blocks until a decision.

    Parameters
    ----------
    low, high
        Range of the number of further blocks; ``high`` is ``MOST_BLOCKS`` if the odds are less than even.
    odds
        Probability that the decision falls into the range: one half; more if most series are decided at one look; or
        less if even ``MOST_BLOCKS`` more blocks decide in less than half of the cases.
    new
        Whether these are blocks of a new A/B, rather than further blocks of the series.
    """

    low: int
    high: int
    odds: float
    new: bool = False


def advise(effect: Effect, margin: float, looks: Looks, *, tests: int = 1) -> Advice:
    """Return how many blocks would decide.

    Parameters
    ----------
    effect
        The effect until now, which is not decided.
    margin
        Relative change that is too small to matter.
    looks
        The looks at the series; none for runs outside a series, which get a new A/B.
    tests
        Number of undecided stages that are tested together.
    """
    blocks = looks.blocks[-1] if looks.blocks else 0
    ahead = looks.ahead(next_look(blocks) if blocks else FIRST, blocks + MOST_BLOCKS)
    needed = np.sort(blocks_needed(effect, margin, blocks, ahead, tests=tests))
    decided = float(np.isfinite(needed).mean())
    if decided < ODDS:
        low = int(np.quantile(needed, decided / 4, method="lower")) if decided else 1
        return Advice(max(1, low), MOST_BLOCKS, decided, new=not blocks)
    first = min((1 - ODDS) / 2, decided - ODDS)
    last = min(int((first + ODDS) * len(needed)), int(np.isfinite(needed).sum()) - 1)
    low = int(needed[int(first * len(needed))])
    high = max(int(needed[last]), low + 1)
    return Advice(low, high, float(((needed >= low) & (needed <= high)).mean()), new=not blocks)


def blocks_needed(
    effect: Effect, margin: float, blocks: int, ahead: Sequence[tuple[int, float]], *, tests: int = 1
) -> NDArray[np.float64]:
    """Draw numbers of further blocks until a decision, shape ``(2000,)``; ``inf`` for no decision.

    Parameters
    ----------
    effect, margin, tests
        See ``advise``.
    blocks
        Number of blocks until now that are tested again; 0 for a new A/B.
    ahead
        Numbers of blocks and levels of the looks that follow.
    """
    generator = np.random.default_rng(_SEED)
    per_block = 1 if effect.paired else 2
    # The noise of one block: of the difference between its two runs.
    noise = effect.standard_error * (
        sqrt(effect.before) if effect.paired else sqrt(2 / (1 / effect.before + 1 / effect.after))
    )
    deviation = noise * np.sqrt(effect.df / generator.chisquare(effect.df, _DRAWS))
    error = effect.standard_error * deviation / noise
    kept = PRIOR**2 / (PRIOR**2 + error**2)
    true = kept * effect.difference + np.sqrt(kept) * error * generator.normal(size=_DRAWS)
    bound = log(1 + margin)
    total = np.full(_DRAWS, blocks * effect.difference)
    squares = np.full(_DRAWS, effect.df * noise**2 if blocks else 0.0)
    df, last = (effect.df if blocks else -float(per_block)), blocks
    needed = np.full(_DRAWS, inf)
    for number, level in ahead:
        step = number - last
        added = step * true + sqrt(step) * deviation * generator.normal(size=_DRAWS)
        if last:  # the squares around the common mean: within both groups of blocks, and between these
            squares += (added / step - total / last) ** 2 * (last * step / number)
        # Runs that are not paired have a second sum of squares, of the sums of the blocks.
        further = step - 1 + (per_block - 1) * (step if last else step - 1)
        squares += deviation**2 * generator.chisquare(further, _DRAWS) if further else 0.0
        total += added
        df, last = df + per_block * step, number
        mean, spread = np.abs(total) / number, np.sqrt(squares / df / number)
        differs = mean > _limit(df, level / 2 / tests) * spread
        equivalent = bound - mean > _limit(df, level) * spread
        needed[(differs | equivalent) & np.isinf(needed)] = number - blocks
    return needed


@lru_cache(maxsize=4096)
def _limit(df: float, tail: float) -> float:
    from scipy.special import stdtrit

    return float(-stdtrit(df, tail))


def block_seconds(before: Sequence[RunRecord], after: Sequence[RunRecord]) -> float | None:
    """Return the machine time of one block in seconds, from the stages of the runs; ``None`` if it is unknown."""
    sides = []
    for side in (before, after):
        lengths = [
            sum(stage.total_seconds or stage.seconds or 0.0 for stage in run.stages)
            + run.request.warmup_seconds * len(run.stages)
            + OVERHEAD_SECONDS
            for run in side
            if run.stages and all(stage.total_seconds or stage.seconds for stage in run.stages)
        ]
        if not lengths:
            return None
        sides.append(float(np.median(lengths)))
    return sum(sides)
