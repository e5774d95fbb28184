"""CPU time per orchestration of all code together: one hypothesis with its own error of 5 %."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import isfinite
from typing import Any

import numpy as np

from duronb.analysis.differential.changes import CONFIDENCE
from duronb.analysis.differential.counts import RunCounts
from duronb.analysis.differential.node_tests import quantile, quasi_poisson
from duronb.analysis.differential.remainder import worth_of

LEVEL = 1 - CONFIDENCE
WHOLE_VERDICTS = ("dearer", "cheaper", "not significant", "not tested")


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """CPU milliseconds per orchestration of all code.

    Parameters
    ----------
    before, after, delta
        Cost on each side, and after minus before.
    low, high
        95 % confidence interval of ``delta``; ``None`` if the noise is unknown.
    p
        p-value of no difference, which is compared with 0.05; ``None`` if the noise is unknown.
    """

    before: float
    after: float
    delta: float
    low: float | None
    high: float | None
    p: float | None

    @property
    def significant(self) -> bool:
        """Whether the difference is significant at 5 %."""
        return self.p is not None and self.p <= LEVEL

    @property
    def verdict(self) -> str:
        """``dearer``, ``cheaper``, ``not significant`` or ``not tested``."""
        if self.p is None:
            return "not tested"
        return ("dearer" if self.delta > 0 else "cheaper") if self.significant else "not significant"

    @property
    def sentence(self) -> str:
        """The result in one sentence."""
        before, after = f"{self.before:.3g} ms of CPU per orchestration before", f"{self.after:.3g} ms after"
        ends = f"All code together costs {before} and {after}"
        if self.p is None or self.low is None or self.high is None:
            return f"{ends} ({self.delta:+.2g} ms; not tested, because the noise between runs is unknown)."
        change = "a significant change" if self.significant else "not a significant change"
        interval = f"95 % interval {self.low:+.2g} to {self.high:+.2g}"
        return f"{ends}, {change} ({self.delta:+.2g} ms, {interval}, p = {self.p:.2g})."

    def to_json(self) -> dict[str, Any]:
        """Return the fields and the verdict as plain JSON values."""
        return asdict(self) | {"verdict": self.verdict}


def whole_of(counts: RunCounts, *, tested: bool) -> Whole:
    """Return the CPU time per orchestration of all code; the exposures of both sides must be known.

    Parameters
    ----------
    counts
        The samples of all runs.
    tested
        Whether the noise between runs is known.
    """
    if counts.exposure is None:
        raise ValueError("the exposures are not known")
    scales = worth_of(counts.exposure, counts.side)
    before, after = (float(counts.of_side(side).sum()) * scales[side] for side in (0, 1))
    delta = after - before
    if tested:
        known = np.isfinite(counts.exposure)
        samples = counts.own.sum(axis=0)[known]
        found = quasi_poisson(samples[None], counts.exposure[known], counts.side[known])
        half = float(quantile(0.5 + CONFIDENCE / 2, found.df[0]) * np.sqrt(found.variances[0].sum()))
        p = float(found.p[0])
        if isfinite(half) and isfinite(p):
            return Whole(before=before, after=after, delta=delta, low=delta - half, high=delta + half, p=p)
    return Whole(before=before, after=after, delta=delta, low=None, high=None, p=None)
