"""The loader: BokehJS and duronb's JavaScript, stored once per notebook."""

from __future__ import annotations

import os
import sys
from typing import Any, Literal

from duronb.errors import RequestError
from duronb.views.kit.assets import script, script_call
from duronb.views.kit.bundles import bundle_text
from duronb.views.kit.escape import inline_script, script_json


class _Loader:
    """Record of the cell whose output contains the loader.

    With it the loader is stored only once, and again when that cell runs again.
    """

    def __init__(self) -> None:
        self.cell: str | None = None
        self.emitted = False
        self._watched: Any = None

    def remember_cell(self) -> None:
        """Record that the output of the running cell contains the loader."""
        self.emitted = True
        shell = _shell()
        if shell is None:
            return
        self.cell = _cell_id(shell)
        if self._watched is not shell:
            shell.events.register("pre_run_cell", self._on_cell_start)
            self._watched = shell

    def _on_cell_start(self, info: Any) -> None:
        # Running the cell again clears its output, and with it the loader.
        if self.cell is not None and getattr(info, "cell_id", None) == self.cell:
            self.emitted = False
            self.cell = None


_loader = _Loader()


def loader_html() -> str:
    """Return HTML of a script that loads BokehJS and duronb's models, and draws the models in the queue.

    ``DURONB_RESOURCES=cdn`` links BokehJS instead of embedding it. Notebooks are then smaller, but need the internet.

    Raises
    ------
    RequestError
        The value of the variable is neither ``inline`` nor ``cdn``.
    HostError
        The JavaScript is not built.
    """
    text = f"<script>{loader_script(_mode())}</script>"
    _loader.remember_cell()
    return text


def loader_if_needed() -> str:
    """Return the loader if no output of this kernel contains it yet, otherwise an empty string."""
    return "" if _loader.emitted else loader_html()


def _mode() -> Literal["inline", "cdn"]:
    mode = os.environ.get("DURONB_RESOURCES", "inline").strip().lower() or "inline"
    if mode == "inline":
        return "inline"
    if mode == "cdn":
        return "cdn"
    raise RequestError("DURONB_RESOURCES has an unknown value.", "Set it to inline or cdn.")


def loader_script(mode: Literal["inline", "cdn"]) -> str:
    """Return the JavaScript that loads BokehJS if needed, and draws the models in the queue."""
    from bokeh import __version__ as version
    from bokeh.resources import Resources  # loads Bokeh

    resources = Resources(mode=mode, components=["bokeh"], minified=True)
    inline = mode == "inline"
    return inline_script(
        script_call(
            script(__package__, "loader.js"),
            "startDrawing",
            script_json(version),
            script_json([] if inline else list(resources.js_files)),
            _function("\n".join(resources.js_raw) if inline else ""),
            _function(bundle_text("duronb.js")),
        )
    )


def _function(source: str) -> str:
    # JavaScript engines compile a function in parentheses only once.
    return f"(function () {{\n{source}\n}})"


def _shell() -> Any:
    if "IPython" not in sys.modules:
        return None
    from IPython.core.getipython import get_ipython

    return get_ipython()


def _cell_id(shell: Any) -> str | None:
    parent = getattr(shell, "parent_header", None) or {}
    found = parent.get("metadata", {}).get("cellId") if isinstance(parent, dict) else None
    return found if isinstance(found, str) else None
