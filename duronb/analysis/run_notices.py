"""Notices of runs: of each run, and gathered for what is computed from several runs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from duronb.model.run import RunRecord
from duronb.model.stage import StageResult

LONG_DRAIN = 3.0
"""A drain of at least so many times the length of the stage decides its throughput, so a notice says it."""
MOST_KINDS = 8
_FEW = 3
# Not the parts of a version, a date, an id or a stage such as 2/2.
_NUMBER = re.compile(r"(?<![\w./:-])\d+(?:,\d{3})*(?:\.\d+)?(?![\w/:-]|[.,]\d)")


def notices_of(run: RunRecord, stage: str | None = None) -> list[str]:
    """Return the notices of a run, the most important first: its status, what it recorded, and its stages.

    Notices on stages are limited to the one named ``stage``; ``None`` for all.
    """
    found = [*run.quality.notices, *stage_notices(_stages(run, stage))]
    if run.status == "interrupted":
        found.insert(0, "This run was interrupted: later stages are missing or short.")
    if run.status == "failed":
        found = [*(run.quality.problems or ["The workload did not behave as expected. Read its log."]), *found]
    return list(dict.fromkeys(found))


def _stages(run: RunRecord, name: str | None) -> Sequence[StageResult]:
    """Return the stages of a run, or only the one with a name, which does not unpack the others."""
    if name is None:
        return run.stages
    try:
        return [run.stage(name)]
    except KeyError:
        return []


def stage_notices(stages: Sequence[StageResult]) -> list[str]:
    """Return notices on stages whose window rate cannot be known, or whose drain is long compared with their load."""
    found = []
    for stage in stages:
        if stage.window_rate is None and stage.completed is not None and stage.active_at_stop and stage.seconds:
            found.append(
                f"{stage.name}: the window rate is unknown, because {stage.completed:,} completed and"
                f" {stage.active_at_stop:,} of them may have done so after the load stopped. Use the throughput."
            )
        drain = stage.drain_seconds
        if drain is not None and stage.seconds and drain >= LONG_DRAIN * stage.seconds:
            found.append(
                f"{stage.name}: it drained for {drain:.1f} s after {stage.seconds:g} s of load. The throughput counts"
                " the drain, so it says little about the rate under load."
            )
    return found


def gathered_notices(sides: Mapping[str, Sequence[RunRecord]], stage: str | None = None) -> list[str]:
    """Return the notices of several runs, once for each kind, with the runs that have it.

    Notices that differ only in their numbers are of one kind. Their numbers become ranges.

    Parameters
    ----------
    sides
        The runs by the name of their side; an empty name for runs without sides.
    stage
        The only stage that is looked at; ``None`` for all.

    Returns
    -------
    At most ``MOST_KINDS`` sentences, such as ``1 of 5 runs before and all 2 runs after (ID, ID, ID): The machine was
    busy before the start: load 1.5 to 3 on 2 cores.``; then one with the number of further kinds.
    """
    kinds: dict[str, dict[str, dict[str, list[str]]]] = {}
    for side, runs in sides.items():
        for run in runs:
            for text in notices_of(run, stage):
                members = kinds.setdefault(_NUMBER.sub("#", text), {}).setdefault(side, {})
                members.setdefault(run.id, []).append(text)
    totals = {side: len(runs) for side, runs in sides.items()}
    most_runs_first = sorted(kinds.values(), key=lambda members: -sum(map(len, members.values())))
    found = [_sentence(members, totals) for members in most_runs_first[:MOST_KINDS]]
    if len(kinds) > MOST_KINDS:
        found.append(f"The runs have {len(kinds) - MOST_KINDS} further kinds of notices. Each run shows its own.")
    return found


def _sentence(members: Mapping[str, Mapping[str, Sequence[str]]], totals: Mapping[str, int]) -> str:
    """Return one sentence about the runs that have one kind of notice."""
    runs = [run for side in members.values() for run in side]
    counts = [_count(len(having), totals[side], side) for side, having in members.items()]
    named = f" ({', '.join(runs)})" if len(runs) <= _FEW and len(runs) < sum(totals.values()) else ""
    texts = [text for side in members.values() for having in side.values() for text in having]
    head = " and ".join(counts)
    return f"{head[0].upper()}{head[1:]}{named}: {_with_ranges(texts)}"


def _count(having: int, total: int, side: str) -> str:
    """Return how many runs of a side have a notice, such as ``2 of 5 runs before``."""
    where = f" {side}" if side else ""
    if having == total:
        return f"the run{where}" if total == 1 else f"all {total:,} runs{where}"
    return f"{having:,} of {total:,} runs{where}"


def _with_ranges(texts: Sequence[str]) -> str:
    """Return texts that differ only in their numbers as one text, in which each number that differs is a range."""
    columns = zip(*(_NUMBER.findall(text) for text in texts), strict=True)
    ranges = iter([_range(values) for values in columns])
    return _NUMBER.sub(lambda _match: next(ranges), texts[0])


def _range(values: Sequence[str]) -> str:
    ordered = sorted(values, key=lambda value: float(value.replace(",", "")))
    return ordered[0] if ordered[0] == ordered[-1] else f"{ordered[0]} to {ordered[-1]}"
