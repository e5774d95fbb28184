"""The sentence on how many more blocks would decide a comparison. It is written here only."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from duronb.analysis.comparison.advice import MOST_BLOCKS, Advice
from duronb.analysis.comparison.compare import ComparisonResult

_EVEN = 0.5
_CLEAR = 0.65
"""From these odds on, the odds are stated as a number."""


def needed_text(result: ComparisonResult) -> str:
    """Return how many more blocks would decide all stages: the advice of the stage that takes longest; may be empty."""
    advice = longest_advice(result)
    return "" if advice is None else advice_text(advice, result.block_seconds)


def longest_advice(result: ComparisonResult) -> Advice | None:
    """Return the advice of the undecided stage that takes longest; ``None`` if there is none."""
    known = [stage.decision.more for stage in result.stages if stage.decision.more is not None]
    return max(known, key=lambda advice: (advice.odds < _EVEN, advice.high, advice.low), default=None)


def advice_text(advice: Advice, block_seconds: float | None) -> str:
    """Return the advice as a phrase, such as ``even odds within 6 to 15 more blocks, about 4 to 10 min``.

    Parameters
    ----------
    advice
        The number of further blocks.
    block_seconds
        Machine time of one block in seconds; ``None`` if it is unknown.
    """
    blocks = "blocks of an A/B" if advice.new else "more blocks"
    time = "" if block_seconds is None else f", about {_minutes(advice, block_seconds)}"
    if advice.odds < _EVEN:
        return f"only {_of_ten(advice.odds)} such comparisons would be decided by {MOST_BLOCKS} {blocks}{time}"
    odds = "even odds" if advice.odds < _CLEAR else f"odds of {_of_ten(advice.odds).replace('of', 'in')}"
    return f"{odds} within {advice.low} to {advice.high} {blocks}{time}"


def at_most_text(advice: Advice, block_seconds: float | None) -> str:
    """Return the time for the blocks of an advice, a warm-up included, as ``--at-most`` takes it."""
    return "20m" if block_seconds is None else f"{max(1, ceil((advice.high + 1) * block_seconds / 60))}m"


def _of_ten(odds: float) -> str:
    tenths = round(10 * odds)
    if tenths in (0, 10):
        return "1 of 20" if tenths == 0 else "19 of 20"
    return f"{tenths} of 10"


def _minutes(advice: Advice, block_seconds: float) -> str:
    numbers: Sequence[float] = [advice.low * block_seconds / 60, advice.high * block_seconds / 60]
    if advice.odds < _EVEN:
        numbers = numbers[1:]
    if numbers[-1] >= 120:
        return f"{_range([number / 60 for number in numbers])} h"
    return f"{_range(numbers)} min"


def _range(numbers: Sequence[float]) -> str:
    texts = [f"{number:.0f}" if number >= 9.5 else f"{number:.2g}" for number in numbers]
    return " to ".join(dict.fromkeys(texts))
