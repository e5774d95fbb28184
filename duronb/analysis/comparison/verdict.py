"""From an effect to a verdict: improved, regressed, equivalent, or inconclusive with what it would take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt
from typing import Literal

from duronb.analysis.comparison.effect import Effect, ratio_of
from duronb.analysis.comparison.power import POWER, detectable, runs_needed
from duronb.analysis.comparison.student import student_quantile
from duronb.analysis.metrics import Better

Verdict = Literal["improved", "regressed", "equivalent", "inconclusive"]

MARGIN = 0.05
"""A change that is surely smaller than this is none that matters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A verdict and what it rests on.

    Parameters
    ----------
    verdict
        See there.
    p
        Of no change, corrected for the stages that were tested together; ``None`` where nothing could be tested.
    equivalence_p
        Of a change beyond the margin (TOST).
    more
        For an inconclusive one, how many more blocks (or runs on each side) would decide at the noise and the effect
        that were seen; ``None`` where none would.
    detectable
        The smallest change that is found four times out of five, as a part; ``inf`` for none.
    reason
        A sentence, where the verdict needs one.
    """

    verdict: Verdict
    p: float | None = None
    equivalence_p: float | None = None
    more: int | None = None
    detectable: float = inf
    reason: str = ""


def decide(
    effect: Effect | str, better: Better, *, level: float = 0.05, margin: float = MARGIN, p: float | None = None
) -> Decision:
    """Judge one effect.

    Parameters
    ----------
    effect
        Or the sentence that says why there is none.
    better
        Which way is better.
    level
        Error that a false "improved" or "regressed" may have.
    margin
        Part within which a change does not matter.
    p
        The p-value corrected for what else is tested; the effect's own when ``None``.
    """
    if isinstance(effect, str):
        return Decision(verdict="inconclusive", reason=effect)
    own, corrected = effect.p, effect.p if p is None else p
    equivalence = effect.equivalence_p(margin)
    paired = effect.method == "paired"
    runs = min(effect.before, effect.after)
    smallest = _detectable(effect, level)
    if equivalence <= level:
        reason = ""
        if corrected <= level:
            reason = f"There is a change, and it is smaller than the margin of {margin:.0%}."
        return Decision(
            verdict="equivalent", p=corrected, equivalence_p=equivalence, detectable=smallest, reason=reason
        )
    if corrected <= level:
        up = effect.difference > 0
        verdict: Verdict = "improved" if up == (better == "higher") else "regressed"
        return Decision(verdict=verdict, p=corrected, equivalence_p=equivalence, detectable=smallest)
    needed = runs_needed(effect.difference, deviation_of(effect), margin, paired=paired, level=level)
    reason = ""
    if own <= 0.05:
        reason = (
            "Alone it would count as a change; tested with the other stages it does not."
            if own <= level
            else f"The interval excludes no change, but this look at an A/B may err in {level:.1%} only: so blocks can"
            " be added without finding what is not there."
        )
    return Decision(
        verdict="inconclusive",
        p=corrected,
        equivalence_p=equivalence,
        more=None if needed is None else max(1, needed - runs),
        detectable=smallest,
        reason=reason,
    )


def holm(values: Sequence[float]) -> list[float]:
    """Correct p-values for being tested together (Holm): each at least as large as before, at most 1."""
    order = sorted(range(len(values)), key=values.__getitem__)
    corrected = [0.0] * len(values)
    highest = 0.0
    for rank, index in enumerate(order):
        highest = max(highest, min(1.0, (len(values) - rank) * values[index]))
        corrected[index] = highest
    return corrected


def deviation_of(effect: Effect) -> float:
    """Return the deviation of logarithms that an effect saw: within blocks for a paired one, else of single runs."""
    if effect.method == "paired":
        return effect.standard_error * sqrt(effect.before)
    return effect.standard_error / sqrt(1 / effect.before + 1 / effect.after)


def _detectable(effect: Effect, level: float) -> float:
    if effect.method != "pooled":
        runs = min(effect.before, effect.after)
        return detectable(deviation_of(effect), runs, paired=effect.method == "paired", level=level)
    # The deviation is known from other runs, so the count of these does not limit the degrees of freedom.
    away = student_quantile(1 - level / 2, effect.df) + student_quantile(POWER, effect.df)
    return ratio_of(away * effect.standard_error) - 1
