"""The end of a series that goes on by itself: when to look at it, and whether the time is up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from duronb.capture.ab.series import Series
from duronb.capture.one_run import duration_text
from duronb.errors import RequestError
from duronb.quoting import counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at a series: its result as a phrase, and whether the series ends with it."""

    text: str
    ends: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Until:
    """A series that goes on until it is decided or until the time is up.

    Parameters
    ----------
    seconds
        Largest time of the recording, warm-ups included. A block that would not end in time does not begin.
    look
        Looks at all runs of the series.
    next_look
        Returns the number of complete blocks at the look that follows a look at this number.
    """

    seconds: float
    look: Callable[[Series], Look]
    next_look: Callable[[int], int]

    def check_time(self, expected: float, blocks: int) -> None:
        """Raise RequestError if the least number of blocks is expected to take longer than the time."""
        if expected > self.seconds:
            raise RequestError(
                f"{counted(blocks, 'block')} and the warm-ups take about {duration_text(expected)}, longer than the"
                f" limit of {duration_text(self.seconds)}.",
                "Give a longer --at-most, fewer --blocks, shorter --seconds, or one of the --stages.",
            )

    def is_time_up(self, elapsed: float, block: float) -> bool:
        """Return whether another block of ``block`` seconds would end after the time."""
        return elapsed + block > self.seconds
