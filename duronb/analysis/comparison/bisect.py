"""Binary search for the first slower commit: decides what to measure next. It does not measure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Answer = Literal["slower", "not slower", "inconclusive", "unbuildable"]
Outcome = Literal["found", "range", "nothing", "undecided"]

LOOKS = 3
"""Number of looks at a commit before another one is tried."""


@dataclass(frozen=True, slots=True)
class Question:
    """The question whether a candidate is slower than the good one.

    Parameters
    ----------
    candidate
        Its index; 0 is the good one, the last is the bad one.
    look
        1 for the first blocks, 2 after more blocks, and so on.
    """

    candidate: int
    look: int


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of a search.

    Parameters
    ----------
    outcome
        ``found``: ``last`` is the first slower candidate. ``range``: the first slower candidate is one of ``first`` to
        ``last``, and those before ``last`` cannot be decided. ``nothing``: the bad end is not slower. ``undecided``:
        it is unknown whether the bad end is slower.
    first, last
        Indices of candidates.
    """

    outcome: Outcome
    first: int
    last: int


@dataclass
class Bisection:
    """A binary search whose questions may remain without an answer.

    It first asks about the bad end, and stops if that is not slower. Then it halves the remaining range. A candidate
    that stays inconclusive or does not compile is skipped in favour of its nearest neighbour.

    Parameters
    ----------
    candidates
        Number of candidates, including the good and the bad one.
    looks
        Largest number of looks at one candidate.

    Notes
    -----
    Each of about log2(n) decisions is wrong by chance with the probability of the level of a comparison. A direct
    comparison of the found commit with its parent tests the result independently.
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
        """Begin with all candidates."""
        if self.candidates < 2 or self.looks < 1:
            raise ValueError("a search needs at least two candidates and one look")
        self._high = self.candidates - 1

    @property
    def finding(self) -> Finding | None:
        """The result; ``None`` while there is a question."""
        return self._ended

    @property
    def questions_left(self) -> int:
        """Number of further questions if each gets an answer."""
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
        """Record the answer to the current question and continue the search."""
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
        # Finish the looks at one candidate before another one is chosen.
        started = [number for number in self._open() if number in self._look]
        if started:
            return started[0]
        middle = (self._low + self._high) / 2
        return min(self._open(), key=lambda number: (abs(number - middle), number))
