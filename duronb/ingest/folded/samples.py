"""Samples of folded stacks, with what limits their use."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

import numpy as np

from duronb.ingest.folded.counts import DECIMALS, LARGEST_COUNT
from duronb.ingest.folded.first_frames import are_threads, first_frame_notice
from duronb.ingest.folded.prose import is_prose
from duronb.ingest.folded.tree import SEPARATOR, Counted, profile_of_stacks, swapped
from duronb.model.building.event_columns import MOST_WEIGHT
from duronb.model.event import Event
from duronb.model.profile import Profile
from duronb.options.stored import Threads
from duronb.quoting import counted

_SPACES = (b" ", b"\t")


@dataclass(slots=True)
class FoldedSamples:
    """Samples of folded stacks.

    Parameters
    ----------
    stacks
        Stack of each line without its first frame, prepared for sorting, see ``duronb.ingest.folded.tree``.
    first, counts
        Index into ``first_frames`` and integer part of the count of each line.
    first_frames
        The distinct first frames, prepared for sorting.
    fraction_rows, fractions
        Index of each line whose count is no integer, and the fraction in units of ``10 ** -DECIMALS``.
    samples
        Sum of the integer parts of the counts.
    lines
        Number of lines, without comments and empty lines.
    not_understood
        Number of lines that are not folded stacks.
    negative, large
        Number of those lines that end in a negative count, and in a count above ``LARGEST_COUNT``.
    rounded
        Whether a fraction had more decimals than are kept.
    truncated
        Whether the last line has no newline. It is read if it is valid.
    """

    stacks: list[bytes] = field(default_factory=list)
    first: array[int] = field(default_factory=lambda: array("i"))
    counts: array[int] = field(default_factory=lambda: array("q"))
    first_frames: list[bytes] = field(default_factory=list)
    fraction_rows: array[int] = field(default_factory=lambda: array("q"))
    fractions: array[int] = field(default_factory=lambda: array("q"))
    samples: int = 0
    lines: int = 0
    not_understood: int = 0
    negative: int = 0
    large: int = 0
    rounded: bool = False
    truncated: bool = False

    def first_frames_are_threads(self, choice: Threads = "auto") -> bool:
        """Return whether the first frames are names of threads."""
        return are_threads(self._first_names(), choice)

    def notices(self, *, threads: bool) -> list[str]:
        """Return sentences about the limits of the samples; ``threads``: whether the first frames are threads."""
        notices = ["The samples were read from folded stacks, which have no times, so they cannot be split by second."]
        if self.stacks:
            notices.append(first_frame_notice(self._first_names(), threads=threads))
        if self.not_understood:
            verb = "is not a folded stack and is" if self.not_understood == 1 else "are not folded stacks and are"
            notices.append(f"{counted(self.not_understood, 'line')} {verb} left out.")
        if self.rounded or self._decimals() < self._needed_decimals():
            kept = DECIMALS if self.rounded and not self.fractions else self._decimals()
            notices.append(f"Counts with more than {kept} decimals are rounded down.")
        if self.truncated:
            notices.append("The last line has no newline, so the file may be incomplete.")
        return notices

    @property
    def reason(self) -> str:
        """Why most of the lines that are not understood are not understood, as a clause; empty if unknown."""
        if 2 * self.negative > self.not_understood:
            return "since negative counts are differences of two profiles"
        if 2 * self.large > self.not_understood:
            return f"since their counts are above {LARGEST_COUNT:,}"
        return "since they do not end in a count"

    @property
    def unstructured(self) -> str:
        """Why the lines are no stacks, as a clause; empty if they are stacks, most of which have two frames."""
        nested = sum(1 for stack in self.stacks if stack and not stack.startswith(_SPACES))
        if 2 * nested < len(self.stacks):
            return "most of its lines have no `;` between frames"
        whole = (self._with_first(number, stack) for number, stack in zip(self.first, self.stacks, strict=True))
        return "its lines read like sentences" if is_prose(whole) else ""

    def profile(self, frequency_hz: float, *, threads: bool = True) -> Profile:
        """Return the samples as a profile, all in second 0.

        Parameters
        ----------
        frequency_hz
            Samples per second of CPU time and thread, which the text does not state.
        threads
            Whether the first frame of each stack is the name of its thread. Otherwise it is a frame.

        Returns
        -------
        The profile. If counts are no integers, every line is one sample, and its count is the weight.
        """
        stacks, first, names = self.stacks, self.first, self._first_names()
        if not threads:
            stacks = [self._with_first(number, stack) for number, stack in zip(first, stacks, strict=True)]
            first, names = array("i", bytes(4 * len(stacks))), [""]
        return profile_of_stacks(stacks, first, self._counted(), names, frequency_hz)

    def _with_first(self, number: int, stack: bytes) -> bytes:
        return SEPARATOR.join((self.first_frames[number], stack)) if stack else self.first_frames[number]

    def _first_names(self) -> list[str]:
        return [swapped(name).decode("utf-8", "replace") for name in self.first_frames]

    def _counted(self) -> Counted:
        counts = np.array(self.counts, dtype=np.int64)
        if not self.fractions:
            return Counted(counts)
        decimals = self._decimals()
        weights = counts * 10**decimals
        weights[np.array(self.fraction_rows)] += np.array(self.fractions) // 10 ** (DECIMALS - decimals)
        event = Event("samples", scale=10**decimals, weighting="period")
        return Counted(np.ones(len(counts), dtype=np.int64), weights, event)

    def _needed_decimals(self) -> int:
        """Return the number of decimals that the fractions have, without trailing zeros."""
        fractions = np.array(self.fractions, dtype=np.int64)
        return next((kept for kept in range(DECIMALS) if not (fractions % 10 ** (DECIMALS - kept)).any()), DECIMALS)

    def _decimals(self) -> int:
        """Return the number of decimals that are kept, so that the sum of the weights is not too large."""
        kept = self._needed_decimals()
        while kept and (self.samples + len(self.fractions)) * 10**kept > MOST_WEIGHT:
            kept -= 1
        return kept
