"""Progress in a terminal, as one line that is redrawn, and in a file, as a few plain lines."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self, TextIO

from duronb.events import Event
from duronb.views.kit.terminal import fit, plain
from duronb.views.progress.text import TITLES, ProgressText, clock_text

_REDRAW_SECONDS = 0.1
_PLAIN_SECONDS = 10.0
_BAR_CELLS = 20
_NARROW_COLUMNS = 100
_UNKNOWN_COLUMNS = 80


class TerminalProgress:
    """Progress on a stream. Call it with each event.

    Parameters
    ----------
    stream
        Stream to write to. ``None`` for standard error.
    clock
        Returns monotonic seconds.
    environment
        Environment variables, of which ``TERM`` and ``NO_COLOR`` are used.
    columns
        Returns the width of the terminal, and is called before each line. ``None`` for the width of the stream.

    Notes
    -----
    If writing fails (a closed pipe, a full disk), progress stops, but the capture continues.
    """

    def __init__(
        self,
        stream: TextIO | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        environment: Mapping[str, str] = os.environ,
        columns: Callable[[], int] | None = None,
    ) -> None:
        self._stream: TextIO | None = sys.stderr if stream is None else stream
        self._clock = clock
        self._columns = columns or self._stream_columns
        self._text = ProgressText(clock)
        self._drawn = float("-inf")
        self._live = False
        terminal = environment.get("TERM")
        self._redraws = _is_terminal(self._stream) and terminal != "dumb"
        self._dims = self._redraws and not environment.get("NO_COLOR")
        unicode = _encodes(self._stream, "█░✓✗…·")
        self._full, self._empty, self._check, self._cross, self._mark = "█░✓✗…" if unicode else "#-*x~"
        self._unicode = unicode

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __call__(self, event: Event) -> None:
        """Write what the event changes."""
        if event.kind == "done":
            took = self._text.elapsed_seconds if event.elapsed_seconds is None else event.elapsed_seconds
            self._text.take(event)
            self._write_finished_step(event, took)
            return
        begins = event.kind == "start"
        is_message = event.kind == "output" and self._text.step is None
        self._text.take(event)
        if event.kind == "plan":
            self._write_line(self._text.plan)
        elif is_message:
            self._write_line(self._text.said[-1])
        elif event.kind == "notice":
            self._write_line(f"note: {plain(event.text)}")
        elif event.kind == "block":
            self._drawn = self._clock()
            self._write_line(f"  {plain(event.text)}")
        elif self._redraws:
            self._redraw_line(now=begins)
        elif begins:
            self._drawn = self._clock()
            self._write_line(self._with_detail(f"{TITLES[event.step]} …", plain(event.text)))
        elif self._clock() - self._drawn >= _PLAIN_SECONDS:
            self._drawn = self._clock()
            self._write_line(self._with_detail(f"{self._text.title} {self._text.times()}", self._detail()))

    def close(self) -> None:
        """Clear the live line. If a step has not ended, write a line that says so."""
        if self._text.step is not None:
            stopped = f"{self._text.title} stopped after {clock_text(self._text.elapsed_seconds)}"
            self._write_line(f"{self._cross} {stopped}" if self._redraws else stopped)
            self._text.step = None
        elif self._live:
            self._write("\r\x1b[K")
            self._live = False

    def _write_finished_step(self, event: Event, took: float) -> None:
        title = TITLES[event.step]
        if self._redraws:
            self._write_line(self._with_detail(f"{self._check} {title:<8}{clock_text(took):>7}", plain(event.text)))
        else:
            self._write_line(self._with_detail(f"{title} done in {clock_text(took)}", plain(event.text)))

    def _detail(self) -> str:
        live = self._text.live()
        if not live and self._text.step in ("prepare", "build") and self._text.output:
            return self._text.output[-1].strip()
        return live

    def _redraw_line(self, *, now: bool) -> None:
        if self._text.step is None or (not now and self._clock() - self._drawn < _REDRAW_SECONDS):
            return
        self._drawn = self._clock()
        text = self._text
        room = self._columns() - 1
        share = text.fraction
        bar = ""
        if share is not None:
            cells = _BAR_CELLS if room >= _NARROW_COLUMNS else _BAR_CELLS // 2
            full = round(share * cells)
            bar = f" {self._full * full}{self._empty * (cells - full)}"
        head = self._encodable(f"  {text.title:<8}{bar} {text.times()}  ")
        head = fit(head, room, self._mark)
        doing = fit(self._encodable(self._detail()), max(0, room - len(head)), self._mark)
        if self._dims and doing and not text.live():
            doing = f"\x1b[2m{doing}\x1b[0m"
        self._write(f"\r{head}{doing}\x1b[K")
        self._live = True

    def _with_detail(self, text: str, detail: str) -> str:
        return f"{text}  {detail}" if detail else text

    def _encodable(self, text: str) -> str:
        if self._unicode:
            return text
        return text.replace("…", "...").replace(" · ", ", ").encode("ascii", "replace").decode("ascii")

    def _write_line(self, text: str) -> None:
        self._write(("\r\x1b[K" if self._live else "") + self._encodable(text) + "\n")
        self._live = False

    def _write(self, text: str) -> None:
        if self._stream is None:
            return
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):
            self._stream = None

    def _stream_columns(self) -> int:
        try:
            columns = os.get_terminal_size(self._stream.fileno()).columns if self._stream is not None else 0
        except (OSError, ValueError, AttributeError):
            columns = 0
        return columns or _UNKNOWN_COLUMNS  # a serial line reports 0


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except (AttributeError, ValueError):
        return False


def _encodes(stream: TextIO | None, text: str) -> bool:
    try:
        text.encode(getattr(stream, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
