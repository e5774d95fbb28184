"""Reads a file of samples without a store."""

from __future__ import annotations

from pathlib import Path

from duronb.ingest.files import read_source
from duronb.ingest.format import Format
from duronb.ingest.sample_file import SampleFile
from duronb.ingest.source import open_source


def read_file(path: str | Path) -> tuple[Format, SampleFile]:
    """Read a file of samples; return its format and its content."""
    with open_source(path) as source:
        return read_source(source)
