"""The command that runs a workload under a sampler, the same in every engine."""

from __future__ import annotations

from duronb.engine.protocol import RecordPlan
from duronb.sampling.protocol import Sampler
from duronb.shell import shell_command


def sampled_command(plan: RecordPlan, sampler: Sampler, file: str) -> tuple[str, ...]:
    """Return the command that runs a workload, once or repeatedly, under a sampler.

    Parameters
    ----------
    plan
        The workload, the frequency and the call graph.
    sampler
        The sampler.
    file
        Path of the sampler's file, as the workload sees it.
    """
    workload = (*plan.command, *sampler.arguments(file, plan.frequency_hz))
    if plan.repeat_seconds is not None:
        workload = shell_command("duronb.engine", "repeat", str(plan.repeat_seconds), *workload)
    return (*sampler.prefix(file, plan.frequency_hz, plan.call_graph), *workload)
