"""Escaping of untrusted text: names come from binaries, labels and logs from anywhere."""

from __future__ import annotations

import json
import re
from html import escape
from typing import Any

# Characters that a terminal interprets, that reorder a line, or that XML forbids: control characters, bidirectional
# controls, line separators, surrogates and noncharacters.
_HOSTILE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")


def visible(text: str, limit: int | None = None) -> str:
    """Replace every character that has an effect instead of a glyph by a visible one.

    Parameters
    ----------
    text
        Untrusted text.
    limit
        Maximum length in characters. Longer text is cut and ends in an ellipsis. ``None`` for no limit.
    """
    shown = _HOSTILE.sub(_visible_form, text)
    return shown if limit is None or len(shown) <= limit else f"{shown[: max(0, limit - 1)]}…"


def markup(text: str, limit: int | None = None) -> str:
    """Return text that is safe inside HTML and XML elements and quoted attributes."""
    return escape(visible(text, limit), quote=True)


def script_json(value: Any) -> str:
    """Return JSON that is safe inside a ``<script>`` element or an XML CDATA section."""
    text = json.dumps(value, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def inline_script(source: str) -> str:
    """Return JavaScript that cannot end its ``<script>`` element early.

    It escapes ``</script`` and ``<!--`` as in a string literal, which is where JavaScript contains them.
    """
    return re.sub(r"<(?=/script|!--)", r"\\x3c", source, flags=re.IGNORECASE)


def well_formed(text: str) -> str:
    """Replace lone surrogates, which cannot be encoded."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


def _visible_form(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if code >= 0xD800 and code != 0xFEFF:
        return "\ufffd"
    return f"⟨U+{code:04X}⟩"
