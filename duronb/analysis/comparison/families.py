"""Families of tests: the stages that are tested together for one metric, and corrected for their number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from duronb.analysis.comparison.advice import advise
from duronb.analysis.comparison.choice import ENOUGH_DF
from duronb.analysis.comparison.effect import Effect, pooled_effect
from duronb.analysis.comparison.in_time import InTime
from duronb.analysis.comparison.looks import Looks
from duronb.analysis.comparison.stage import (
    TYPICAL_DEVIATION,
    StageComparison,
    draft_stage,
    judge,
    stage_of,
)
from duronb.analysis.comparison.verdict import holm
from duronb.analysis.metrics import COST, METRICS, Metric
from duronb.model.run import RunRecord


@dataclass(frozen=True, kw_only=True)
class Families:
    """What all families of a comparison have in common.

    Parameters
    ----------
    sides
        The runs before and after, in the order of blocks if ``paired``.
    paired
        Whether the runs were interleaved in blocks.
    earlier
        Function that returns the newest runs under the conditions of a run, from which the noise is estimated.
    in_time
        What the times of the runs permit.
    looks
        The looks at the series, with the level of the last one.
    margin
        Relative change that is too small to matter.
    """

    sides: Sequence[Sequence[RunRecord]]
    paired: bool
    earlier: Callable[[RunRecord], Sequence[RunRecord]]
    in_time: InTime
    looks: Looks
    margin: float

    def compared(self, metric: Metric | None, stages: Sequence[str]) -> list[StageComparison]:
        """Return the comparison of each stage, corrected by Holm for their number.

        Parameters
        ----------
        metric
            The metric; ``None`` for the best rate that all runs of a stage have.
        stages
            Names of the stages.
        """
        drafts = [
            self.in_time.widen(
                draft_stage(name, self.sides, metric, paired=self.paired, earlier=self.earlier, tests=len(stages))
            )
            for name in stages
        ]
        tested = iter(holm([draft.effect.p for draft in drafts if isinstance(draft.effect, Effect)]))
        found = [
            judge(
                draft,
                next(tested) if isinstance(draft.effect, Effect) else None,
                level=self.looks.level,
                margin=self.margin,
            )
            for draft in drafts
        ]
        return [self.in_time.limit(stage) for stage in self._advised(found)]

    def costs(self, stages: Sequence[str]) -> tuple[list[StageComparison], str]:
        """Return the comparison of the CPU time per orchestration of stages.

        Returns
        -------
        The stages that have it on both sides, without failures, which belong to the family of the rate; and if there
        are none, the reason as a sentence.
        """
        known = [name for name in stages if all(_has(METRICS[COST], side, name) for side in self.sides)]
        found = [replace(stage, failures=None) for stage in self.compared(METRICS[COST], known)]
        return found, "" if found else self._no_costs()

    def _advised(self, stages: Sequence[StageComparison]) -> list[StageComparison]:
        """Return the stages, with advice for those that are undecided and have values on both sides."""
        undecided = [stage for stage in stages if stage.decision.verdict == "inconclusive"]
        found = []
        for stage in stages:
            effect = stage.effect
            if effect is None and stage.before and stage.after:
                assumed = pooled_effect(stage.before, stage.after, TYPICAL_DEVIATION, ENOUGH_DF)
                effect = assumed if isinstance(assumed, Effect) else None
            if stage in undecided and effect is not None:
                more = advise(effect, self.margin, self.looks, tests=len(undecided))
                found.append(replace(stage, decision=replace(stage.decision, more=more)))
            else:
                found.append(stage)
        return found

    def _no_costs(self) -> str:
        """Return why the sides have no CPU time per orchestration in common."""
        lacking = [
            word
            for word, side in zip(("before", "after"), self.sides, strict=True)
            if not any(stage.samples for run in side for stage in run.stages)
        ]
        title = METRICS[COST].title
        if lacking:
            return f"{title} is not compared: the runs {' and '.join(lacking)} have no samples."
        return f"{title} is not compared: no stage of both sides has samples and completed orchestrations."


def _has(metric: Metric, runs: Sequence[RunRecord], name: str) -> bool:
    found = ((run, stage_of(run, name)) for run in runs)
    return any(stage is not None and metric.value(run, stage) is not None for run, stage in found)
