"""Reader of flame graphs drawn as SVG by flamegraph.pl, inferno (and so cargo-flamegraph) and duronb.

A frame is a rectangle with a title such as ``name (1,234 samples, 5.67%)``. Its row is its depth, and its horizontal
position determines its parent in the previous row. The title, or inferno's ``fg:w``, has the exact number of samples.
"""

from __future__ import annotations

import codecs
import math
import re
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.parsers import expat

from duronb.errors import StoreError
from duronb.ingest.flamegraph.rows import Rows
from duronb.ingest.folded.first_frames import are_threads, first_frame_notice
from duronb.model.build import ProfileBuilder
from duronb.options.stored import Threads
from duronb.quoting import counted

MOST_FRAMES = 5_000_000
LONGEST_TITLE = 2**17
LARGEST_COUNT = 2**53

_TITLE = re.compile(
    r"(?s)(.*) \((?:-?[0-9,]{1,25} sample weight, )?"  # the difference that old differential flame graphs state
    r"([0-9][0-9,]{0,24}) [^(),]*, ?[^()]*\)\s*"
)
_HOVER = re.compile(r"(?s)s\('(.*)'\)")
"""What flamegraph.pl wrote into ``onmouseover`` until 2013, in place of a title."""
_NO_LETTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_GROUPS = frozenset({"g", "a"})
_PAYLOAD = "duronb-payload"
_DAMAGED = "Restore the file, or draw it again."


@dataclass(slots=True)
class SvgSamples:
    """Samples of a drawn flame graph.

    Parameters
    ----------
    builder
        Contains the samples, at time 0.
    first_frames
        The distinct outermost frames; empty for drawings of duronb, which have no threads.
    threads
        Whether the outermost frames were read as names of threads.
    samples
        Number of samples.
    rectangles
        Number of rectangles with a title.
    not_understood
        Number of rectangles that are left out, because their title or position is not that of a frame.
    inverted
        Whether the root was at the top.
    in_time_order
        Whether it was a flame chart, with equal siblings, which are merged here.
    own
        Whether duronb drew it.
    least
        Number of samples of the smallest frame. If it is above 1, smaller frames may be missing.
    """

    builder: ProfileBuilder = field(default_factory=ProfileBuilder)
    first_frames: list[str] = field(default_factory=list)
    threads: bool = False
    samples: int = 0
    rectangles: int = 0
    not_understood: int = 0
    inverted: bool = False
    in_time_order: bool = False
    own: bool = False
    least: int = 0

    @property
    def notices(self) -> list[str]:
        """Sentences about the limits of the drawing."""
        notices = ["The samples were read from a drawing, which has no times, so they cannot be split by second."]
        if self.own:
            notices.append("The drawing has no threads.")
        elif self.first_frames:
            notices.append(first_frame_notice(self.first_frames, threads=self.threads))
        if self.least > 1:
            notices.append(
                f"Frames of fewer than {self.least:,} samples may be missing because they were too narrow to draw. "
                "Their samples count as samples of their callers."
            )
        if self.in_time_order:
            notices.append("The drawing was a flame chart, whose order in time is not preserved.")
        if self.not_understood:
            verb = "is not a frame and is" if self.not_understood == 1 else "are not frames and are"
            notices.append(f"{counted(self.not_understood, 'rectangle')} of the drawing {verb} left out.")
        return notices


def read_flamegraph_svg(chunks: Iterable[bytes], threads: Threads = "auto") -> SvgSamples:
    """Read the stacks of a drawn flame graph.

    Parameters
    ----------
    chunks
        The document, split at any positions.
    threads
        Whether the outermost frames are names of threads, as in the folded stacks that were drawn.

    Returns
    -------
    All stacks. Changes by the drawing tool cannot be undone: flamegraph.pl writes ``<`` and ``>`` as parentheses, and
    reversed stacks cannot be recognised.

    Raises
    ------
    StoreError
        The document is not valid XML, declares entities, contains no flame graph, or is too large.
    """
    document = _Document()
    document.read(chunks)
    result = SvgSamples(own=document.own, rectangles=document.rectangles, not_understood=document.not_understood)
    if not document.counts:
        raise StoreError("The SVG contains no flame graph.", "Give one drawn by flamegraph.pl or inferno.")
    rows = Rows.of(
        y=document.y,
        x=document.x,
        width=document.width,
        counts=document.counts,
        name_of=document.name_of,
        names=document.names,
    )
    result.not_understood += rows.misplaced
    result.inverted, result.in_time_order, result.least = rows.inverted, rows.in_time_order, rows.least
    if not document.own:
        result.first_frames = sorted({document.names[number] for number in rows.first_names()} - {""})
        result.threads = are_threads(result.first_frames, threads)
    builder = result.builder
    frames = [builder.frame(name, "") for name in document.names]
    for path, count in rows.stacks():
        names = [number for number in path if document.names[number]]
        thread = document.names[names.pop(0)] if result.threads and names else ""
        builder.add(tuple([frames[number] for number in names]), thread, 0.0, count)
        result.samples += count
    return result


