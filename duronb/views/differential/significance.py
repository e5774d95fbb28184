"""What tests say about the nodes of a differential flamegraph, and how it is stored."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from duronb.errors import RequestError

NOT_TESTED = 255
"""Stands for a node whose difference was not tested; 0 and 1 say that it is not, or is, significant."""

STEPS = 1_000_000
"""A q-value, and a part of a side's samples, is stored in steps of one millionth."""

Column = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Significance:
    """What tests say about the nodes of a union.

    Parameters
    ----------
    total, own
        For the difference of a node's total, and of its self samples, shape ``(nodes,)``: booleans, or q-values of
        which NaN is a node that was not tested. ``None`` where nothing was tested.
    level
        A q-value up to this one is significant.
    """

    total: ArrayLike | None = None
    own: ArrayLike | None = None
    level: float = 0.05

    def columns(self, nodes: int) -> dict[str, tuple[str | None, list[Column]]]:
        """Return what is stored for totals and for self samples, see ``stored``."""
        return {name: stored(values, self.level, nodes) for name, values in (("total", self.total), ("self", self.own))}


@dataclass(frozen=True, kw_only=True, eq=False)
class Family:
    """What a differential says about every node's total, or about its own samples.

    Parameters
    ----------
    kind
        0 for what is not reported, else 1 + the index into ``CHANGE_KINDS``, shape ``(nodes,)``.
    q
        NaN where not tested, shape ``(nodes,)``.
    detectable
        The smallest change that could be seen, as a part of the samples before; NaN where that is not known.
    """

    kind: NDArray[np.uint8]
    q: NDArray[np.float64]
    detectable: NDArray[np.float64]

    def columns(self) -> tuple[str, list[Column]]:
        """Return the sort ``changes`` and its columns: kinds, or ``NOT_TESTED``; q-values; parts, see ``in_steps``."""
        tested = ~np.isnan(self.q)
        kind = np.where(tested | (self.kind > 0), self.kind, NOT_TESTED).astype(np.int64)
        return "changes", [kind, in_steps(self.q), in_steps(np.minimum(self.detectable, LARGEST_PART))]


LARGEST_PART = 1000.0
"""Of the samples before; a change that would have to be larger is as good as none that can be seen."""


def in_steps(values: NDArray[np.float64]) -> Column:
    """Return values in steps from 1 on, 0 for NaN."""
    return np.where(np.isnan(values), 0, 1 + np.rint(np.nan_to_num(values) * STEPS)).astype(np.int64)


def of_steps(steps: Column) -> NDArray[np.float64]:
    """Undo ``in_steps``."""
    return np.where(steps > 0, (steps - 1) / STEPS, np.nan)


def stored(values: ArrayLike | None, level: float, nodes: int) -> tuple[str | None, list[Column]]:
    """Return the sort of some tests, and the columns that are stored of them.

    Parameters
    ----------
    values
        As in ``Significance``.
    level
        See there.
    nodes
        Nodes of the tree.

    Returns
    -------
    ``None`` and no column; ``yes`` and the verdicts; or ``q``, the verdicts, and the q-values in steps from 1 on with 0
    for a node that was not tested.

    Raises
    ------
    RequestError
        Not one value for each node, or a q-value that is none.
    """
    if values is None:
        return None, []
    column = np.asarray(values)
    if column.shape != (nodes,):
        raise RequestError("The tests do not fit the tree.", f"Give one value for each of its {nodes} nodes.")
    if column.dtype.kind == "b":
        return "yes", [column.astype(np.int64)]
    q = column.astype(np.float64)
    tested = ~np.isnan(q)
    if ((q[tested] < 0) | (q[tested] > 1)).any():
        raise RequestError("A q-value is not between 0 and 1.", "Give NaN for a node that was not tested.")
    verdict = np.where(tested, q <= level, NOT_TESTED).astype(np.int64)
    return "q", [verdict, in_steps(q)]
