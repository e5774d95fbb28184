"""The membership of a run in an A/B."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from duronb.model.record.part import Packages, RecordPart

BY_BLOCKS = "blocks"
"""How a look spends error: by the number of blocks, see ``duronb.analysis.comparison.looks``."""


@dataclass(frozen=True, kw_only=True)
class SeriesMember(RecordPart):
    """A run's membership in a series. All fields have their defaults for a run outside a series.

    Parameters
    ----------
    id
        Id of the series, equal for all of its runs.
    side
        ``before`` or ``after``.
    block
        Number of the block, from 1; 0 for a warm-up.
    warm_up
        The run is a warm-up, which does not count in the comparison.
    order
        Order of the block's runs: ``AB`` or ``BA``.
    look
        Number of the step in which the run was added, from 1. The series was looked at after each step.
    spending
        How that look spends the error of the series: ``BY_BLOCKS``; ``None`` for the rule of earlier versions.
    seed
        Seed of the random orders of that step.
    packages
        Packages that differ between the builds of the sides.
    """

    part: ClassVar[str] = "series"

    id: str | None = None
    side: str | None = None
    block: int | None = None
    warm_up: bool = False
    order: str | None = None
    look: int | None = None
    spending: str | None = None
    seed: int | None = None
    packages: Packages | None = None
