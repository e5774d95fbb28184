"""Reader of files of stress test results: logs, and documents with collected results."""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from duronb.errors import StoreError
from duronb.ingest.source import open_source
from duronb.ingest.stress_test import patterns
from duronb.ingest.stress_test.lines import split_line
from duronb.ingest.stress_test.log import StressLogParser
from duronb.ingest.stress_test.results_entries import ResultsEntry, is_entry, read_entries, with_seconds
from duronb.ingest.stress_test.tables import TableReader
from duronb.quoting import quoted_path

Kind = Literal["log", "document"]

LARGEST_DOCUMENT = 16 * 2**20
LARGEST_LOG = 2 * 2**30
_HEADINGS = (patterns.STAGE, patterns.RESULTS, patterns.SUMMARY, patterns.TITLE)


def results_kind(beginning: bytes) -> Kind | None:
    """Return the kind of a file of results from its beginning; ``None`` for any other file."""
    found: Kind | None = None
    fenced = False
    tables = TableReader()
    for raw in beginning.removeprefix(codecs.BOM_UTF8).split(b"\n"):
        line = split_line(raw)
        message = line.message
        if not message:
            continue
        if is_entry(message):
            return "document"
        if message.startswith("```"):
            fenced = True
        if message.startswith("|"):
            if not isinstance(tables.row(message), bool):
                return "document"
        elif any(pattern.match(message) for pattern in _HEADINGS) or not isinstance(tables.row(message), bool):
            found = "document" if fenced else "log"
        if found:
            return found
    return None


def read_results(path: str | Path) -> list[ResultsEntry]:
    """Read a file of results; it may be compressed by gzip.

    Returns
    -------
    Its entries in the order of the file, including empty ones. A log is one entry.

    Raises
    ------
    RequestError
        The file does not exist or cannot be read.
    StoreError
        The file is too large, damaged, or contains no results.
    """
    with open_source(path) as source:
        kind = results_kind(source.beginning)
        if kind == "document":
            return read_document(source.content(LARGEST_DOCUMENT), str(path))
        if kind == "log":
            return [_log(source.chunks(), source.shown)]
    raise StoreError(
        f"{quoted_path(path)} contains no results of a stress test.", "Give its log, or a stress-test-results.md."
    )


def read_document(data: bytes, name: str) -> list[ResultsEntry]:
    """Read the entries of a document.

    Raises
    ------
    StoreError
        The document is too large.
    """
    if len(data) > LARGEST_DOCUMENT:
        raise StoreError(f"{quoted_path(name)} is larger than {LARGEST_DOCUMENT >> 20} MiB.", "Check the file.")
    return read_entries(data.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace"))


def _log(chunks: Iterable[bytes], shown: str) -> ResultsEntry:
    parser = StressLogParser()
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > LARGEST_LOG:
            raise StoreError(f"{shown} is larger than {LARGEST_LOG >> 30} GiB.", "Check the file.")
        parser.feed(chunk)
    log, inferred = with_seconds(parser.finish(), None)
    created = None if log.first_time is None else datetime.fromtimestamp(log.first_time, UTC)
    return ResultsEntry(log=log, created=created, seconds_inferred=inferred)
