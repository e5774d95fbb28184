"""Read flamegraphs drawn as SVG by flamegraph.pl, inferno (so cargo-flamegraph too) and duronb itself.

A frame is a rectangle with a title, ``name (1,234 samples, 5.67%)``. Its row says how deep it lies, its place from
left to right within which frame of the row before; the title, or inferno's ``fg:w``, says exactly how many samples.
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
from duronb.model.build import ProfileBuilder

MOST_FRAMES = 5_000_000
LONGEST_TITLE = 2**17
LARGEST_COUNT = 2**53

_TITLE = re.compile(r"(?s)(.*) \(([0-9][0-9,]{0,24}) [^(),]*, ?[^()]*\)\s*")
_NO_LETTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_PAYLOAD = "duronb-payload"
_DAMAGED = "Restore the file, or draw it again."


@dataclass(slots=True)
class SvgSamples:
    """Samples of a drawn flamegraph.

    Parameters
    ----------
    builder
        Holds them, at time 0. The outermost frame names the thread, as in the folded stacks it was drawn from; one
        that duronb drew has none.
    samples
        Their number.
    not_understood
        Rectangles whose title or place is that of no frame; left out.
    inverted
        The root was at the top.
    in_time_order
        It was a flame chart: equal frames side by side, which are one here.
    own
        duronb drew it.
    least
        Samples of the smallest frame that was drawn. Above 1, frames of fewer samples may be missing.
    """

    builder: ProfileBuilder = field(default_factory=ProfileBuilder)
    samples: int = 0
    not_understood: int = 0
    inverted: bool = False
    in_time_order: bool = False
    own: bool = False
    least: int = 0

    @property
    def notices(self) -> list[str]:
        """Sentences on what a drawing lacks."""
        notices = ["Read from a drawing: it has no times, so it cannot be cut by second."]
        if self.own:
            notices.append("The drawing has no threads.")
        if self.least > 1:
            notices.append(
                f"Frames of fewer than {self.least:,} samples may be missing, too narrow to be drawn; "
                "their samples count on their callers."
            )
        if self.in_time_order:
            notices.append("It was a flame chart: its order in time is not kept.")
        if self.not_understood:
            notices.append(f"{self.not_understood:,} of its rectangles are no frames, and are left out.")
        return notices


def read_flamegraph_svg(chunks: Iterable[bytes]) -> SvgSamples:
    """Read a drawn flamegraph back into the stacks that it was made from.

    Parameters
    ----------
    chunks
        The document, cut anywhere.

    Returns
    -------
    Every stack. What the drawing tool changed stays changed: flamegraph.pl writes ``<`` and ``>`` as parentheses, and
    a drawing with reversed stacks does not say that it is one.

    Raises
    ------
    StoreError
        The document is no XML, declares entities, holds no flamegraph, or is larger than any.
    """
    document = _Document()
    document.read(chunks)
    result = SvgSamples(own=document.own, not_understood=document.not_understood)
    if not document.counts:
        raise StoreError("The SVG holds no flamegraph.", "Give one drawn by flamegraph.pl or inferno.")
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
    builder = result.builder
    frames = [builder.frame(name, "") for name in document.names]
    for path, count in rows.stacks():
        names = [number for number in path if document.names[number]]
        thread = "" if document.own or not names else document.names[names.pop(0)]
        builder.add(tuple([frames[number] for number in names]), thread, 0.0, count)
        result.samples += count
    return result


class _Document:
    """Takes the rectangles out of the document while it streams by."""

    def __init__(self) -> None:
        self.y, self.x, self.width = array("d"), array("d"), array("d")
        self.counts, self.name_of = array("q"), array("i")
        self.names: list[str] = []
        self.not_understood = 0
        self.own = False
        self._numbers: dict[str, int] = {}
        self._title: list[str] | None = None  # its letters, while they come
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
        # flamegraph.pl cuts labels by bytes, within a letter too; and what XML cannot hold is no reason to give up.
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        try:
            for chunk in chunks:
                self._parser.Parse(_NO_LETTERS.sub("\ufffd", decoder.decode(chunk)), False)
            self._parser.Parse(decoder.decode(b"", True), True)
        except expat.ExpatError as error:
            reason = f"{expat.errors.messages[error.code]} in line {error.lineno}"
            raise StoreError(f"The SVG is damaged: {reason}.", _DAMAGED) from None

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "g":
            self._text = ""
        elif tag == "title":
            self._title, self._held = [], 0
        elif tag == "rect" and self._text:
            self._frame(attributes)
        elif tag == "metadata" and attributes.get("id") == _PAYLOAD:
            self.own = True

    def _end(self, tag: str) -> None:
        if tag == "title" and self._title is not None:
            self._text = "".join(self._title)
            self._title = None
        elif tag == "g":
            self._text = ""

    def _letters(self, text: str) -> None:
        if self._title is not None:
            self._held += len(text)
            if self._held > LONGEST_TITLE:
                raise StoreError("A title in the SVG is longer than any frame's.", _DAMAGED)
            self._title.append(text)

    def _frame(self, attributes: dict[str, str]) -> None:
        match = _TITLE.fullmatch(self._text)
        self._text = ""
        y, x, width = (_number(attributes.get(name)) for name in ("y", "x", "width"))
        if match is None or y is None or x is None or width is None:
            self.not_understood += 1
            return
        count = int(match[2].replace(",", ""))
        start, samples = attributes.get("fg:x", ""), attributes.get("fg:w", "")
        if start.isdecimal() and samples.isdecimal() and len(start) < 19 and len(samples) < 19:
            # In samples, before inferno's --factor: what the folded text said.
            x, width, count = float(start), float(samples), int(samples)
        if not 0 < count <= LARGEST_COUNT:
            self.not_understood += count != 0
            return
        if len(self.counts) >= MOST_FRAMES:
            raise StoreError("The SVG holds more frames than any flamegraph.", "Import the folded stacks instead.")
        self.y.append(y)
        self.x.append(x)
        self.width.append(width)
        self.counts.append(count)
        number = self._numbers.setdefault(match[1], len(self.names))
        if number == len(self.names):
            self.names.append(match[1])
        self.name_of.append(number)

    def _refuse(self, *_: object) -> None:
        raise StoreError("The SVG declares entities, which no flamegraph does.", "Do not trust the file.")


def _number(text: str | None) -> float | None:
    """Read a length, in pixels or per cent; ``None`` for any other text."""
    try:
        value = float((text or "").removesuffix("%"))
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) < 1e15 else None
