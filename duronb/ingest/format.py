"""A format of files: how it is recognised, and its reader or the reason why it is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from duronb.ingest.comments import is_comment
from duronb.ingest.sample_file import ReadOptions, SampleFile
from duronb.ingest.source import Source

_MOST_LINES = 400
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_CONTROL_SHARE = 0.01


class Beginning:
    """The beginning of a file, as the recognisers of formats look at it.

    Parameters
    ----------
    data
        Up to 256 KiB, decompressed.
    complete
        Whether this is the entire file, so that its last line is complete.
    """

    def __init__(self, data: bytes, *, complete: bool = False) -> None:
        self.data = data
        self._complete = complete

    @cached_property
    def text(self) -> bytes:
        """The bytes without white space in front."""
        return self.data.lstrip()

    @cached_property
    def is_text(self) -> bool:
        """Whether the bytes are text in an extension of ASCII: without NUL, with few control characters."""
        controls = len(_CONTROL.findall(self.data))
        return b"\0" not in self.data and controls <= _CONTROL_SHARE * len(self.data)

    @cached_property
    def raw_lines(self) -> list[bytes]:
        """The first 400 lines that are complete and not blank, without white space at their ends."""
        lines = self.data.split(b"\n", _MOST_LINES)
        if len(lines) > 1 and (len(lines) > _MOST_LINES or not self._complete):
            lines.pop()
        return [line.rstrip() for line in lines if line.strip()]

    @cached_property
    def lines(self) -> list[bytes]:
        """Those of ``raw_lines`` that are not comments."""
        return [line for line in self.raw_lines if not is_comment(line)]

    def share(self, understood: Callable[[bytes], bool]) -> float:
        """Return the share of ``lines`` for which a function returns true, from 0 to 1; 0 without lines."""
        return sum(map(understood, self.lines)) / len(self.lines) if self.lines else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format of files.

    Parameters
    ----------
    name
        Name of the format in the record of a run.
    title
        What the file is, after "looks like", such as ``folded stacks``.
    signature
        Returns whether a file certainly has this format, by bytes that no other format has; ``None`` if the format
        has no signature.
    vote
        For formats without a signature: returns the share of the lines that the format explains, from 0 to 1.
    read
        Reads a file of this format; ``None`` if the format is refused.
    remedy
        For refused formats: the one thing to do, one sentence.
    """

    name: str
    title: str
    signature: Callable[[Beginning], bool] | None = None
    vote: Callable[[Beginning], float] | None = None
    read: Callable[[Source, ReadOptions], SampleFile] | None = None
    remedy: str = ""


def begins_with(*signatures: bytes) -> Callable[[Beginning], bool]:
    """Return a recogniser of files that begin with one of these bytes."""
    return lambda beginning: beginning.data.startswith(signatures)


def matches(pattern: bytes) -> Callable[[Beginning], bool]:
    """Return a recogniser of texts in which a pattern matches at the beginning; ``^`` matches at each line."""
    compiled = re.compile(pattern, re.MULTILINE)
    return lambda beginning: beginning.is_text and compiled.match(beginning.text) is not None


def contains(pattern: bytes) -> Callable[[Beginning], bool]:
    """Return a recogniser of texts that contain a pattern; ``^`` matches at each line."""
    compiled = re.compile(pattern, re.MULTILINE)
    return lambda beginning: beginning.is_text and compiled.search(beginning.data) is not None


def explains(pattern: bytes) -> Callable[[Beginning], float]:
    """Return a vote: the share of the lines that a pattern matches completely."""
    compiled = re.compile(pattern)
    return lambda beginning: (
        beginning.share(lambda line: compiled.fullmatch(line) is not None) if beginning.is_text else 0.0
    )
