"""What Bokeh's plots of ours do in the browser: they follow the theme of what is around them."""

from __future__ import annotations

from duronb.views.kit.assets import script


def theme_callback(package: str, name: str) -> str:
    """Return the code of a Bokeh callback that may call ``followTheme(plot, colours)``.

    Parameters
    ----------
    package, name
        The script that calls it, see ``duronb.views.kit.assets.script``. It gets the callback's arguments, among them
        ``plot`` and ``colours`` (``text`` and ``line``, each ``light`` and ``dark``).
    """
    return "\n".join([script(__package__, "follow_theme.js"), script(package, name)])
