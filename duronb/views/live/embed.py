"""HTML of a Bokeh model in a notebook output: the loader draws it; until then, a static picture is shown."""

from __future__ import annotations

import secrets
from typing import Any

from duronb.errors import DuronbError
from duronb.views.kit.assets import script, script_call
from duronb.views.kit.bundles import bundle_text
from duronb.views.kit.escape import markup, script_json
from duronb.views.live.loader import loader_if_needed

HINT = "This is a static picture. Run this cell or trust the notebook to zoom and search."


def interactive_html(model: Any, still: str, hint: str = HINT) -> str:
    """Return HTML of a static picture, and of the script that replaces it by the model.

    Parameters
    ----------
    model
        A Bokeh model that does not belong to a document.
    still
        HTML of the static picture.
    hint
        Text below the static picture.
    """
    identity = place_id()
    try:
        bundle_text("duronb.js")
        loader = loader_if_needed()
    except DuronbError as error:
        loader, hint = "", f"This is a static picture. {error}"
    place = f'<div data-duronb="{identity}">{still}<p class="duronb-hint">{markup(hint)}</p></div>'
    return f"{place}{loader}<script>{queue_script(identity, model)}</script>"


def place_id() -> str:
    """Return a new random id for an element in which a model is drawn."""
    return f"duronb-{secrets.token_hex(8)}"


def queue_script(identity: str, model: Any) -> str:
    """Return JavaScript that makes the loader draw a model in an element, as soon as the loader is present."""
    from bokeh.embed import json_item

    entry = script_json({"id": identity, "item": json_item(model)})
    return script_call(script(__package__, "queue.js"), "queueModel", entry)
