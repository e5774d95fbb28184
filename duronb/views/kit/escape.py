"""Make hostile text harmless: names come from binaries, labels and logs from anywhere."""

from __future__ import annotations

import json
import re
from html import escape
from typing import Any

# Control characters, bidirectional controls, line separators, surrogates and noncharacters: what a terminal obeys,
# what reorders a line, what XML forbids.
_HOSTILE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")


def visible(text: str, limit: int | None = None) -> str:
    """Replace every character that is obeyed in place of being shown by one that is shown.

    Parameters
    ----------
    text
        Anything.
    limit
        Longest result in characters; a longer one ends in an ellipsis.
    """
    shown = _HOSTILE.sub(_picture, text)
    return shown if limit is None or len(shown) <= limit else f"{shown[: max(0, limit - 1)]}…"


def markup(text: str, limit: int | None = None) -> str:
    """Return text that is safe inside HTML and XML elements and quoted attributes."""
    return escape(visible(text, limit), quote=True)


def script_json(value: Any) -> str:
    """Return JSON that may stand inside a ``<script>`` element or an XML CDATA section."""
    text = json.dumps(value, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def inline_script(source: str) -> str:
    """Return JavaScript that cannot end its ``<script>`` element early: in it ``</script`` is always in a string."""
    return re.sub(r"<(?=/script|!--)", r"\\x3c", source, flags=re.IGNORECASE)


def well_formed(text: str) -> str:
    """Replace lone surrogates, which no encoder accepts."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if code >= 0xD800 and code != 0xFEFF:
        return "\ufffd"
    return f"⟨U+{code:04X}⟩"
