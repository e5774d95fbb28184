"""The test of a comparison, chosen by the number of runs and the noise of earlier runs, before the effect is seen.

Runs of an A/B are recorded in blocks. A paired test leaves the level of a block out, but has half as many degrees of
freedom. It is used if it would find the smaller change, at the correlation within blocks that earlier A/Bs show: with
six blocks and no earlier A/B it is not, with 21 it is. The own blocks never decide it: a correlation that is
high by chance makes the noise look small, and choosing by it makes 5 % of errors 7 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from duronb.analysis.comparison.earlier import EarlierNoise, unseen_text
from duronb.analysis.comparison.effect import (
    FEW_OWN,
    Effect,
    moderated_effect,
    paired_effect,
    pooled_effect,
    welch_effect,
)
from duronb.analysis.distributions.student import student_quantile

ENOUGH_DF = 8
"""Smallest number of degrees of freedom of an estimate of the noise from other runs."""
_TAIL = 0.005
"""One tail of the level at which the tests are compared: looks at an A/B have levels of about 1 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The effect by the chosen test.

    Parameters
    ----------
    effect
        The effect, or a sentence that says why it cannot be computed.
    unseen
        What so few runs cannot show, see ``StageComparison``.
    """

    effect: Effect | str
    unseen: str = ""


def chosen_effect(
    before: Sequence[float],
    after: Sequence[float],
    noise: EarlierNoise,
    *,
    interleaved: bool,
    busy: bool = False,
) -> Chosen:
    """Return the effect by the test that fits the runs.

    Parameters
    ----------
    before, after
        At least one value of each side; in the order of their blocks if ``interleaved``.
    noise
        What earlier runs say.
    interleaved
        Whether the values are those of complete blocks.
    busy
        Whether a run was recorded while the machine was busy.
    """
    few = min(len(before), len(after)) < FEW_OWN
    prior = noise.prior
    if interleaved and pairing_pays(len(before), noise):
        effect = paired_effect(before, after, noise.within_blocks)
    elif prior is not None:
        effect = moderated_effect(before, after, prior)
    else:
        effect = welch_effect(before, after)
    if few and isinstance(effect, Effect) and effect.prior is not None and prior is not None:
        unseen, _ = unseen_text(effect.difference, (len(before), len(after)), prior.deviation, prior.df)
        return Chosen(effect=effect, unseen=unseen)
    if few and not (isinstance(effect, Effect) and effect.prior is not None):
        return _by_pool(effect, (before, after), noise, busy=busy)
    return Chosen(effect=effect)


def pairing_pays(blocks: int, noise: EarlierNoise) -> bool:
    """Return whether a paired test of so many blocks would find smaller changes than a test of independent runs.

    It is also used if the runs of earlier blocks were less alike than others, since independent runs would then claim
    too much.
    """
    pairs, apart = blocks - 1.0, 2.0 * (blocks - 1)
    if noise.prior is not None:
        apart += noise.prior.df
        if noise.within_blocks is not None:
            pairs += noise.within_blocks.df
    if pairs < FEW_OWN - 1:
        return False
    if noise.correlation < 0:
        return True
    shrunk = student_quantile(_TAIL, pairs) ** 2 * (1 - noise.correlation)
    return shrunk < student_quantile(_TAIL, apart) ** 2


def difference_of(before: Sequence[float], after: Sequence[float]) -> float | None:
    """Return the difference of the mean logarithms; ``None`` if a side is empty or a value has no logarithm."""
    if not before or not after or not min(*before, *after) > 0:
        return None
    return sum(map(log, after)) / len(after) - sum(map(log, before)) / len(before)


def _by_pool(
    effect: Effect | str, sides: tuple[Sequence[float], Sequence[float]], noise: EarlierNoise, *, busy: bool
) -> Chosen:
    """Return the effect with the noise of other runs with the same conditions, if there are enough of them.

    Otherwise one or two runs on a side are not tested: two values that are close by chance would look like little
    noise. Then a sentence says why, and a phrase what so few runs cannot show.
    """
    before, after = sides
    difference = difference_of(before, after)
    if difference is None:
        return Chosen(effect=effect)
    unseen, position = unseen_text(difference, (len(before), len(after)), noise.deviation, noise.df)
    if noise.df >= ENOUGH_DF:
        pooled = pooled_effect(before, after, noise.deviation, noise.df)
        return Chosen(effect=pooled, unseen=unseen) if isinstance(pooled, Effect) else Chosen(effect=effect)
    reason = effect if isinstance(effect, str) else "Two runs on a side are not enough to know their noise."
    more = " This machine was busy, so equal runs differ by more." if busy else ""
    return Chosen(effect=f"{reason} {unseen}; this change is {position}.{more}", unseen=unseen)
