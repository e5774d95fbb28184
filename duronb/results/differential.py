"""The value that displays a differential: interactive flamegraph, static picture, table and text."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from duronb.views.differential.content import DifferentialContent, DifferentialSource
from duronb.views.differential.page import differential_page
from duronb.views.differential.reading import decode_differential
from duronb.views.differential.remarks import notices_of, remarks_of, tested_html
from duronb.views.differential.still import differential_description, differential_svg
from duronb.views.differential.table import changes_text, differential_table, differential_text
from duronb.views.kit.markup import notices_html, output_html, still_html, table_html
from duronb.views.kit.table_text import WIDEST
from duronb.views.live.embed import interactive_html
from duronb.views.payload.writing import MIME_TYPE, payload_json

HINT = "This is a static picture. Run this cell or trust the notebook to zoom, search and see both sides."


class DifferentialDisplay:
    """A differential flamegraph. It displays itself in a notebook and can be written as a page or a picture.

    Parameters
    ----------
    payload
        A payload as ``differential_source`` returns it.
    content
        The content of the payload. ``None`` decodes it from the payload, which a saved payload needs.
    """

    def __init__(self, payload: dict[str, Any], content: DifferentialContent | None = None) -> None:
        self.payload = payload
        self._content = content

    @cached_property
    def _source(self) -> DifferentialSource:
        content = decode_differential(self.payload) if self._content is None else self._content
        return DifferentialSource(self.payload, content)

    def html(self) -> str:
        """Return a standalone HTML page that works offline.

        Raises
        ------
        HostError
            The JavaScript is not built.
        """
        return differential_page(self.payload, str(self.payload["title"]))

    def svg(self) -> bytes:
        """Return a static SVG picture of the widest frames, with changes in colour."""
        return differential_svg(self._source.content, title=str(self.payload["title"]))

    def text(self, width: int = WIDEST) -> str:
        """Return the changes and the notices as text for a terminal that is ``width`` columns wide."""
        return changes_text(self._source, width)

    def output(self) -> str:
        """Return HTML for a cell's output: an interactive flamegraph where scripts run, else a picture; and a table."""
        from duronb.views.live.bokeh_model import Flamegraph

        content = self._source.content
        title = str(self.payload["title"])
        still = still_html(differential_svg(content, title=title), differential_description(self.payload, content))
        # The viewer shows the notices and the methods itself.
        graph = notices_html(notices_of(self.payload)) + still + tested_html(self.payload)
        if content.before.any() or content.after.any():
            graph = interactive_html(Flamegraph(payload=payload_json(self.payload)), graph, HINT)
        changes = table_html(differential_table(content)) + notices_html(remarks_of(self.payload))
        table = f"<details><summary>Changes as a table</summary>{changes}</details>"
        return output_html(f"{graph}{table}")

    def __repr__(self) -> str:
        return differential_text(self._source)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:  # noqa: ARG002
        return {"text/plain": repr(self), "text/html": self.output(), MIME_TYPE: self.payload}
