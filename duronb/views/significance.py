"""What tests say about the nodes of a differential flamegraph, and how it is stored."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from duronb.errors import RequestError

NOT_TESTED = 255
"""Stands for a node whose difference was not tested; 0 and 1 say that it is not, or is, significant."""

STEPS = 1_000_000
"""A q-value is stored in steps of one millionth."""


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


def stored(values: ArrayLike | None, level: float, nodes: int) -> tuple[str | None, list[NDArray[np.int64]]]:
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
    steps = np.where(tested, 1 + np.rint(np.nan_to_num(q) * STEPS), 0).astype(np.int64)
    return "q", [verdict, steps]
