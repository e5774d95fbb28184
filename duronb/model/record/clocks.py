"""How the times of the samples relate to those of the log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from duronb.model.record.part import RecordPart


@dataclass(frozen=True, kw_only=True)
class Clocks(RecordPart):
    """The clock of the sampler.

    Parameters
    ----------
    sampler
        Its name, such as ``monotonic`` or ``realtime``; ``None`` if it is unknown.
    sampler_to_unix_seconds
        What was added to sample times to get Unix times, in seconds; ``None`` if it is unknown, and then samples
        cannot be cut by stage.
    """

    part: ClassVar[str] = "clocks"

    sampler: str | None = None
    sampler_to_unix_seconds: float | None = None
