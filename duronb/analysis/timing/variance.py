"""The variance between sessions and within them, estimated from runs of one source in several sessions."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import log, sqrt

import numpy as np

ENOUGH_DF = 4
"""Smallest number of degrees of freedom between sessions: one source in five sessions, or two sources in three each."""


@dataclass(frozen=True, slots=True)
class SessionNoise:
    """Mean squares of logarithms between and within sessions, by the method of moments.

    Parameters
    ----------
    between, within
        Mean square between the sessions of one source, and within a source and session.
    df_between, df_within
        Their degrees of freedom.
    size
        Number of runs of a session in ``between``: its expected value is the variance within sessions plus ``size``
        times the variance between sessions.
    sessions
        Number of sessions that took part.
    """

    between: float
    within: float
    df_between: int
    df_within: int
    size: float
    sessions: int

    @property
    def deviation(self) -> float:
        """Standard deviation of logarithms between sessions; 0 if they vary no more than runs within a session."""
        return sqrt(max(0.0, (self.between - self.within) / self.size))

    def error(self, sessions: float, runs: float) -> tuple[float, float]:
        """Return the standard error of a difference of means, and its degrees of freedom by Satterthwaite's formula.

        Parameters
        ----------
        sessions
            The result of ``imbalance``: the multiple of the variance between sessions.
        runs
            The multiple of the variance within sessions: the sum of the reciprocal numbers of runs.
        """
        share = sessions / self.size
        if self.between <= self.within or runs <= share:
            # The estimate of the variance between sessions is not positive, which happens by chance with few sessions.
            # The mean square between sessions then stands for both variances.
            return sqrt(max(share, runs) * max(self.between, self.within)), self.df_between
        parts = share * self.between, (runs - share) * self.within
        total = sum(parts)
        df = total**2 / (parts[0] ** 2 / self.df_between + parts[1] ** 2 / max(1, self.df_within))
        return sqrt(total), df


def session_noise(members: Sequence[tuple[Hashable, Hashable, float]]) -> SessionNoise | None:
    """Return the noise between and within sessions; ``None`` if too few sessions are known.

    Only sources with runs in several sessions show the difference between sessions, so other sources count for the
    noise within sessions only.

    Parameters
    ----------
    members
        Source, session and value of each run. Values that are not positive are ignored.
    """
    cells: dict[Hashable, dict[Hashable, list[float]]] = {}
    for source, session, value in members:
        if value > 0:
            cells.setdefault(source, {}).setdefault(session, []).append(log(value))
    groups = [np.array(values) for sessions in cells.values() for values in sessions.values()]
    df_within = sum(len(group) - 1 for group in groups)
    within = sum(float(((group - group.mean()) ** 2).sum()) for group in groups) / df_within if df_within else 0.0
    repeated = [sessions for sessions in cells.values() if len(sessions) > 1]
    squares, size, contrasts = 0.0, 0.0, 0
    for sessions in repeated:
        counts = np.array([len(values) for values in sessions.values()], dtype=np.float64)
        means = np.array([np.mean(values) for values in sessions.values()])
        squares += float((counts * (means - np.average(means, weights=counts)) ** 2).sum())
        size += float(counts.sum() - (counts**2).sum() / counts.sum())
        contrasts += len(sessions) - 1
    # Sources that share their sessions show the same differences again.
    df_between = min(contrasts, _independent(repeated))
    if df_between < ENOUGH_DF:
        return None
    return SessionNoise(
        between=squares / contrasts,
        within=within,
        df_between=df_between,
        df_within=df_within,
        size=size / contrasts,
        sessions=len({name for sessions in repeated for name in sessions}),
    )


def _independent(repeated: Sequence[dict[Hashable, list[float]]]) -> int:
    """Return the number of sessions minus the number of groups of sessions that no source connects."""
    groups: list[set[Hashable]] = []
    for sessions in repeated:
        joined = set(sessions)
        apart = []
        for group in groups:
            if group & joined:
                joined |= group
            else:
                apart.append(group)
        groups = [*apart, joined]
    return sum(len(group) - 1 for group in groups)
