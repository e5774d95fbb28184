"""Progress in a notebook: a panel of widgets while the capture runs, static text afterwards."""

from __future__ import annotations

import html
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from duronb.events import Event
from duronb.views.kit.terminal import plain
from duronb.views.progress.terminal import TerminalProgress
from duronb.views.progress.text import ProgressText

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_REDRAW_SECONDS = 0.2
_SHOWN_OUTPUT_LINES = 40
_STEPS = 1000


def has_notebook(shell: object) -> bool:
    """Return whether the shell belongs to a front end that can show widgets and rich output."""
    return type(shell).__name__ == "ZMQInteractiveShell"


def progress_for(shell: InteractiveShell) -> NotebookProgress | TerminalProgress:
    """Return progress as a panel if the front end can show widgets, otherwise as lines of text."""
    if not has_notebook(shell):
        return TerminalProgress()
    try:
        import ipywidgets  # noqa: F401
    except ImportError:
        return TerminalProgress(sys.stdout)  # a notebook paints standard error red
    return NotebookProgress()


class NotebookProgress:
    """A panel with step, progress bar, live values and build output. Call it with each event.

    At the end, also after an error, static text replaces the panel, because widgets are not saved with a notebook.

    Parameters
    ----------
    clock
        Returns monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._text = ProgressText(clock)
        self._notices: list[str] = []
        self._panel: _Panel | None = None
        self._drawn = float("-inf")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._panel is not None:
            self._panel.freeze(self._text, self._notices)
            self._panel = None

    def __call__(self, event: Event) -> None:
        """Show what the event changes."""
        self._text.take(event)
        if event.kind == "notice":
            self._notices.append(plain(event.text))
        if self._panel is None:
            self._panel = _Panel()
        if event.kind == "done":
            return  # the next step's start, or the end, draws it
        now = self._clock()
        if event.kind in ("output", "tick") and now - self._drawn < _REDRAW_SECONDS:
            return
        self._drawn = now
        self._panel.draw(self._text)


class _Panel:
    def __init__(self) -> None:
        import ipywidgets as widgets
        from IPython.display import display

        self._step = widgets.HTML()
        self._bar = widgets.IntProgress(min=0, max=_STEPS, layout=widgets.Layout(width="24em"))
        self._live = widgets.HTML()
        self._output = widgets.HTML()
        self._fold = widgets.Accordion(children=[self._output], titles=("Build output",), selected_index=None)
        self._fold.layout.display = "none"
        self._box = widgets.VBox([self._step, self._bar, self._live, self._fold])
        self._handle: Any = display(self._box, display_id=True)

    def draw(self, text: ProgressText) -> None:
        """Update the widgets. Setting a widget to its current value sends no message to the browser."""
        step = f"<b>{text.title}</b> {text.times()}" if text.step is not None else ""
        above = "".join(f"<div>{html.escape(line)}</div>" for line in (*text.said, text.plan) if line)
        self._step.value = above + step
        share = text.fraction
        self._bar.layout.visibility = "hidden" if share is None else "visible"
        self._bar.value = 0 if share is None else round(share * _STEPS)
        live = text.live()
        if not live and text.step in ("prepare", "build") and text.output:
            live = text.output[-1].strip()[:120]
        self._live.value = f"<span style='opacity:.75'>{html.escape(live)}</span>"
        if text.output:
            self._fold.layout.display = ""
            self._output.value = _preformatted(text)

    def freeze(self, text: ProgressText, notices: list[str]) -> None:
        """Replace the panel by static text."""
        summary = text.summary() or text.plan
        lines = [summary, *(f"note: {notice}" for notice in notices)]
        body = "".join(f"<div style='opacity:.75'>{html.escape(line)}</div>" for line in lines)
        if text.output:
            body += f"<details><summary>Build output</summary>{_preformatted(text)}</details>"
        self._handle.update({"text/plain": "\n".join(lines), "text/html": body}, raw=True)
        for widget in (self._box, self._fold, self._output, self._live, self._bar, self._step):
            widget.close()


def _preformatted(text: ProgressText) -> str:
    lines = list(text.output)[-_SHOWN_OUTPUT_LINES:]
    return f"<pre style='line-height:1.3'>{html.escape(chr(10).join(lines))}</pre>"
