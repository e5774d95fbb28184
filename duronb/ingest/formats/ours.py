"""The formats that are read: the text of ``perf script``, folded stacks, drawn flame graphs and the embedded format."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from duronb.ingest.flamegraph.svg import read_flamegraph_svg
from duronb.ingest.folded.counts import parse_count
from duronb.ingest.folded.lines import read_folded
from duronb.ingest.format import Beginning, Format, matches
from duronb.ingest.formats.documents import is_page
from duronb.ingest.perf.lines import parse_frame, parse_head
from duronb.ingest.sample_file import DEFAULT_HZ, ReadOptions, SampleFile
from duronb.ingest.samples import Samples, read_samples
from duronb.ingest.source import Source
from duronb.model.record.quality import Quality

_FRAME = re.compile(rb"[0-9a-f]{6,16} .*\(.*\)$")
"""A frame that is not indented, as in texts without leading spaces."""

_HEADER = re.compile(rb"# event : ")


def _perf_vote(beginning: Beginning) -> float:
    """Return the share of the first lines that are frames of a stack, or heads of samples with a time or an event."""
    if not beginning.is_text:
        return 0.0
    if not beginning.lines:
        return float(_HEADER.search(beginning.data) is not None)
    return beginning.share(_is_perf)


def _is_perf(line: bytes) -> bool:
    if (line[:1].isspace() or _FRAME.match(line)) and parse_frame(line) is not None:
        return True
    head = parse_head(line)
    return head is not None and (head.time is not None or bool(head.event))


def _folded_vote(beginning: Beginning) -> float:
    """Return the share of lines that end in a count; 0 if most of them have no separator between frames."""
    if not beginning.is_text:
        return 0.0
    stacks = [line.rsplit(None, 1) for line in beginning.lines]
    counted = [parts[0] for parts in stacks if len(parts) == 2 and parse_count(parts[1]) is not None]
    nested = sum(re.search(rb";[^\s;]", stack) is not None for stack in counted)
    return len(counted) / len(stacks) if 2 * nested >= len(counted) > 0 else 0.0


def _is_svg(beginning: Beginning) -> bool:
    return beginning.text.startswith(b"<") and b"<svg" in beginning.data and not is_page(beginning)


def sample_file(samples: Samples) -> SampleFile:
    """Return samples as the content of a file."""
    return SampleFile(
        profile=samples.profile([], DEFAULT_HZ),
        frequency_known=samples.frequency_hz is not None,
        environment=samples.environment,
        clocks=samples.clocks,
        quality=samples.quality,
        notices=samples.notices,
    )


def perf_file(chunks: Iterable[bytes]) -> SampleFile:
    """Return the content of a text of ``perf script``, split at any positions."""
    samples = read_samples(chunks, "perf")
    stackless = 0 < len(samples.builder) == samples.quality.without_stack
    reason = "no sample has a stack, which `perf script -F +ip,sym` prints" if stackless else ""
    return replace(sample_file(samples), unstructured=reason)


def _read_perf(source: Source, options: ReadOptions) -> SampleFile:
    del options
    return perf_file(source.chunks())


def _read_embedded(source: Source, options: ReadOptions) -> SampleFile:
    del options
    return sample_file(read_samples(source.chunks(), "embedded"))


def _read_svg(source: Source, options: ReadOptions) -> SampleFile:
    drawn = read_flamegraph_svg(source.chunks(), options.threads)
    return SampleFile(
        profile=drawn.builder.build([], DEFAULT_HZ),
        quality=Quality(sample_lines=drawn.rectangles, sample_lines_not_understood=drawn.not_understood),
        notices=drawn.notices,
    )


def _read_folded(source: Source, options: ReadOptions) -> SampleFile:
    read = read_folded(source.chunks())
    threads = read.first_frames_are_threads(options.threads)
    return SampleFile(
        profile=read.profile(DEFAULT_HZ, threads=threads),
        quality=Quality(
            sample_lines=read.lines, sample_lines_not_understood=read.not_understood, truncated=read.truncated
        ),
        notices=read.notices(threads=threads),
        reason=read.reason,
        unstructured=read.unstructured,
    )


PERF = Format(name="perf", title="the text of `perf script`", vote=_perf_vote, read=_read_perf)
FOLDED = Format(name="folded", title="folded stacks", vote=_folded_vote, read=_read_folded)
SVG = Format(name="svg", title="a flame graph as SVG", signature=_is_svg, read=_read_svg)
EMBEDDED = Format(
    name="embedded",
    title="samples of the embedded sampler",
    signature=matches(rb'\{\s*"duronb"\s*:\s*"embedded samples"'),
    read=_read_embedded,
)
