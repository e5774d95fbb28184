"""What a differential flamegraph shows: two call trees in one, and what is reported of their nodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from duronb.model.profile import CallTree, Counts


@dataclass(frozen=True, eq=False)
class DifferentialContent:
    """What picture, table and text of a differential are made of.

    Parameters
    ----------
    tree
        Every node of either side.
    before, after
        Self samples of each side, shape ``(nodes,)``.
    units
        The units that it has, the first of them shown first: the value of one sample before and after in each.
    changes
        The reported changes in each unit, as the payload contains them.
    """

    tree: CallTree
    before: Counts
    after: Counts
    units: dict[str, tuple[float, float]]
    changes: dict[str, list[dict[str, Any]]]

    @property
    def unit(self) -> str:
        """The unit that is shown first."""
        return next(iter(self.units))

    @property
    def scales(self) -> tuple[float, float]:
        """The value of one sample before and after, in ``unit``."""
        return self.units[self.unit]


@dataclass(frozen=True, eq=False)
class DifferentialSource:
    """A differential payload and its content, so that a display need not read the payload back."""

    payload: dict[str, Any]
    content: DifferentialContent
