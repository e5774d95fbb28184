"""What two groups of runs differ in, as a value of a notebook: interactive, a still picture, a table, text."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from duronb.views.differential.content import DifferentialContent, DifferentialSource
from duronb.views.differential.page import differential_page
from duronb.views.differential.reading import decode_differential
from duronb.views.differential.still import differential_description, differential_svg
from duronb.views.differential.table import changes_text, differential_table, differential_text, remarks_of
from duronb.views.kit.markup import notices_html, output_html, still_html, table_html
from duronb.views.kit.table_text import WIDEST
from duronb.views.live.embed import interactive_html
from duronb.views.payload.writing import MIME_TYPE, payload_json

HINT = "A still picture: run this cell, or trust the notebook, to zoom, to search, to see both sides."


class DifferentialDisplay:
    """A differential flamegraph: draws itself in a notebook, and as a page or a picture.

    Parameters
    ----------
    payload
        As ``differential_source`` or ``differential_payload`` wrote it.
    content
        What the payload was made from; read from the payload when ``None``, as for one that was saved.
    """

    def __init__(self, payload: dict[str, Any], content: DifferentialContent | None = None) -> None:
        self.payload = payload
        self._content = content

    @cached_property
    def _source(self) -> DifferentialSource:
        content = decode_differential(self.payload) if self._content is None else self._content
        return DifferentialSource(self.payload, content)

    def html(self) -> str:
        """Return a standalone page, which works offline.

        Raises
        ------
        HostError
            The JavaScript is not built.
        """
        return differential_page(self.payload, str(self.payload["title"]))

    def svg(self) -> bytes:
        """Return a picture without script: the widest frames, what changed in colour."""
        return differential_svg(self._source.content, title=str(self.payload["title"]))

    def text(self, width: int = WIDEST) -> str:
        """Return the changes and what limits belief in them as text for a terminal with so many columns."""
        return changes_text(self._source, width)

    def output(self) -> str:
        """Return the HTML of a cell's output: interactive where scripts run, a picture and a table everywhere."""
        from duronb.views.live.bokeh_model import Flamegraph

        content = self._source.content
        title = str(self.payload["title"])
        graph = still_html(differential_svg(content, title=title), differential_description(self.payload, content))
        if content.before.any() or content.after.any():
            graph = interactive_html(Flamegraph(payload=payload_json(self.payload)), graph, HINT)
        changes = table_html(differential_table(content)) + notices_html(remarks_of(self.payload))
        return output_html(f"{graph}<details><summary>Changes as a table</summary>{changes}</details>")

    def __repr__(self) -> str:
        return differential_text(self._source)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:  # noqa: ARG002
        return {"text/plain": repr(self), "text/html": self.output(), MIME_TYPE: self.payload}
