"""The formats of other profilers that are read: pprof, speedscope, the Firefox Profiler, and perf.data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from duronb.ingest.exchange.firefox import read_firefox
from duronb.ingest.exchange.json_values import read_json
from duronb.ingest.exchange.pprof import read_pprof
from duronb.ingest.exchange.pprof_message import is_pprof
from duronb.ingest.exchange.speedscope import read_speedscope
from duronb.ingest.format import Format, begins_with
from duronb.ingest.formats.documents import json_with
from duronb.ingest.formats.ours import perf_file, sample_file
from duronb.ingest.perf.recording import SIGNATURES, copied, script_text
from duronb.ingest.sample_file import ReadOptions, SampleFile
from duronb.ingest.source import Source


def _read_pprof(source: Source, options: ReadOptions) -> SampleFile:
    del options
    reason = "since a value is negative, as in a difference of two profiles, or is too large"
    return replace(sample_file(read_pprof(source.chunks())), reason=reason)


def _read_speedscope(source: Source, options: ReadOptions) -> SampleFile:
    del options
    return sample_file(read_speedscope(read_json(source.chunks())))


def _read_firefox(source: Source, options: ReadOptions) -> SampleFile:
    del options
    return sample_file(read_firefox(read_json(source.chunks())))


def _read_perf_data(source: Source, options: ReadOptions) -> SampleFile:
    del options
    with _seekable(source) as path:
        return perf_file(script_text(path))


@contextmanager
def _seekable(source: Source) -> Iterator[Path]:
    """Yield the path of a file that perf can read: the input itself, or a temporary copy."""
    if source.path is not None:
        yield source.path
    else:
        with copied(source.chunks()) as path:
            yield path


PPROF = Format(
    name="pprof",
    title="a profile of pprof",
    signature=lambda beginning: is_pprof(beginning.data),
    read=_read_pprof,
)
SPEEDSCOPE = Format(
    name="speedscope",
    title="a speedscope profile",
    signature=json_with(rb"speedscope\.app/file-format-schema|\"exporter\"\s*:\s*\"speedscope"),
    read=_read_speedscope,
)
FIREFOX = Format(
    name="firefox",
    title="a profile of Firefox or samply",
    signature=json_with(rb'"meta"\s*:', rb'"(?:preprocessedProfileVersion|markerSchema|processType|geckoVersion)"'),
    read=_read_firefox,
)
PERF_DATA = Format(
    name="perf-data",
    title="a binary perf.data file",
    signature=begins_with(*SIGNATURES),
    read=_read_perf_data,
)
