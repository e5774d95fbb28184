"""A history as one HTML page that works offline: Bokeh is in it, and the page may ask no network for anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from duronb.views.kit.document import document
from duronb.views.live.embed import place_id, queue_script
from duronb.views.live.loader import loader_script

if TYPE_CHECKING:
    from bokeh.models import LayoutDOM


def page_graph(model: LayoutDOM, still: str) -> str:
    """Return HTML of a still picture, which the page's script replaces by the model."""
    identity = place_id()
    return f'<div data-duronb="{identity}">{still}</div><script>{queue_script(identity, model)}</script>'


def history_page(title: str, body: str) -> str:
    """Return the page.

    Parameters
    ----------
    title
        Its heading.
    body
        HTML with its graphs by ``page_graph``.

    Raises
    ------
    HostError
        The JavaScript is not built.
    """
    return document(title, [body], script=loader_script("inline"), evaluates=True)
