"""The meter: a process beside the workload that writes the CPU time which the kernel counts for it."""

from __future__ import annotations

from importlib.resources import files

from duronb.sampling.protocol import Sampler

FILE = "counters"
"""Name of the meter's file in the directory or volume of a recording."""


def meter_command(file: str, parent: int, depth: int) -> tuple[str, ...]:
    """Return the command that writes the CPU time of a workload to a file until the workload ends.

    Perl runs it. Where Perl or /proc is missing, such as on macOS, there is no file, and CPU time is not measured.

    Parameters
    ----------
    file
        Path of the file, as the meter sees it; ``duronb.ingest.counters`` reads it.
    parent, depth
        Process id, and the number of generations from it down to the workload: a sampler such as perf starts the
        workload as its child, and its own CPU time is not counted.
    """
    text = (files("duronb.engine") / "scripts" / "meter.pl").read_text(encoding="utf-8")
    return ("perl", "-e", text, "--", file, str(parent), str(depth))


def sampler_generations(sampler: Sampler) -> int:
    """Return how many processes a sampler puts before the workload: 1 for perf, 0 for the embedded sampler."""
    return 1 if sampler.prefix("", 1, "fp") else 0
