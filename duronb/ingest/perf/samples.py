"""The samples of a ``perf`` recording, with statistics on their quality."""

from __future__ import annotations

from dataclasses import dataclass, field

from duronb.ingest.perf.header import PerfHeader
from duronb.model.build import ProfileBuilder


@dataclass(slots=True)
class PerfSamples:
    """The samples of one recording, with statistics on their quality.

    Parameters
    ----------
    builder
        Contains the raw samples: all frames, with their names unchanged except for offsets.
    header
        Values of the header; its event is the one with the most samples, as perf prints it.
    lost
        Number of samples that perf lost.
    unresolved_kernel, unresolved_user
        Number of samples whose leaf has no name, in the kernel and in user code.
    unknown_roots
        Number of samples whose outermost frame has no name. It is libc's thread start, which views omit.
    without_stack
        Number of samples without frames, which are counted for the root.
    other_events
        Number of samples of other events than the one with the most samples.
    lines
        Number of lines that are not empty.
    not_understood
        Number of these lines that do not belong to the format, and of samples with impossible times.
    weighting_notices
        Sentences about periods that differ.
    only_frames
        Whether the text has frames of stacks, but no heads with a time or an event, and so no samples.
    truncated
        Whether the text ends inside a sample, which is left out.
    """

    builder: ProfileBuilder
    header: PerfHeader
    lost: int = 0
    unresolved_kernel: int = 0
    unresolved_user: int = 0
    unknown_roots: int = 0
    without_stack: int = 0
    other_events: int = 0
    lines: int = 0
    not_understood: int = 0
    only_frames: bool = False
    truncated: bool = False
    weighting_notices: list[str] = field(default_factory=list)

    @property
    def samples(self) -> int:
        """Number of samples read."""
        return len(self.builder)
