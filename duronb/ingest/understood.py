"""The rule that decides whether a file is accepted: almost all of its lines have to be understood."""

from __future__ import annotations

from duronb.errors import StoreError
from duronb.ingest.sample_file import SampleFile
from duronb.quoting import counted

LEAST_UNDERSTOOD = 0.95
"""Smallest share of the lines of a file that have to be understood. Comments and empty lines do not count."""

_REMEDY = "Check that the file has this format and is not damaged."


def check_understood(read: SampleFile, *, shown: str, title: str) -> None:
    """Raise StoreError unless at least 95 % of the lines of a file, and its structure, were understood.

    Parameters
    ----------
    read
        Content of the file.
    shown
        Name of the file in messages, at the beginning of a sentence.
    title
        What the file looks like.
    """
    lines, lost = read.quality.sample_lines or 0, read.quality.sample_lines_not_understood or 0
    if lost > (1 - LEAST_UNDERSTOOD) * lines:
        why = f", {read.reason}" if read.reason else ""
        raise StoreError(
            f"{shown} looks like {title}, but {lost:,} of its {counted(lines, 'line')} cannot be understood{why}.",
            _REMEDY,
        )
    if read.unstructured:
        raise StoreError(f"{shown} looks like {title}, but {read.unstructured}.", _REMEDY)
