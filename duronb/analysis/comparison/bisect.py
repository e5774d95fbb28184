"""The search for the first slower commit: what to measure next, given what was found so far. It measures nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Answer = Literal["slower", "not slower", "inconclusive", "unbuildable"]
Outcome = Literal["found", "range", "nothing", "undecided"]

LOOKS = 3
"""How often a commit is looked at before another one is tried."""


@dataclass(frozen=True, slots=True)
class Question:
    """Whether a candidate is slower than the good one.

    Parameters
    ----------
    candidate
        Its number; the good one is 0, the bad one the last.
    look
        1 for the first blocks, 2 for more of them, …
    """

    candidate: int
    look: int


@dataclass(frozen=True, slots=True)
class Finding:
    """How a search ended.

    Parameters
    ----------
    outcome
        ``found``: ``last`` is the first slower one. ``range``: it is one from ``first`` to ``last``, and those between
        cannot be decided. ``nothing``: the bad one is not slower. ``undecided``: whether it is cannot be said.
    first, last
        Numbers of candidates.
    """

    outcome: Outcome
    first: int
    last: int


@dataclass
class Bisection:
    """A binary search that may get no answer.

    It asks for the bad end first: where that is not slower, there is nothing to look for. Then it halves what is left.
    A candidate that stays inconclusive, or does not compile, is passed over for its nearest neighbour.

    Parameters
    ----------
    candidates
        How many there are, the good and the bad one included.
    looks
        How often one may be looked at.

    Notes
    -----
    Each of about log2(n) decisions may be wrong by chance with the level of a comparison; the direct comparison of the
    commit that was found with its parent is a further test of the result.
    """

    candidates: int
    looks: int = LOOKS
    _low: int = 0
    _high: int = field(init=False)
    _confirmed: bool = False
    _look: dict[int, int] = field(default_factory=dict)
    _passed: set[int] = field(default_factory=set)
    _ended: Finding | None = None

    def __post_init__(self) -> None:
        """Begin with the whole range."""
        if self.candidates < 2 or self.looks < 1:
            raise ValueError("a search needs a good and a bad end, and a look")
        self._high = self.candidates - 1

    @property
    def finding(self) -> Finding | None:
        """How it ended; ``None`` while there is a question."""
        return self._ended

    @property
    def questions_left(self) -> int:
        """How many more questions there will be where each gets an answer."""
        if self._ended is not None:
            return 0
        between = self._high - self._low - 1
        return max(0, between).bit_length() + (not self._confirmed)

    def question(self) -> Question | None:
        """Return what to measure next; ``None`` at the end."""
        if self._ended is not None:
            return None
        candidate = self._next()
        return Question(candidate, self._look.get(candidate, 0) + 1)

    def answer(self, answer: Answer) -> None:
        """Take the answer to the question."""
        asked = self.question()
        if asked is None:
            raise ValueError("there is no question")
        self._look[asked.candidate] = asked.look
        if answer == "inconclusive" and asked.look < self.looks:
            return
        if not self._confirmed:
            self._confirm(answer)
        elif answer == "slower":
            self._high = asked.candidate
        elif answer == "not slower":
            self._low = asked.candidate
        else:
            self._passed.add(asked.candidate)
        self._end_if_done()

    def _confirm(self, answer: Answer) -> None:
        if answer == "slower":
            self._confirmed = True
        else:
            outcome: Outcome = "nothing" if answer == "not slower" else "undecided"
            self._ended = Finding(outcome, self._low + 1, self._high)

    def _end_if_done(self) -> None:
        if self._ended is None and not self._open():
            first = self._low + 1
            self._ended = Finding("found" if first == self._high else "range", first, self._high)

    def _open(self) -> list[int]:
        return [number for number in range(self._low + 1, self._high) if number not in self._passed]

    def _next(self) -> int:
        if not self._confirmed:
            return self._high
        # A candidate that was looked at is looked at again before another one is.
        started = [number for number in self._open() if number in self._look]
        if started:
            return started[0]
        middle = (self._low + self._high) / 2
        return min(self._open(), key=lambda number: (abs(number - middle), number))
