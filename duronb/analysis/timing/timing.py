"""What the times of the runs of two sides permit to conclude: one rule for every comparison.

Two sides that were recorded one after the other, or in different sessions, differ by the drift of the machine as well.
Their difference is then a difference of the runs, but not necessarily of the code. Unless the variance between sessions
is known, no more is concluded than that they differ.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from duronb.analysis.conditions import comparable, source_of
from duronb.analysis.metrics import Metric
from duronb.analysis.timing.order import Order, order_of
from duronb.analysis.timing.sessions import imbalance, sessions_of
from duronb.analysis.timing.variance import SessionNoise, session_noise
from duronb.model.run import RunRecord

_CLUSTERED = 1.5
"""Ratio of the imbalance to that of independent runs from which sessions make runs of one side alike."""
_FEWEST_BLOCKS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The times of the runs of two sides.

    Parameters
    ----------
    order
        Their order in time.
    sessions
        Number of sessions of the runs before and of the runs after.
    imbalance
        How unevenly the sides are spread over sessions; see ``sessions.imbalance``.
    independent
        The imbalance if every run were a session of its own.
    interleaved
        Whether the sides are blocks of one A/B, so that their order does not matter.
    """

    order: Order
    sessions: tuple[int, int]
    imbalance: float
    independent: float
    interleaved: bool = False

    @property
    def limits(self) -> bool:
        """Whether drift of the machine would look like a difference of the sides."""
        return not self.interleaved and (self.order.apart or self.imbalance > _CLUSTERED * self.independent)

    @property
    def spans_sessions(self) -> bool:
        """Whether the sides are in different sessions, so that the variance between sessions says how far they drift.

        Sides that follow each other within one session are not: nothing is known about drift within a session.
        """
        return self.imbalance >= (1 - 1e-9) * self.independent

    @property
    def sentence(self) -> str:
        """What limits the conclusions, as a clause without a full stop; empty if nothing does."""
        if not self.limits:
            return ""
        reason = self.order.sentence
        if not reason:
            before, after = self.sessions
            reason = f"The runs of both sides are spread differently over sessions ({before} before, {after} after)"
        return f"{reason}, so drift of the machine would look the same"


def timing_of(
    before: Sequence[RunRecord], after: Sequence[RunRecord], *, blocks: int = 0, by_machine: bool = True
) -> Timing:
    """Return what the times of two sides permit.

    Parameters
    ----------
    before, after
        The runs that are compared.
    blocks
        Number of complete blocks of one A/B that the runs are; 0 for other runs. In a single block one run is older
        than the other, as in any comparison of two runs.
    by_machine
        See ``sessions_of``. ``False`` for a comparison of different machines, which the user asked for.
    """
    order = order_of(before, after)
    if not before or not after:
        return Timing(order=order, sessions=(0, 0), imbalance=0.0, independent=0.0)
    names = sessions_of([*before, *after], by_machine=by_machine)
    sides = names[: len(before)], names[len(before) :]
    return Timing(
        order=order,
        sessions=(len(set(sides[0])), len(set(sides[1]))),
        imbalance=imbalance(*sides),
        independent=1 / len(before) + 1 / len(after),
        interleaved=blocks >= _FEWEST_BLOCKS,
    )


def session_members(runs: Sequence[RunRecord], like: RunRecord) -> list[tuple[RunRecord, Hashable, Hashable]]:
    """Return the runs under the conditions of the run ``like`` with their source and session, each run once.

    Runs without a known source are left out.
    """
    distinct = {run.id: run for run in runs}
    alike = comparable([*distinct.values()], like)
    found = zip(alike, map(source_of, alike), sessions_of(alike), strict=True)
    return [(run, source, session) for run, source, session in found if source is not None]


def noise_of(
    members: Sequence[tuple[RunRecord, Hashable, Hashable]], stage: str, metric: Metric
) -> SessionNoise | None:
    """Return the noise of a metric of a stage between and within sessions; ``None`` if too few sessions are known.

    Parameters
    ----------
    members
        The result of ``session_members``.
    stage
        Name of the stage.
    metric
        The metric.
    """
    values = []
    for run, source, session in members:
        result = next((each for each in run.stages if each.name == stage), None)
        value = None if result is None else metric.value(run, result)
        if value is not None:
            values.append((source, session, value))
    return session_noise(values)