class _Document:
    """Streaming parser of the document, which collects its rectangles."""

    def __init__(self) -> None:
        self.y, self.x, self.width = array("d"), array("d"), array("d")
        self.counts, self.name_of = array("q"), array("i")
        self.names: list[str] = []
        self.rectangles = self.not_understood = 0
        self.own = False
        self._numbers: dict[str, int] = {}
        self._title: list[str] | None = None  # parts of the title that is being read
        self._held = 0
        self._text = ""  # the title of the group
        self._parser = expat.ParserCreate(encoding="utf-8")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._letters
        self._parser.EntityDeclHandler = self._refuse
        self._parser.SkippedEntityHandler = self._refuse

    def read(self, chunks: Iterable[bytes]) -> None:
        """Read the document."""
        # flamegraph.pl truncates labels at any byte, so replace invalid bytes and characters that XML does not allow.
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        try:
            for chunk in chunks:
                self._parser.Parse(_NO_LETTERS.sub("\ufffd", decoder.decode(chunk)), False)
            self._parser.Parse(decoder.decode(b"", True), True)
        except expat.ExpatError as error:
            reason = f"{expat.errors.messages[error.code]} in line {error.lineno}"
            raise StoreError(f"The SVG is damaged: {reason}.", _DAMAGED) from None

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in _GROUPS:
            self._text = _hover_text(attributes)
        elif tag == "title":
            self._title, self._held = [], 0
        elif tag == "rect" and (text := self._text or _hover_text(attributes)):
            self._text = ""
            self._frame(text, attributes)
        elif tag == "metadata" and attributes.get("id") == _PAYLOAD:
            self.own = True

    def _end(self, tag: str) -> None:
        if tag == "title" and self._title is not None:
            self._text = "".join(self._title)
            self._title = None
        elif tag in _GROUPS:
            self._text = ""

    def _letters(self, text: str) -> None:
        if self._title is not None:
            self._held += len(text)
            if self._held > LONGEST_TITLE:
                raise StoreError("A title in the SVG is too long for a frame.", _DAMAGED)
            self._title.append(text)

    def _frame(self, text: str, attributes: dict[str, str]) -> None:
        self.rectangles += 1
        match = _TITLE.fullmatch(text)
        y, x, width = (_number(attributes.get(name)) for name in ("y", "x", "width"))
        start, samples = attributes.get("fg:x", ""), attributes.get("fg:w", "")
        exact = start.isdecimal() and samples.isdecimal() and len(start) < 19 and len(samples) < 19
        # inferno replaces titles by those of its --nameattr file, which have no number of samples.
        if (match is None and not exact) or y is None or x is None or width is None:
            self.not_understood += 1
            return
        name = text if match is None else match[1]
        if exact:
            # The numbers of samples in the folded stacks, before inferno's --factor.
            x, width, count = float(start), float(samples), int(samples)
        elif match is not None:
            count = int(match[2].replace(",", ""))
        if not 0 < count <= LARGEST_COUNT:
            self.not_understood += count != 0
            return
        if len(self.counts) >= MOST_FRAMES:
            raise StoreError(f"The SVG contains more than {MOST_FRAMES:,} frames.", "Import the folded stacks instead.")
        self.y.append(y)
        self.x.append(x)
        self.width.append(width)
        self.counts.append(count)
        number = self._numbers.setdefault(name, len(self.names))
        if number == len(self.names):
            self.names.append(name)
        self.name_of.append(number)

    def _refuse(self, *_: object) -> None:
        raise StoreError("The SVG declares entities, so it is not a flame graph.", "Do not trust the file.")


def _hover_text(attributes: dict[str, str]) -> str:
    """Return the title in the attributes of a group or a rectangle; empty if there is none."""
    match = _HOVER.fullmatch(attributes.get("onmouseover", ""))
    return "" if match is None or len(match[1]) > LONGEST_TITLE else match[1].replace("\\'", "'")


def _number(text: str | None) -> float | None:
    """Return a length in pixels or percent as a number; ``None`` for any other text."""
    try:
        value = float((text or "").removesuffix("%"))
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) < 1e15 else None
