"""Test results of the nodes of a differential flamegraph, and their columns in the payload."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NOT_TESTED = 255
"""Verdict on a node whose difference was not tested. 0 is not significant, 1 significant."""

STEPS = 1_000_000
"""Steps per unit: q-values and multiples of the samples before are stored in millionths."""

Column = NDArray[np.int64]


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
