"""Read HTML back as a browser would: which elements and attributes there are, and what is text."""

from __future__ import annotations

from html.parser import HTMLParser

from tests.views.profiles import HOSTILE


class Reader(HTMLParser):
    """Collects start tags with attributes, and the text per kind of element it is in."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.scripts: list[str] = []
        self._inside = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "script":
            self.scripts.append(data)
        elif self._inside != "style":
            self.text.append(data)

    def handle_comment(self, data: str) -> None:
        self.tags.append(("!--", {"data": data}))


def check_inert(text: str, scripts: int) -> Reader:
    """Check that hostile names made no element, no attribute and no script of their own."""
    reader = Reader(text)
    names = [tag for tag, _ in reader.tags]
    assert names.count("script") == scripts
    assert "!--" not in names
    images = [attributes for tag, attributes in reader.tags if tag == "img"]
    assert all((image["src"] or "").startswith("data:image/svg+xml;base64,") for image in images)
    assert not [key for _, attributes in reader.tags for key in attributes if key.startswith("on")]
    for character in "\x00\x1b\x07\u202e\u2066\u200f":
        assert character not in text
    assert "<script>alert(1)</script>" in "".join(reader.text)
    assert all(name not in text for name in HOSTILE[:4])
    return reader
