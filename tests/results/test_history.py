"""Display of a history in a terminal and in a notebook."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from duronb.store import open_store
from duronb.views.history.marks import marks
from duronb.views.history.picture import history_svg
from tests.analysis.history.timeline import run_at
from tests.views.history.histories import dropped, history

HOSTILE = '<script>alert("x")</script>\x1b[31m\u202e&'


class _Balanced(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in {"img", "meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def is_balanced(html: str) -> bool:
    parser = _Balanced()
    parser.feed(html)
    return parser.open == []


@pytest.mark.parametrize("count", [0, 1, 2, 11, 12])
def test_short_histories_show_what_they_have(count: int) -> None:
    found = history(dropped(30)[:count])
    assert len(found) == count
    bundle = found._repr_mimebundle_()
    assert is_balanced(bundle["text/html"])
    assert bundle["text/plain"] == str(found)
    json.dumps(found.to_json(), allow_nan=False)
    if count == 0:
        assert "There are no runs to show." in bundle["text/html"]
        assert "There are no runs to show. Record one with duronb profile." in str(found)
    elif count < 12:
        assert f"{count} run{'' if count == 1 else 's'}: level changes are detected from 12 runs on." in str(found)
    else:
        assert "No level change in 12 runs." in str(found)


def test_names_from_outside_are_harmless_everywhere(tmp_path: Path) -> None:
    runs = [
        run_at(hour, 10.0 + hour % 3, version=None, cpu=HOSTILE, subject={"name": HOSTILE, "workload": HOSTILE})
        for hour in range(14)
    ]
    found = history(runs)
    text, html = str(found), found._repr_mimebundle_()["text/html"]
    assert "\x1b" not in text + html
    assert "\u202e" not in text + html
    assert "<script>alert" not in html
    page = found.export(tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    picture = history_svg(marks(found.trend, {}), HOSTILE)
    ET.fromstring(picture)


def test_in_a_notebook_there_are_no_links_to_this_machine(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "store"))
    for run in dropped(14, 7):
        store.save(run, None, log=tmp_path / "none", cargo_lock=b"", svg=b"<svg/>")
    assert str(tmp_path) not in history(store.runs())._repr_mimebundle_()["text/html"]
