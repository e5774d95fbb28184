"""The events of a recording, such as CPU cycles and page faults, and what a sample of each weighs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Weighting = Literal["samples", "period"]
"""What a view counts: samples, or their weights, which ``perf`` calls periods."""

LARGEST_SCALE = 10**9
MOST_EVENTS = 1024


@dataclass(frozen=True, slots=True)
class Event:
    """An event that was sampled.

    Parameters
    ----------
    name
        Its name. ``perf`` events have no PMU prefix and no modifiers: ``cycles`` for ``cpu_core/cycles/P``.
    unit
        What the weights of its samples count, such as ``page-faults``, ``bytes`` or ``nanoseconds``.
    scale
        How many steps of the weight column are one unit: 10 if the weights are tenths, so that 1.5 is stored as 15.
    weighting
        What views count if the user does not choose: ``samples``, or ``period`` for weights.
    """

    name: str
    unit: str = "samples"
    scale: int = 1
    weighting: Weighting = "samples"

    @property
    def weight_unit(self) -> str:
        """The unit of one step of the weight column, such as ``bytes``, or ``× 0.1 samples`` for tenths."""
        return self.unit if self.scale == 1 else f"× {1 / self.scale:.12g} {self.unit}"

    def to_json(self) -> dict[str, Any]:
        """Fields as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, fields: object) -> Event:
        """Return an event from its JSON object; raise ValueError for anything else."""
        match fields:
            case {"name": str(name), "unit": str(unit), "scale": int(scale), "weighting": "samples" | "period" as kind}:
                if type(scale) is int and 1 <= scale <= LARGEST_SCALE:
                    return cls(name, unit, scale, kind)
        raise ValueError("an event has invalid fields")
