"""Callbacks of Bokeh plots that follow the light or dark theme around the plot."""

from __future__ import annotations

from duronb.views.kit.assets import script


def theme_callback(package: str, name: str) -> str:
    """Return the code of a Bokeh callback that may call ``followTheme(plot, colours)``.

    Parameters
    ----------
    package, name
        The script of the callback, see ``duronb.views.kit.assets.script``. It receives the arguments of the callback,
        including ``plot`` and ``colours`` (``text`` and ``line``, each ``light`` and ``dark``).
    """
    return "\n".join([script(__package__, "follow_theme.js"), script(package, name)])
