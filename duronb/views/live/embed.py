"""A Bokeh model as part of a notebook output: drawn by the loader, a still picture where it is not."""

from __future__ import annotations

import secrets
from typing import Any

from duronb.errors import DuronbError
from duronb.views.kit.assets import script, script_call
from duronb.views.kit.bundles import bundle_text
from duronb.views.kit.escape import markup, script_json
from duronb.views.live.loader import loader_if_needed

HINT = "A still picture: run this cell, or trust the notebook, to zoom and search."


def interactive_html(model: Any, still: str, hint: str = HINT) -> str:
    """Return HTML of a still picture, and the script that puts the model in its place.

    Parameters
    ----------
    model
        A Bokeh model of no document yet.
    still
        HTML of the picture.
    hint
        What stands below the picture while it is not interactive.
    """
    identity = place_id()
    try:
        bundle_text("duronb.js")
        loader = loader_if_needed()
    except DuronbError as error:
        loader, hint = "", f"A still picture. {error}"
    place = f'<div data-duronb="{identity}">{still}<p class="duronb-hint">{markup(hint)}</p></div>'
    return f"{place}{loader}<script>{queue_script(identity, model)}</script>"


def place_id() -> str:
    """Return a new id for the place where a model is drawn."""
    return f"duronb-{secrets.token_hex(8)}"


def queue_script(identity: str, model: Any) -> str:
    """Return JavaScript that has the loader draw a model in a place: now, or when the loader comes."""
    from bokeh.embed import json_item

    entry = script_json({"id": identity, "item": json_item(model)})
    return script_call(script(__package__, "queue.js"), "queueModel", entry)
