"""The rule that decides whether a file is accepted: almost all of its lines have to be understood."""

from __future__ import annotations

from duronb.errors import StoreError
from duronb.model.record.quality import Quality
from duronb.quoting import counted

LEAST_UNDERSTOOD = 0.95
"""Smallest share of the lines of a file that have to be understood. Comments and empty lines do not count."""

WRONG_FORMAT = "Check that the file has this format and is not damaged."


def is_understood(quality: Quality) -> bool:
    """Return whether enough lines of a file were understood."""
    if quality.sample_lines is None:
        return True
    lines, lost = quality.sample_lines, quality.sample_lines_not_understood or 0
    return lost <= (1 - LEAST_UNDERSTOOD) * lines


def check_understood(quality: Quality, *, shown: str, title: str, reason: str = "") -> None:
    """Raise StoreError unless at least 95 % of the lines of a file were understood.

    Parameters
    ----------
    quality
        Contains the number of lines, and how many of them were not understood.
    shown
        Name of the file in messages.
    title
        What the file looks like.
    reason
        Why most of the lines were not understood, as a clause; empty if unknown.
    """
    if is_understood(quality):
        return
    lines, lost = quality.sample_lines or 0, quality.sample_lines_not_understood or 0
    why = f", {reason}" if reason else ""
    raise StoreError(
        f"{shown} looks like {title}, but {lost:,} of its {counted(lines, 'line')} cannot be understood{why}.",
        WRONG_FORMAT,
    )
