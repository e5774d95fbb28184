"""A history as one HTML page that works offline. It contains Bokeh, and its policy forbids network requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from duronb.views.kit.document import document
from duronb.views.live.embed import place_id, queue_script
from duronb.views.live.loader import loader_script

if TYPE_CHECKING:
    from bokeh.models import LayoutDOM


def page_graph(model: LayoutDOM, still: str) -> str:
    """Return HTML of a static picture that the page's script replaces by the model.

    Parameters
    ----------
    model
        A Bokeh model.
    still
        HTML of its static picture.
    """
    identity = place_id()
    return f'<div data-duronb="{identity}">{still}</div><script>{queue_script(identity, model)}</script>'


def history_page(title: str, body: str) -> str:
    """Return the page of a history.

    Parameters
    ----------
    title
        Heading of the page.
    body
        HTML whose plots were made by ``page_graph``.

    Raises
    ------
    HostError
        The JavaScript is not built.
    """
    return document(title, [body], script=loader_script("inline"), evaluates=True)
