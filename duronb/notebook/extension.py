"""``%load_ext duronb``."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from duronb.errors import DuronbError

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_MAGICS = ("duroprof", "duroruns", "duroshow")


def load_ipython_extension(ipython: InteractiveShell) -> None:
    """Register the magics and their completion; in a notebook, also what draws flamegraphs."""
    from duronb.notebook.completion import add_matcher
    from duronb.notebook.magics import DuronbMagics
    from duronb.views.progress.notebook import has_notebook

    ipython.register_magics(DuronbMagics)
    add_matcher(ipython)
    if has_notebook(ipython):
        from IPython.display import display

        from duronb.views.live.loader import loader_html

        with contextlib.suppress(DuronbError):  # each display then says itself what is missing
            display({"text/html": loader_html(), "text/plain": ""}, raw=True)


def unload_ipython_extension(ipython: InteractiveShell) -> None:
    """Take the magics and their completion away; nothing happens where they are not."""
    from duronb.notebook.completion import remove_matcher

    remove_matcher(ipython)
    for name in _MAGICS:
        ipython.magics_manager.magics["line"].pop(name, None)
    ipython.magics_manager.registry.pop("DuronbMagics", None)
