"""BokehJS and the flamegraph's own JavaScript, once per notebook."""

from __future__ import annotations

import os
import sys
from typing import Any, Literal

from duronb.errors import RequestError
from duronb.views.kit.assets import script, script_call
from duronb.views.kit.bundles import bundle_text
from duronb.views.kit.escape import inline_script, script_json


class _Loader:
    """Remembers which cell holds the loader, so that it is neither stored twice nor lost when that cell runs again."""

    def __init__(self) -> None:
        self.cell: str | None = None
        self.emitted = False
        self._watched: Any = None

    def note(self) -> None:
        """Take down that the running cell has the loader in its output."""
        self.emitted = True
        shell = _shell()
        if shell is None:
            return
        self.cell = _cell_id(shell)
        if self._watched is not shell:
            shell.events.register("pre_run_cell", self._cell_begins)
            self._watched = shell

    def _cell_begins(self, info: Any) -> None:
        # Its outputs are cleared, the loader with them.
        if self.cell is not None and getattr(info, "cell_id", None) == self.cell:
            self.emitted = False
            self.cell = None


_loader = _Loader()


def loader_html() -> str:
    """Return a script that loads BokehJS and the flamegraph model, and draws what waits for them.

    ``DURONB_RESOURCES=cdn`` links BokehJS in place of embedding it: small notebooks that need the internet.

    Raises
    ------
    RequestError
        The variable has another value than ``inline`` or ``cdn``.
    HostError
        The JavaScript is not built.
    """
    text = f"<script>{loader_script(_mode())}</script>"
    _loader.note()
    return text


def loader_if_needed() -> str:
    """Return the loader for the first output of a kernel, an empty string for all others."""
    return "" if _loader.emitted else loader_html()


def _mode() -> Literal["inline", "cdn"]:
    mode = os.environ.get("DURONB_RESOURCES", "inline").strip().lower() or "inline"
    if mode == "inline":
        return "inline"
    if mode == "cdn":
        return "cdn"
    raise RequestError("DURONB_RESOURCES has an unknown value.", "Set it to inline or cdn.")


def loader_script(mode: Literal["inline", "cdn"]) -> str:
    """Return the JavaScript that loads Bokeh where it is not, and draws what is queued."""
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
    # In brackets, engines compile it at once instead of twice.
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
