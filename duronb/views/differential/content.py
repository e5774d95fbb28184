"""Content of a differential flamegraph: the call trees of both sides in one, and the reported changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from duronb.model.profile import CallTree, Counts


@dataclass(frozen=True, eq=False)
class DifferentialContent:
    """Input of the picture, table and text of a differential.

    Parameters
    ----------
    tree
        Call tree with the nodes of both sides.
    before, after
        Self samples of each side, shape ``(nodes,)``.
    units
        The value of one sample before and after, by unit. The first unit is shown initially.
    changes
        The reported changes in each unit, as the payload contains them.
    wholes
        CPU time of all code together in each unit that has it, as the payload contains it.
    """

    tree: CallTree
    before: Counts
    after: Counts
    units: dict[str, tuple[float, float]]
    changes: dict[str, list[dict[str, Any]]]
    wholes: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def unit(self) -> str:
        """The unit that is shown initially."""
        return next(iter(self.units))

    @property
    def scales(self) -> tuple[float, float]:
        """The value of one sample before and after, in ``unit``."""
        return self.units[self.unit]


@dataclass(frozen=True, eq=False)
class DifferentialSource:
    """A differential payload with its content, so that a display need not decode the payload."""

    payload: dict[str, Any]
    content: DifferentialContent
