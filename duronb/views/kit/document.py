"""A standalone HTML page with its style, script and content security policy."""

from __future__ import annotations

from collections.abc import Sequence

from duronb.views.kit.assets import style_sheet
from duronb.views.kit.bundles import bundle_text
from duronb.views.kit.escape import inline_script, markup
from duronb.views.kit.markup import output_style
from duronb.views.kit.theme import BACKGROUND, LINE, MUTED, TEXT, themed_css

_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'{evaluation}; style-src 'unsafe-inline'; img-src data: blob:; "
    "base-uri 'none'; form-action 'none'"
)


def document(
    title: str,
    body: Sequence[str],
    *,
    style: str = "",
    kind: str = "duronb-page",
    script: str | None = None,
    evaluates: bool = False,
) -> str:
    """Return an HTML page: the title as heading, then the body. Its policy forbids network requests.

    Parameters
    ----------
    title
        Title of the page.
    body
        Pieces of HTML.
    style
        Additional style sheet.
    kind
        CSS class of the body. The flamegraph of a ``duronb-page`` keeps its state in the address of the page.
    script
        JavaScript that draws the graphs of the body, already escaped for a page. ``None`` for the flamegraph's script.
    evaluates
        Whether the script evaluates text as code, as Bokeh does with callbacks from Python.

    Raises
    ------
    HostError
        The JavaScript is not built.
    """
    drawing = inline_script(bundle_text("page.js")) if script is None else script
    policy = _POLICY.format(evaluation=" 'unsafe-eval'" if evaluates else "")
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>{markup(title, 200)}</title>",
        f"<style>{page_style()}{output_style()}{style}</style></head>",
        f'<body class="{kind}"><main class="duronb-output">',
        f"<h1><bdi>{markup(title, 300)}</bdi></h1>",
        *body,
        "</main>",
        f"<script>{drawing}</script>",
        "</body></html>",
        "",
    ]
    return "\n".join(part for part in parts if part)


def page_style() -> str:
    """Return the style sheet of a standalone page: fonts, and colours of both themes."""
    colours = {"text": TEXT, "background": BACKGROUND, "line": LINE, "muted": MUTED}
    properties = {f"--duronb-{name}": colour for name, colour in colours.items()}
    return themed_css({":root": properties}) + style_sheet(__package__, "page.css")
