"""What two groups of runs differ in, as a value of a notebook: interactive, a still picture, a table, text."""

from __future__ import annotations

import secrets
from typing import Any

from duronb.errors import DuronbError
from duronb.views.bundles import bundle_text
from duronb.views.differential.payload import decode_differential, differential_page
from duronb.views.differential.still import differential_description, differential_svg
from duronb.views.differential.table import differential_table, differential_text, remarks_of
from duronb.views.escape import markup, script_json
from duronb.views.loader import loader_if_needed
from duronb.views.markup import STYLE, notices_html, still_html, table_html
from duronb.views.payload import MIME_TYPE, payload_json

HINT = "A still picture: run this cell, or trust the notebook, to zoom, to search, to see both sides."


class DifferentialDisplay:
    """A differential flamegraph: draws itself in a notebook, and as a page or a picture.

    Parameters
    ----------
    payload
        As ``differential_of`` or ``differential_payload`` wrote it.
    """

    def __init__(self, payload: dict[str, Any]) -> None:
        self.payload = payload

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
        return differential_svg(decode_differential(self.payload), title=str(self.payload["title"]))

    def __repr__(self) -> str:
        return differential_text(self.payload)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:  # noqa: ARG002
        return {"text/plain": repr(self), "text/html": self._output(), MIME_TYPE: self.payload}

    def _words(self, decoded: Any) -> str:
        return table_html(differential_table(self.payload, decoded)) + notices_html(remarks_of(self.payload))

    def _output(self) -> str:
        decoded = decode_differential(self.payload)
        title = str(self.payload["title"])
        still = still_html(differential_svg(decoded, title=title), differential_description(self.payload, decoded))
        identity = f"duronb-{secrets.token_hex(8)}"
        try:
            bundle_text("duronb.js")
            loader, hint = loader_if_needed(), HINT
        except DuronbError as error:
            loader, hint = "", f"A still picture. {error}"
        place = f'<div data-duronb="{identity}">{still}<p class="duronb-hint">{markup(hint)}</p></div>'
        script = f"<script>{self._entry(identity)}</script>" if decoded.before.any() or decoded.after.any() else ""
        return (
            f'<div class="duronb-output"><style>{STYLE}</style>{place}{loader}{script}'
            f"<details><summary>Changes as a table</summary>{self._words(decoded)}</details></div>"
        )

    def _entry(self, identity: str) -> str:
        from bokeh.embed import json_item

        from duronb.views.flamegraph import Flamegraph

        entry = script_json({"id": identity, "item": json_item(Flamegraph(payload=payload_json(self.payload)))})
        return (
            f"(function(w){{(w.duronbQueue=w.duronbQueue||[]).push({entry});if(w.duronbDraw)w.duronbDraw();}})(window);"
        )
