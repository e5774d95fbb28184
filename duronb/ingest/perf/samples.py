"""The samples of a ``perf`` recording, with statistics on their quality."""

from __future__ import annotations

from dataclasses import dataclass

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
        Values of the header; its event is the one that was sampled.
    lost
        Number of samples that perf lost.
    unresolved_kernel, unresolved_user
        Number of samples whose leaf has no name, in the kernel and in user code.
    unknown_roots
        Number of samples whose outermost frame has no name. It is libc's thread start, which views omit.
    without_stack
        Number of samples without frames, which are counted for the root.
    other_events
        Number of samples of other events than the first, which are left out.
    not_understood
        Number of lines that do not belong to the format.
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
    not_understood: int = 0
    truncated: bool = False

    @property
    def samples(self) -> int:
        """Number of samples read."""
        return len(self.builder)
