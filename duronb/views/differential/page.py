"""A differential flamegraph as one HTML page that works offline."""

from __future__ import annotations

from typing import Any

from duronb.views.kit.document import document
from duronb.views.kit.escape import script_json


def differential_page(payload: dict[str, Any], title: str) -> str:
    """Return a standalone HTML page with a differential payload. It works offline.

    Raises
    ------
    HostError
        The JavaScript is not built.
    """
    graph = (
        '<div class="duronb-flamegraph" data-run="off">'
        f'<script type="application/json" class="duronb-payload">{script_json(payload)}</script></div>\n'
        "<noscript><p>Scripts are disabled. The differential flamegraph needs them.</p></noscript>"
    )
    return document(title, [graph])
