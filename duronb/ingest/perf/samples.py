"""The samples of a ``perf`` recording, and what is to be known about them."""

from __future__ import annotations

from dataclasses import dataclass

from duronb.ingest.perf.header import PerfHeader
from duronb.model.build import ProfileBuilder


@dataclass(slots=True)
class PerfSamples:
    """The samples of one recording and what is to be known about them.

    Parameters
    ----------
    builder
        Holds the samples, raw: no frame is left out or renamed but for its offset.
    header
        What the comments say; its event is the one that was counted.
    lost
        Samples that perf could not write.
    unresolved_kernel, unresolved_user
        Samples whose leaf is in the kernel, or in user code, and has no name.
    unknown_roots
        Samples whose outermost frame has no name: libc's thread start, which views fold away.
    without_stack
        Samples with no frame at all; they are counted on the root.
    other_events
        Samples of another event than the first, left out.
    not_understood
        Lines that are no part of the format.
    truncated
        The text ends inside a sample, which is left out.
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
