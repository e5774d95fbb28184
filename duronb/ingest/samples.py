"""Samples of any sampler, with values for the run record and notices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from duronb.errors import StoreError
from duronb.ingest.embedded import read_embedded
from duronb.ingest.perf.script import read_perf_script
from duronb.model.build import ProfileBuilder
from duronb.model.profile import Profile
from duronb.model.record.clocks import Clocks
from duronb.model.record.environment import Environment
from duronb.model.record.quality import Quality
from duronb.model.stage import StageResult
from duronb.quoting import quoted
from duronb.sampling.perf import SCRIPT_FIELDS
from duronb.sampling.samplers import sampler_called

UNRESOLVED_SHARE = 0.05
"""Share of samples with unnamed leaves above which there is a notice."""
_MOST_LISTED = 6
_TRUNCATED = "The samples end inside a sample, so the following ones are missing."
_CLOCK_FIELDS = frozenset({"sampler", "sampler_to_unix_seconds"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """Samples that a sampler recorded.

    Parameters
    ----------
    builder
        Contains the raw samples.
    environment, clocks, quality
        Values for the run record.
    notices
        Sentences about the limits of the samples.
    frequency_hz
        Sampling frequency in Hz that the sampler states; ``None`` if unknown.
    """

    builder: ProfileBuilder
    environment: Environment = field(default_factory=Environment)
    clocks: Clocks = field(default_factory=Clocks)
    quality: Quality = field(default_factory=Quality)
    notices: list[str] = field(default_factory=list)
    frequency_hz: float | None = None

    @property
    def first(self) -> float | None:
        """Unix time of the first sample; ``None`` without samples."""
        return self.builder.first

    @property
    def last(self) -> float | None:
        """Unix time of the last sample; ``None`` without samples."""
        return self.builder.last

    def profile(self, stages: Sequence[StageResult], frequency_hz: float) -> Profile:
        """Return the samples as a profile, split by stage.

        Parameters
        ----------
        stages
            The stages of the run.
        frequency_hz
            Requested frequency, used only if the sampler does not state its frequency.
        """
        return self.builder.build(stages, self.frequency_hz or frequency_hz)


def read_samples(chunks: Iterable[bytes], sampler: str) -> Samples:
    """Read the output of a sampler.

    Parameters
    ----------
    chunks
        Text of ``perf script`` with its header, or the embedded format; split at any positions.
    sampler
        Name of the sampler.

    Raises
    ------
    StoreError
        The sampler does not exist, or the text has another format.
    """
    return _READERS[sampler_called(sampler).reader](chunks)


def _perf(chunks: Iterable[bytes]) -> Samples:
    read = read_perf_script(chunks)
    header = read.header
    notices = []
    shown = read.samples - read.other_events
    if read.only_frames:
        raise StoreError(
            "The samples state neither time nor event, so their stacks cannot be told from other lines.",
            f"Write them with: perf script -F {SCRIPT_FIELDS}",
        )
    if read.lost:
        notices.append(f"perf lost {_samples(read.lost)}.")
    if read.unresolved_kernel > UNRESOLVED_SHARE * shown:
        notices.append(f"{_of(read.unresolved_kernel, shown)} in unnamed functions of the kernel.")
    if read.unresolved_user > UNRESOLVED_SHARE * shown:
        notices.append(f"{_of(read.unresolved_user, shown)} in code without symbols.")
    if read.samples and header.clock_offset is None:
        notices.append("The samples have no wall-clock time, so they cannot be split by stage.")
    if read.other_events:
        notices.append(_events_notice(read.builder))
    notices += read.weighting_notices
    if read.builder.jumped:
        notices.append(
            f"{_of(read.builder.jumped, read.samples)} at times that are far from all others: the clock jumped. "
            "Views by time show them in the second before all others."
        )
    for name in read.builder.merged_names:
        notices.append(f"Threads called {quoted(name)} are in many processes and are shown as one thread.")
    if read.truncated:
        notices.append(_TRUNCATED)
    return Samples(
        builder=read.builder,
        environment=Environment(event=header.event, perf_version=header.perf_version, cpu=header.cpu),
        clocks=Clocks(sampler=header.clock, sampler_to_unix_seconds=header.clock_offset, stated=_CLOCK_FIELDS),
        quality=Quality(
            lost=read.lost,
            unresolved_kernel=read.unresolved_kernel,
            unresolved_user=read.unresolved_user,
            unknown_roots=read.unknown_roots,
            without_stack=read.without_stack,
            other_events=read.other_events,
            sample_lines=read.lines,
            sample_lines_not_understood=read.not_understood,
            truncated=read.truncated,
        ),
        notices=notices,
        frequency_hz=header.frequency_hz,
    )


def _samples(number: int) -> str:
    return f"{number:,} sample{'' if number == 1 else 's'}"


def _of(part: int, samples: int) -> str:
    """Return the beginning of a sentence about some of all samples, with its verb."""
    return f"{part:,} of {_samples(samples)} {'is' if part == 1 else 'are'}"


def _events_notice(builder: ProfileBuilder) -> str:
    """Return a sentence about the events of a recording, the one with the most samples first."""
    counted = [(builder.samples_of(number), event.name) for number, event in enumerate(builder.events)]
    counted.sort(key=lambda each: -each[0])
    listed = [f"{quoted(name)} with {_samples(number)}" for number, name in counted[:_MOST_LISTED]]
    if len(counted) > _MOST_LISTED:
        listed.append(f"{len(counted) - _MOST_LISTED} more")
    return (
        f"The recording has {len(counted)} events: {', '.join(listed[:-1])} and {listed[-1]}. "
        "The first is shown; --event NAME shows another."
    )


def _embedded(chunks: Iterable[bytes]) -> Samples:
    read = read_embedded(chunks)
    rate = "" if read.frequency_hz is None else f", at {read.frequency_hz:.0f} samples per second of CPU time"
    notices = [f"The workload sampled itself, user code only{rate}."]
    if read.lost:
        notices.append(f"The sampler lost {read.lost} samples.")
    if read.truncated:
        notices.append(_TRUNCATED)
    return Samples(
        builder=read.builder,
        environment=Environment(event=read.event),
        clocks=Clocks(sampler="realtime", sampler_to_unix_seconds=0.0),
        quality=Quality(
            lost=read.lost,
            # It samples user code only, so nothing is known about the kernel.
            unresolved_user=read.unknown_leaves,
            unknown_roots=read.unknown_roots,
            without_stack=read.without_stack,
            other_events=0,
            sample_lines=read.lines,
            sample_lines_not_understood=read.not_understood,
            truncated=read.truncated,
        ),
        notices=notices,
        frequency_hz=read.frequency_hz,
    )


_READERS: dict[str, Callable[[Iterable[bytes]], Samples]] = {"perf": _perf, "embedded": _embedded}
"""A reader for each output format of a sampler, see ``Sampler.reader``."""
