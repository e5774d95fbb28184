"""The content of a file of samples, and the choices with which it is read."""

from __future__ import annotations

from dataclasses import dataclass, field

from duronb.model.profile import Profile
from duronb.model.record.clocks import Clocks
from duronb.model.record.environment import Environment
from duronb.model.record.quality import Quality
from duronb.options.stored import THREADS, Threads

DEFAULT_HZ = 999.0
"""Sampling frequency of a profile whose file does not state it, in Hz. ``SampleFile.frequency_known`` is ``False``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """Choices of the user for reading a file.

    Parameters
    ----------
    threads
        For stacks without a separate name of the thread: whether their first frame is the name of the thread.
        ``auto`` decides by the names.

    Raises
    ------
    RequestError
        A choice is unknown.
    """

    threads: Threads = "auto"

    def __post_init__(self) -> None:
        THREADS.type.check(self.threads, THREADS.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFile:
    """The content of a file of samples.

    Parameters
    ----------
    profile
        Its samples; all in second 0 if the file has no times.
    frequency_known
        Whether the file states the sampling frequency. Otherwise the profile has ``DEFAULT_HZ``.
    environment, clocks
        Values for the run record.
    quality
        Values for the run record. ``sample_lines`` and ``sample_lines_not_understood`` are required: they decide
        whether the file is accepted. Formats without lines count records, such as rectangles or JSON objects.
    notices
        Sentences about the limits of the samples.
    reason
        Why most of the lines that are not understood are not understood, as a clause; empty if unknown.
    unstructured
        Why the lines that are understood are no samples together, as a clause; empty if they are. Such a file is
        refused.
    """

    profile: Profile
    frequency_known: bool = False
    environment: Environment = field(default_factory=Environment)
    clocks: Clocks = field(default_factory=Clocks)
    quality: Quality
    notices: list[str] = field(default_factory=list)
    reason: str = ""
    unstructured: str = ""
