"""Evidence of a bisection: the losses of all blocks, by stage and by pair of candidates, and the noise known before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import log

from duronb.analysis.bisection.noise import MOST_DF, NoisePrior
from duronb.analysis.bisection.posterior import Pair
from duronb.analysis.comparison.effect import pooled_deviation
from duronb.analysis.comparison.stage import is_usable, stage_of
from duronb.analysis.conditions import comparable
from duronb.analysis.metrics import METRICS, RATES, Metric, headline
from duronb.model.run import RunRecord

ALL_STAGES = "all stages"
"""The signal of the mean over all stages."""
ENOUGH_DF = 4
"""Degrees of freedom from which the noise of earlier runs replaces the typical noise."""

Block = tuple[RunRecord, RunRecord]
"""The runs of a block: of the earlier candidate and of the later one."""


def chosen_metric(metric: Metric | None, blocks: Iterable[Block]) -> Metric:
    """Return a metric, or for ``None`` the best rate that all runs have."""
    if metric is not None:
        return metric
    stages = [(run, stage) for block in blocks for run in block for stage in run.stages]
    return headline(stages) or METRICS[RATES[0]]


def losses(blocks: Mapping[Pair, Sequence[Block]], metric: Metric) -> dict[str, dict[Pair, list[float]]]:
    """Return the loss of each block as a logarithm, above 0 if the later candidate is slower.

    Parameters
    ----------
    blocks
        The blocks of each pair of candidates.
    metric
        The metric. Blocks without a positive value of it on both sides are left out.

    Returns
    -------
    The losses by stage and pair; for several stages also those of ``ALL_STAGES``, the mean of each block.
    """
    names = dict.fromkeys(stage.name for of in blocks.values() for block in of for run in block for stage in run.stages)
    found: dict[str, dict[Pair, list[float]]] = {name: {} for name in names}
    mean: dict[Pair, list[float]] = {}
    for pair, of_pair in blocks.items():
        for block in of_pair:
            by_stage = {name: _loss(block, name, metric) for name in names}
            for name, loss in by_stage.items():
                if loss is not None:
                    found[name].setdefault(pair, []).append(loss)
            known = [loss for loss in by_stage.values() if loss is not None]
            if len(known) == len(names):
                mean.setdefault(pair, []).append(sum(known) / len(known))
    return found if len(names) < 2 else {**found, ALL_STAGES: mean}


def noise_before(store: Sequence[RunRecord], like: RunRecord, used: Sequence[RunRecord], metric: Metric) -> NoisePrior:
    """Return the noise of earlier runs under the same conditions, or the typical noise if there are too few.

    Parameters
    ----------
    store
        Stored runs.
    like
        A run under the conditions of the search.
    used
        Runs of the search itself. They count as blocks, so they are left out here.
    metric
        The metric.
    """
    left_out = {run.id for run in used}
    groups: dict[object, list[float]] = {}
    for run in comparable([run for run in store if run.id not in left_out and is_usable(run)], like):
        for stage in run.stages:
            value = metric.value(run, stage)
            if value is not None:
                groups.setdefault((stage.name, run.subject.source_hash, run.subject.name), []).append(value)
    deviation, df = pooled_deviation(list(groups.values()))
    if df < ENOUGH_DF or not deviation > 0:
        return NoisePrior()
    return NoisePrior(deviation, min(float(df), MOST_DF))


def _loss(block: Block, name: str, metric: Metric) -> float | None:
    values = []
    for run in block:
        stage = stage_of(run, name)
        value = None if stage is None else metric.value(run, stage)
        if value is None or not value > 0:
            return None
        values.append(log(value))
    return values[0] - values[1] if metric.better == "higher" else values[1] - values[0]
