"""Verdict on an effect: improved, regressed, equivalent, or inconclusive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt
from typing import Literal

from duronb.analysis.comparison.advice import Advice
from duronb.analysis.comparison.effect import Effect, ratio_of
from duronb.analysis.comparison.power import POWER, detectable
from duronb.analysis.distributions.student import student_quantile
from duronb.analysis.metrics import Better

Verdict = Literal["improved", "regressed", "differs", "equivalent", "inconclusive"]

MARGIN = 0.05
"""Default margin of equivalence: a relative change smaller than this does not matter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A verdict and the numbers behind it.

    Parameters
    ----------
    verdict
        ``improved``, ``regressed``, ``differs``, ``equivalent`` or ``inconclusive``. ``differs`` is a significant
        change between runs recorded apart in time, so that drift of the machine may be its cause; see ``in_time``.
    p
        p-value for no change, corrected for the stages that were tested together; ``None`` without a test.
    equivalence_p
        p-value for a change beyond the margin (TOST); ``None`` without a test.
    more
        If inconclusive, the number of further blocks that would decide, as a range with its odds; at the typical noise
        if too few runs were observed. ``None`` for other verdicts, and without values on both sides.
    detectable
        The smallest relative change that is found with a power of 80 %; ``inf`` if there is none.
    reason
        A sentence that explains the verdict; may be empty.
    """

    verdict: Verdict
    p: float | None = None
    equivalence_p: float | None = None
    more: Advice | None = None
    detectable: float = inf
    reason: str = ""


def decide(
    effect: Effect | str, better: Better, *, level: float = 0.05, margin: float = MARGIN, p: float | None = None
) -> Decision:
    """Return the verdict on one effect.

    Parameters
    ----------
    effect
        The effect, or the sentence that says why it cannot be computed.
    better
        Whether higher or lower values are better.
    level
        Significance level of the verdict.
    margin
        Relative change that is too small to matter.
    p
        The p-value corrected for the other stages; ``None`` for the p-value of the effect alone.
    """
    if isinstance(effect, str):
        return Decision(verdict="inconclusive", reason=effect)
    own, corrected = effect.p, effect.p if p is None else p
    equivalence = effect.equivalence_p(margin)
    smallest = _detectable(effect, level)
    if equivalence <= level:
        reason = ""
        if corrected <= level:
            reason = f"There is a change, but it is smaller than the margin of {margin:.0%}."
        return Decision(
            verdict="equivalent", p=corrected, equivalence_p=equivalence, detectable=smallest, reason=reason
        )
    if corrected <= level:
        up = effect.difference > 0
        verdict: Verdict = "improved" if up == (better == "higher") else "regressed"
        return Decision(verdict=verdict, p=corrected, equivalence_p=equivalence, detectable=smallest)
    reason = ""
    if own <= 0.05:
        reason = (
            "It would be significant alone, but is not when corrected for the other stages."
            if own <= level
            else "The 95 % interval does not contain zero, but the level of this look at the series is only"
            f" {level:.1%}, so that adding blocks does not lead to false positives."
        )
    return Decision(
        verdict="inconclusive",
        p=corrected,
        equivalence_p=equivalence,
        detectable=smallest,
        reason=reason,
    )


def holm(values: Sequence[float]) -> list[float]:
    """Return p-values corrected for multiple testing by Holm's method, at most 1, in the order given."""
    order = sorted(range(len(values)), key=values.__getitem__)
    corrected = [0.0] * len(values)
    highest = 0.0
    for rank, index in enumerate(order):
        highest = max(highest, min(1.0, (len(values) - rank) * values[index]))
        corrected[index] = highest
    return corrected


def deviation_of(effect: Effect) -> float:
    """Return the deviation of logarithms behind an effect: of differences within blocks if paired, else of runs."""
    if effect.paired:
        return effect.standard_error * sqrt(effect.before)
    return effect.standard_error / sqrt(1 / effect.before + 1 / effect.after)


def _detectable(effect: Effect, level: float) -> float:
    if effect.method == "paired":
        runs = min(effect.before, effect.after)
        return detectable(deviation_of(effect), runs, paired=True, level=level)
    # The degrees of freedom are those of the test: of other runs too, or of unequal sides.
    away = student_quantile(1 - level / 2, effect.df) + student_quantile(POWER, effect.df)
    return ratio_of(away * effect.standard_error) - 1
