"""Test results of the nodes of a differential flamegraph, and their columns in the payload."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from duronb.errors import RequestError

NOT_TESTED = 255
"""Verdict on a node whose difference was not tested. 0 is not significant, 1 significant."""

STEPS = 1_000_000
"""Steps per unit: q-values and multiples of the samples before are stored in millionths."""

Column = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Significance:
    """Test results of the nodes of a union tree.

    Parameters
    ----------
    total, own
        Results for the difference of each node's total and self samples, shape ``(nodes,)``: booleans, or q-values
        with NaN for a node that was not tested. ``None`` if nothing was tested.
    level
        A q-value up to this one is significant.
    """

    total: ArrayLike | None = None
    own: ArrayLike | None = None
    level: float = 0.05

    def columns(self, nodes: int) -> dict[str, tuple[str | None, list[Column]]]:
        """Return the columns of totals and of self samples, see ``stored``."""
        return {name: stored(values, self.level, nodes) for name, values in (("total", self.total), ("self", self.own))}


@dataclass(frozen=True, kw_only=True, eq=False)
class Family:
    """Test results of a differential for the totals of all nodes, or for their self samples.

    Parameters
    ----------
    kind
        0 for a node that is not reported, else 1 + the index into ``CHANGE_KINDS``, shape ``(nodes,)``.
    q
        q-values, NaN for a node that was not tested, shape ``(nodes,)``.
    detectable
        The smallest detectable change, as a multiple of the samples before, shape ``(nodes,)``; NaN if unknown.
    """

    kind: NDArray[np.uint8]
    q: NDArray[np.float64]
    detectable: NDArray[np.float64]

    def columns(self) -> tuple[str, list[Column]]:
        """Return ``changes`` and its columns: kinds with ``NOT_TESTED``, q-values and detectable changes in steps."""
        tested = ~np.isnan(self.q)
        kind = np.where(tested | (self.kind > 0), self.kind, NOT_TESTED).astype(np.int64)
        return "changes", [kind, in_steps(self.q), in_steps(np.minimum(self.detectable, LARGEST_PART))]


LARGEST_PART = 1000.0
"""Upper limit of the detectable change, as a multiple of the samples before. Larger values are stored as this limit."""


def in_steps(values: NDArray[np.float64]) -> Column:
    """Encode values: 1 + the value in steps of a millionth, and 0 for NaN."""
    return np.where(np.isnan(values), 0, 1 + np.rint(np.nan_to_num(values) * STEPS)).astype(np.int64)


def of_steps(steps: Column) -> NDArray[np.float64]:
    """Decode values that were encoded by ``in_steps``."""
    return np.where(steps > 0, (steps - 1) / STEPS, np.nan)


def stored(values: ArrayLike | None, level: float, nodes: int) -> tuple[str | None, list[Column]]:
    """Return the kind of the tests, and their columns in the payload.

    Parameters
    ----------
    values
        Booleans, q-values or ``None``, see ``Significance``.
    level
        A q-value up to this one is significant.
    nodes
        Number of nodes of the tree.

    Returns
    -------
    ``None`` and no column; or ``yes`` and the verdicts; or ``q``, the verdicts, and the q-values as ``in_steps``
    encodes them.

    Raises
    ------
    RequestError
        There is not one value for each node, or a q-value is not from 0 to 1.
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
