"""A history as one HTML page that works offline: Bokeh is in it, and the page may ask no network for anything."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from duronb.views.escape import markup, script_json
from duronb.views.html import page_style
from duronb.views.loader import loader_script
from duronb.views.markup import STYLE

if TYPE_CHECKING:
    from bokeh.models import LayoutDOM

# BokehJS makes functions of the callbacks that Python gave it.
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:; "
    "base-uri 'none'; form-action 'none'"
)


def page_graph(model: LayoutDOM, still: str) -> str:
    """Return HTML of a still picture, which the page's script replaces by the model."""
    from bokeh.embed import json_item

    identity = f"duronb-{secrets.token_hex(8)}"
    entry = script_json({"id": identity, "item": json_item(model)})
    return f'<div data-duronb="{identity}">{still}</div><script>window.duronbQueue=[{entry}]</script>'


def history_page(title: str, body: str) -> str:
    """Return the page.

    Parameters
    ----------
    title
        Of the window.
    body
        HTML with its graphs by ``page_graph``.

    Raises
    ------
    HostError
        The JavaScript is not built.
    """
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>{markup(title, 200)}</title>",
        f"<style>{page_style()}{STYLE}</style></head>",
        f'<body class="duronb-page"><main class="duronb-output">{body}</main>',
        f"<script>{loader_script('inline')}</script>",
        "</body></html>",
        "",
    ]
    return "\n".join(parts)
