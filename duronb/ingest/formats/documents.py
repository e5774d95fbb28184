"""Structured texts that are refused: JSON of other profilers, web pages, XML and logs with a known beginning."""

from __future__ import annotations

import re
from collections.abc import Callable

from duronb.ingest.format import Beginning, Format, contains, matches

_SPEEDSCOPE = "Open it in speedscope, export it there, and import that file."
_FOLDED = "Export folded stacks from the profiler, and import those."
_OURS = "Import what it was made from, or an export of its run: .pb.gz, .firefox.json or .folded."


def json_with(*patterns: bytes) -> Callable[[Beginning], bool]:
    """Return a recogniser of JSON in which each pattern occurs."""
    compiled = [re.compile(pattern) for pattern in patterns]
    return lambda beginning: _is_json(beginning) and all(each.search(beginning.data) for each in compiled)


def _is_json(beginning: Beginning) -> bool:
    return beginning.is_text and re.match(rb'\{\s*["}]|\[\s*[\[\]{"\d]', beginning.text) is not None


def is_page(beginning: Beginning) -> bool:
    """Return whether a file is a web page, which may contain drawings."""
    return beginning.is_text and re.match(rb"(?i)<!doctype html|<html\b", beginning.text) is not None


DOCUMENTS: tuple[Format, ...] = (
    Format(
        name="chrome-trace",
        title="a trace of Chrome or Perfetto",
        signature=json_with(rb'"traceEvents"\s*:|"ph"\s*:\s*"'),
        remedy=_SPEEDSCOPE,
    ),
    Format(
        name="v8-profile",
        title="a CPU profile of V8",
        signature=json_with(rb'"callFrame"\s*:|"functionName"\s*:|"timeDeltas"\s*:'),
        remedy=_SPEEDSCOPE,
    ),
    Format(
        name="duronb-json",
        title="JSON that duronb printed or exported",
        signature=json_with(rb'"duronb"\s*:|"format"\s*:\s*"duronb|"tool_version"\s*:'),
        remedy=_OURS,
    ),
    Format(name="json", title="JSON of an unknown format", signature=_is_json, remedy=_FOLDED),
    Format(
        name="duronb-page",
        title="a page that duronb exported",
        signature=lambda beginning: is_page(beginning) and b"duronb" in beginning.data,
        remedy=_OURS,
    ),
    Format(
        name="page",
        title="a web page",
        signature=is_page,
        remedy="Give the SVG of the flame graph, or its folded stacks.",
    ),
    Format(
        name="xml",
        title="XML, perhaps of Instruments or another profiler",
        signature=matches(rb"<\?xml|<!DOCTYPE|<[A-Za-z][\w:.-]*(?:\s[^<>]*)?/?>"),
        remedy=_FOLDED,
    ),
    Format(
        name="callgrind",
        title="a profile of callgrind",
        signature=contains(rb"\A\s*# callgrind format|^(?:events|cmd|creator): .*(?:\n.*){0,40}\n(?:fl|fn|ob)=|^cfn="),
        remedy="It has costs and no stacks. Convert it with a tool that writes folded stacks.",
    ),
    Format(
        name="sample",
        title="a report of `sample` of macOS",
        signature=contains(rb"\AAnalysis of sampling |\ASampling process |^Call graph:\s*$"),
        remedy="Convert it: inferno-collapse-sample FILE > stacks.folded",
    ),
    Format(
        name="v8-log",
        title="a log of V8 (node --prof)",
        signature=matches(rb"v8-version,\d"),
        remedy="Convert it to folded stacks, and import those.",
    ),
    Format(
        name="ghc",
        title="a profile of the Haskell compiler GHC",
        signature=contains(rb"Time and Allocation Profiling Report"),
        remedy="Convert it: inferno-collapse-ghcprof FILE > stacks.folded",
    ),
    Format(
        name="perf-report",
        title="a table of `perf report`",
        signature=contains(rb"^# Overhead  |^# Samples: \S+\s+of event '"),
        remedy="Give the text of `perf script`: perf script > samples.txt",
    ),
)
"""Refused formats with a signature in their text."""
