"""Check of the samples of a run against the CPU time that the kernel counted, and of steal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt

from duronb.ingest.counters import CpuTime
from duronb.model.record.environment import Environment
from duronb.model.stage import StageResult

TOLERANCE = 0.05
"""Part by which sampled and measured CPU time may differ, besides chance and the error of the measurement.

A sampler that works differs by 1 to 2 %: its timer is not exact, and a thread that sleeps and wakes within a period is
counted for a period or not at all.
"""
LARGEST_STEAL = 0.05
"""Part of the CPU time wanted on a machine that its host may take without a notice. Runs differ by 6 % and more."""
_STANDARD_ERRORS = 3


def cpu_notices(
    stages: Sequence[StageResult],
    cpu_times: Mapping[str, CpuTime],
    environment: Environment,
    frequency_hz: float | None,
) -> list[str]:
    """Return a notice for each stage whose samples contradict the measured CPU time, or whose machine was disturbed.

    Parameters
    ----------
    stages
        The stages with their samples.
    cpu_times
        The measured CPU times by name of the stage. A stage without one is not checked.
    environment
        Its event and sampler decide whether samples of the kernel are expected.
    frequency_hz
        Samples per second of CPU time; ``None`` or 0 if unknown.
    """
    found = []
    user_only = environment.sampler == "perf" and is_user_only(environment.event)
    for stage in stages:
        used = cpu_times.get(stage.name)
        if used is None:
            continue
        if frequency_hz:
            found += _difference(stage, used, user_only=user_only, frequency_hz=frequency_hz)
        if used.steal_share is not None and used.steal_share > LARGEST_STEAL:
            found.append(
                f"{stage.name}: the host of this virtual machine took {used.steal_share:.0%} of the CPU time that was"
                f" wanted here ({used.steal_seconds:.2f} s). Rates are lower and times longer by that. Record again"
                " when the host is less busy."
            )
    return found


def is_user_only(event: str | None) -> bool:
    """Return whether an event, such as ``cycles:u``, counts user code only."""
    modifiers = event.rpartition(":")[2] if event and ":" in event else ""
    return "u" in modifiers and "k" not in modifiers and set(modifiers) <= set("ukhpPGHISDWe")


def _difference(stage: StageResult, used: CpuTime, *, user_only: bool, frequency_hz: float) -> list[str]:
    measured = used.user_seconds if user_only else used.seconds
    sampled = stage.samples / frequency_hz
    chance = _STANDARD_ERRORS * sqrt(max(measured * frequency_hz, 1.0)) / frequency_hz
    allowed = TOLERANCE * measured + chance + used.error_seconds
    if abs(sampled - measured) <= allowed:
        return []
    what = "user CPU time" if user_only else "CPU time"
    if sampled < measured:
        cause = "Samples are missing: those of some functions may be too few"
    else:
        cause = "There are too many samples: the sampler ran faster than its stated frequency, or counted others"
    text = (
        f"{stage.name}: the samples amount to {sampled:.2f} s of {what}, but the kernel counted {measured:.2f} s; up to"
        f" {allowed:.2f} s of difference would be usual. {cause}. CPU per orchestration by the samples is as wrong: use"
        " the measured one, and record again on a machine that does nothing else."
    )
    return [text]
