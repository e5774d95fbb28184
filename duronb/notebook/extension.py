"""The IPython extension: ``%load_ext duronb`` and ``%unload_ext duronb``."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from duronb.errors import DuronbError
from duronb.options.remedy import use_front

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def load_ipython_extension(ipython: InteractiveShell) -> None:
    """Register the magics and their completion. In a notebook, also load the script that draws flame graphs."""
    from duronb.notebook.completion import add_matcher
    from duronb.notebook.magics import register_magics
    from duronb.views.progress.notebook import has_notebook

    register_magics(ipython)
    add_matcher(ipython)
    use_front("notebook")
    if has_notebook(ipython):
        from IPython.display import display

        from duronb.views.live.loader import loader_html

        with contextlib.suppress(DuronbError):  # each display reports a missing script itself
            display({"text/html": loader_html(), "text/plain": ""}, raw=True)


def unload_ipython_extension(ipython: InteractiveShell) -> None:
    """Remove the magics and their completion. Do nothing if they are not registered."""
    from duronb.notebook.completion import remove_matcher
    from duronb.notebook.magics import unregister_magics

    unregister_magics(ipython)
    remove_matcher(ipython)
    use_front("shell")
