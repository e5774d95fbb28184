"""The quality of a run: what limits how far its numbers can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from duronb.model.record.part import RecordPart


@dataclass(frozen=True, kw_only=True)
class Quality(RecordPart):
    """What limits how far the numbers can be trusted; ``None`` for what is unknown or does not apply.

    Parameters
    ----------
    problems
        Sentences: why the run failed.
    notices
        Sentences that limit how far the numbers can be trusted.
    exit_code
        Of the workload; 128 + n after signal n.
    samples
        Number of samples.
    frequency_hz
        Achieved samples per second of CPU time and thread.
    frequency_known
        ``False``: the frequency is a guess, and samples cannot be converted to CPU time.
    outside
        Samples outside all stages.
    lost
        Samples that the sampler could not keep.
    unresolved_kernel, unresolved_user
        Samples whose innermost frame has no name.
    unknown_roots
        Samples whose outermost frame has no name.
    without_stack
        Samples without a stack.
    other_events
        Samples of other events than the one that is shown first. Earlier versions left them out.
    truncated
        The sample data end in the middle of a sample.
    sample_lines
        Lines of the sample data, without comments and empty lines. Formats without lines count their records.
    sample_lines_not_understood, log_lines_not_understood
        Lines that could not be read.
    build_seconds
        Wall time of the build step.
    duroxide_version
        Version that the log states.
    peak_rss_kb, average_cpu_percent
        Of the workload's process, where the log states them.
    seconds_inferred
        Imported results: the length of a stage was inferred.
    created_precision
        Imported results: ``day`` if only the date of the run is known, and its time is midnight; ``file`` if the time
        is that of the file or of its first commit. ``None`` for a time to the second.
    file
        Imported results: name of the file.
    """

    part: ClassVar[str] = "quality"

    problems: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    exit_code: int | None = None
    samples: int | None = None
    frequency_hz: float | None = None
    frequency_known: bool = True
    outside: int | None = None
    lost: int | None = None
    unresolved_kernel: int | None = None
    unresolved_user: int | None = None
    unknown_roots: int | None = None
    without_stack: int | None = None
    other_events: int | None = None
    truncated: bool | None = None
    sample_lines: int | None = None
    sample_lines_not_understood: int | None = None
    log_lines_not_understood: int | None = None
    build_seconds: float | None = None
    duroxide_version: str | None = None
    peak_rss_kb: int | None = None
    average_cpu_percent: float | None = None
    seconds_inferred: bool | None = None
    created_precision: str | None = None
    file: str | None = None
