"""A bisection by probabilities: it takes the losses of blocks, and decides what to measure next and when to stop.

It does not measure. All blocks of all pairs of candidates count, in whatever order they come.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from math import ceil, log2

import numpy as np

from duronb.analysis.bisection.finding import Finding, credible_set
from duronb.analysis.bisection.forecast import blocks_left
from duronb.analysis.bisection.noise import Noise, NoisePrior
from duronb.analysis.bisection.posterior import Pair, Posterior, posterior, sizes_of
from duronb.analysis.bisection.question import Policy, Question, best_pair

LEVEL = 0.95
"""Probability of the set that is reported."""
STOP = 0.97
"""Probability of one candidate at which the search stops."""
STOP_NOTHING = 0.995
"""Probability of no slow-down that matters at which the search stops. It costs few blocks, and ends everything."""
BLOCKS = 2
"""Number of blocks that are recorded before the next pair is chosen."""
LOOKS = 10
"""How often ``BLOCKS`` blocks may be recorded for each halving of the range, on average."""
DIRECT_BLOCKS = 2
"""Number of blocks of the found candidate with its predecessor, at least: they contradict a chain of errors."""


class Search:
    """A search for the first slower candidate.

    Parameters
    ----------
    candidates
        Number of candidates, the good end (index 0) and the bad end included.
    margin
        Loss that is too small to matter, such as 0.05.
    noise
        What is known about the noise.
    blocks
        Number of blocks of each question.
    looks
        Limit of the search: ``looks`` times ``blocks`` blocks for each halving of the range.
    policy
        See ``best_pair``.
    """

    def __init__(
        self,
        candidates: int,
        *,
        margin: float = 0.05,
        noise: NoisePrior | None = None,
        blocks: int = BLOCKS,
        looks: int = LOOKS,
        policy: Policy = "information",
    ) -> None:
        if candidates < 2 or blocks < 1 or looks < 1:
            raise ValueError("a search needs at least two candidates, one block and one look")
        self.margin = margin
        self._blocks, self._policy = blocks, policy
        self._noise = Noise(noise or NoisePrior())
        self._sizes = sizes_of(margin)
        self._prior = np.ones(candidates)
        self._prior[0] = 0.0
        self._unbuildable: set[int] = set()
        self.excluded: set[Pair] = set()
        """Pairs between which there is no change, because they are one program."""
        self._losses: dict[str, dict[Pair, list[float]]] = {}
        self._counted: dict[Pair, int] = {}
        self.limit = looks * blocks * (1 + ceil(log2(candidates)))
        """Number of blocks after which the search ends in any case."""

    @property
    def candidates(self) -> int:
        """Number of candidates."""
        return len(self._prior)

    @property
    def unbuildable(self) -> frozenset[int]:
        """Indices of candidates that cannot be measured."""
        return frozenset(self._unbuildable)

    @property
    def recorded(self) -> int:
        """Number of blocks so far."""
        return sum(self._counted.values())

    def set_evidence(
        self, losses: Mapping[str, Mapping[Pair, Sequence[float]]], noise: NoisePrior | None = None
    ) -> None:
        """Replace all blocks by others, such as all that are stored.

        Parameters
        ----------
        losses
            For each signal (a stage, or the mean of all) the loss of each block of each pair of candidates, as a
            logarithm: above 0 if the later candidate is slower.
        noise
            What is known about the noise apart from these blocks; ``None`` for what is known already.
        """
        if noise is not None:
            self._noise = Noise(noise)
        self._losses = {name: {pair: list(of) for pair, of in each.items() if of} for name, each in losses.items()}
        counts: dict[Pair, int] = {}
        for each in self._losses.values():
            for pair, of in each.items():
                counts[pair] = max(counts.get(pair, 0), len(of))
        self._counted = counts
        self._forget()

    def add(self, pair: Pair, losses: Sequence[float], signal: str = "") -> None:
        """Add the losses of further blocks of a pair."""
        of = self._losses.setdefault(signal, {}).setdefault(pair, [])
        of.extend(losses)
        self._counted[pair] = len(of)
        self._forget()

    def skip(self, candidate: int) -> None:
        """Measure a candidate no more: it does not compile, or its workload fails. It can still be the first slower."""
        if not 0 < candidate < self.candidates - 1:
            raise ValueError("an end cannot be skipped")
        self._unbuildable.add(candidate)
        self._forget()

    def exclude(self, base: int, candidate: int) -> None:
        """Exclude a change between two candidates, because they are one program."""
        if not 0 <= base < candidate < self.candidates or (base, candidate) == (0, self.candidates - 1):
            raise ValueError("the two ends differ")
        kept = self._prior.copy()
        kept[base + 1 : candidate + 1] = 0.0
        if not kept.any():
            raise ValueError("no place is left for a change")
        self._prior = kept
        self.excluded.add((base, candidate))
        self._forget()

    @cached_property
    def posterior(self) -> Posterior:
        """Probabilities after all blocks so far."""
        return posterior(self._prior, self._losses, self._noise, self._sizes)

    @property
    def groups(self) -> list[list[int]]:
        """Candidates that no measurement distinguishes, in order. One that cannot be measured joins its successor."""
        found: list[list[int]] = [[]]
        for number in range(1, self.candidates):
            found[-1].append(number)
            if number not in self._unbuildable:
                found.append([])
        return found[:-1]

    @property
    def suspects(self) -> Finding:
        """What could be said now: the smallest set of candidates with a probability of ``LEVEL``, if there is one."""
        state = self.posterior
        negligible = state.negligible(self.margin)
        if negligible >= LEVEL:
            return Finding("nothing", (), negligible)
        chosen, probability = credible_set(state.places, self.groups, LEVEL)
        if probability < LEVEL:
            return Finding("undecided", tuple(chosen), 1 - state.no_change)
        return Finding("found" if len(chosen) == 1 else "range", tuple(chosen), probability)

    @property
    def finding(self) -> Finding | None:
        """The result; ``None`` while there is a question."""
        return self._result

    def question(self, cost: Callable[[int, int], float] = lambda _base, _candidate: 1.0) -> Question | None:
        """Return what to measure next; ``None`` at the end. For ``cost`` see ``best_pair``."""
        if self._result is not None:
            return None
        pair = self._unconfirmed or best_pair(self.posterior.places, self._usable, policy=self._policy, cost=cost)
        return Question(*pair, min(self._blocks, self.limit - self.recorded))

    @property
    def blocks_left(self) -> tuple[int, int]:
        """Expected number of further blocks: in 80 % of searches it lies between these."""
        if self._result is not None:
            return 0, 0
        low, high = blocks_left(self.posterior, self.margin, STOP)
        left = self.limit - self.recorded
        return min(low, left), min(high, left)

    @property
    def _usable(self) -> list[int]:
        return [number for number in range(self.candidates) if number not in self._unbuildable]

    @cached_property
    def _result(self) -> Finding | None:
        now = self.suspects
        if self.recorded >= self.limit or (now.outcome == "nothing" and now.probability >= STOP_NOTHING):
            return now
        return now if self._is_decided(now) and self._unconfirmed is None else None

    def _is_decided(self, finding: Finding) -> bool:
        """Return whether the suspects are likely enough, and no further measurement distinguishes them."""
        one_group = any(set(finding.suspects) <= set(group) for group in self.groups)
        return finding.outcome in ("found", "range") and one_group and finding.probability >= STOP

    @cached_property
    def _unconfirmed(self) -> Pair | None:
        """The likeliest candidates and their predecessor, if they are decided but have too few blocks together."""
        now = self.suspects
        if not self._is_decided(now):
            return None
        pair = self.parent_pair
        return pair if self._counted.get(pair, 0) < DIRECT_BLOCKS else None

    @property
    def parent_pair(self) -> Pair:
        """The last suspect, or the next candidate that can be measured, and its predecessor that can be measured."""
        usable = self._usable
        after = next(number for number in usable if number >= self.suspects.last)
        return usable[usable.index(after) - 1], after

    def _forget(self) -> None:
        for name in ("posterior", "_result", "_unconfirmed"):
            self.__dict__.pop(name, None)
