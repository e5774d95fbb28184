"""Reader of files of samples, which detects their format."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import IO, Literal

from duronb.errors import RequestError, StoreError
from duronb.ingest.compressed import opened
from duronb.ingest.exchange.documents import read_json_profile
from duronb.ingest.exchange.pprof import read_pprof
from duronb.ingest.exchange.pprof_message import is_pprof
from duronb.ingest.flamegraph.svg import read_flamegraph_svg
from duronb.ingest.folded.lines import read_folded
from duronb.ingest.perf.lines import parse_frame, parse_head
from duronb.ingest.perf.recording import SIGNATURES, copied, script_text
from duronb.ingest.samples import Samples, read_samples
from duronb.model.profile import Profile
from duronb.model.record.clocks import Clocks
from duronb.model.record.environment import Environment
from duronb.model.record.quality import Quality
from duronb.quoting import quoted

Format = Literal["perf", "folded", "svg", "embedded", "perf.data", "pprof", "json"]

LARGEST_TEXT = 64 * 2**30
"""Largest size of a decompressed file, in bytes."""

LONGEST_NAME = 2**16
"""Largest number of characters of a name in a stored run."""

DEFAULT_HZ = 999.0
_EMBEDDED = re.compile(rb'\{\s*"duronb"\s*:\s*"embedded samples"')
_CHUNK = 2**20
_BEGINNING = 2**18
_LINES = 400
_ACCEPTED = (
    "Give the text of `perf script`, folded stacks, or the SVG of a flame graph; each may be compressed by gzip."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFile:
    """The content of a file of samples.

    Parameters
    ----------
    format
        Format of the file: the text of ``perf script``, folded stacks, an SVG of a flame graph, or the embedded format.
    profile
        Its samples; all in second 0 if the file has no times.
    frequency_known
        Whether the file states the sampling frequency. Otherwise the profile has ``DEFAULT_HZ``.
    environment, clocks, quality
        Values for the run record.
    notices
        Sentences about the limits of the samples.
    """

    format: str
    profile: Profile
    frequency_known: bool = False
    environment: Environment = field(default_factory=Environment)
    clocks: Clocks = field(default_factory=Clocks)
    quality: Quality = field(default_factory=Quality)
    notices: list[str] = field(default_factory=list)


def read_file(path: str | Path) -> SampleFile:
    """Read a file of samples as a stream.

    Parameters
    ----------
    path
        The file; may be compressed by gzip.

    Raises
    ------
    RequestError
        The file does not exist or cannot be read.
    StoreError
        The file has an unknown format, is damaged, or contains no samples.
    """
    try:
        with opened(Path(path).expanduser()) as file:
            read = _read(file, str(path))
    except OSError as error:
        raise RequestError(
            f"{quoted(str(path))} cannot be read: {error.strerror or error}.", "Check the path."
        ) from None
    if not read.profile.samples:
        raise StoreError(f"{quoted(str(path))} contains no samples.", _ACCEPTED)
    if any(len(name) > LONGEST_NAME for name in (*read.profile.tree.frames.names, *read.profile.threads)):
        raise StoreError(f"A name in {quoted(str(path))} is longer than {LONGEST_NAME} characters.", "Check the file.")
    return read


def detect(beginning: bytes) -> Format | None:
    """Return the format of a file from its beginning, up to 256 KiB; ``None`` for an unknown format."""
    if beginning.startswith(SIGNATURES):
        return "perf.data"
    if is_pprof(beginning):
        return "pprof"
    text = beginning.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"<") and b"<svg" in text:
        return "svg"
    if _EMBEDDED.match(text):
        return "embedded"
    if text.startswith(b"{"):
        return "json"
    *lines, last = text.split(b"\n")
    lines = [line.rstrip() for line in (lines or [last]) if line.strip()]
    comments = sum(line.startswith(b"#") for line in lines)
    perf = folded = 0
    for line in [line for line in lines if not line.startswith(b"#")][:_LINES]:
        before, _, count = line.rpartition(b" ")
        if line[:1].isspace():
            perf += parse_frame(line) is not None
        elif count.isdigit() and before.strip():
            folded += 1
        else:
            head = parse_head(line)
            perf += head is not None and (head.time is not None or bool(head.event))
    if perf > folded or (comments and not folded and b"# event : " in text):
        return "perf"
    return "folded" if folded else None


def _read(file: IO[bytes], path: str) -> SampleFile:
    beginning = file.read(_BEGINNING)
    found = detect(beginning)
    if found is None:
        raise StoreError(f"{quoted(path)} does not have a format that can be imported.", _ACCEPTED)
    chunks = chain([beginning], _chunks(file, len(beginning), path))
    if found == "folded":
        return _folded(chunks)
    if found == "svg":
        drawn = read_flamegraph_svg(chunks)
        quality = Quality(sample_lines_not_understood=drawn.not_understood)
        profile = drawn.builder.build([], DEFAULT_HZ)
        return SampleFile(format=found, profile=profile, quality=quality, notices=drawn.notices)
    if found == "perf.data":
        with copied(chunks) as recording:
            return _file("perf", read_samples(script_text(recording), "perf"))
    if found == "pprof":
        return _file(found, read_pprof(chunks))
    if found == "json":
        return _file(*read_json_profile(chunks))
    return _file(found, read_samples(chunks, found))


def _file(found: str, samples: Samples) -> SampleFile:
    return SampleFile(
        format=found,
        profile=samples.profile([], DEFAULT_HZ),
        frequency_known=samples.frequency_hz is not None,
        environment=samples.environment,
        clocks=samples.clocks,
        quality=samples.quality,
        notices=samples.notices,
    )


def _folded(chunks: Iterator[bytes]) -> SampleFile:
    read = read_folded(chunks)
    notices = ["The samples were read from folded stacks, which have no times, so they cannot be split by second."]
    if read.not_understood:
        notices.append(f"{read.not_understood:,} lines are not folded stacks and are left out.")
    if read.truncated:
        notices.append("The last line has no newline, so the file may be incomplete.")
    return SampleFile(
        format="folded",
        profile=read.profile(DEFAULT_HZ),
        quality=Quality(sample_lines_not_understood=read.not_understood, truncated=read.truncated),
        notices=notices,
    )


def _chunks(file: IO[bytes], size: int, path: str) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        size += len(chunk)
        if size > LARGEST_TEXT:
            raise StoreError(f"{quoted(path)} is larger than {LARGEST_TEXT >> 30} GiB.", "Check the file.")
        yield chunk
