"""Display of a comparison in a terminal and in a notebook."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from duronb.api.comparison import compared
from duronb.errors import RequestError
from duronb.results.comparison import Comparison
from duronb.views.comparison.picture import interval_svg
from duronb.views.kit import bundles
from tests.analysis.comparison.sides import run_of, side
from tests.views.comparison.comparisons import AFTER, BEFORE, differs, hostile, not_comparable, regressed, sides_of
from tests.views.profiles import HOSTILE
from tests.views.reading import Reader, check_inert


def test_nothing_to_compare_says_so() -> None:
    assert compared(side("a", BEFORE), []).sentence == "Nothing can be compared: there are no usable runs of after."
    empty = [run_of("a", 0, [])], [run_of("b", 0, [])]
    assert compared(*empty).sentence == "Nothing can be compared: the runs of a and b have no stages."
    for comparison in (compared([], []), compared(*empty), not_comparable()):
        assert comparison.sentence in " ".join(str(comparison).split())
        assert "<table" not in comparison._repr_mimebundle_()["text/html"]
        assert json.loads(json.dumps(comparison.to_json(), allow_nan=False))["stages"] == []
        with pytest.raises(RequestError):
            comparison.plot()


@pytest.mark.parametrize("width", [80, 100])
def test_the_terminal_text_fits_its_columns(width: int) -> None:
    long = {"A stage with a name that is very long indeed, longer than a line": (BEFORE, AFTER), "Two": (BEFORE, AFTER)}
    for comparison in (regressed(), compared(*sides_of(long)), not_comparable(force=True)):
        assert max(map(len, comparison.text(width).splitlines())) <= width


def item_of(html: str) -> dict[str, Any]:
    script = next(script for script in Reader(html).scripts if "queueModel(" in script)
    found = re.search(r"\nqueueModel\((\{.*\})\);\}\)\(\);$", script)
    assert found is not None
    entry: dict[str, Any] = json.loads(found[1])
    return entry


def test_a_notebook_stores_text_and_html_with_the_plot_and_its_picture() -> None:
    shown = regressed()._repr_mimebundle_()
    assert shown["text/plain"] == regressed().text()
    reader = Reader(shown["text/html"])
    text = " ".join(reader.text)
    for part in ("optimized regressed against baseline", "95% CI %", "−12.2", "static picture"):
        assert part in text
    entry = item_of(shown["text/html"])
    assert [a["data-duronb"] for _, a in reader.tags if "data-duronb" in a] == [entry["id"]]
    (root,) = entry["item"]["doc"]["roots"]
    assert root["name"] == "Figure"
    image = next(attributes for tag, attributes in reader.tags if tag == "img")
    assert "One: −12.2 % (−18." in (image["alt"] or "")
    assert base64.b64decode((image["src"] or "").split(",")[1]).startswith(b"<svg")


def test_a_notebook_says_that_sides_recorded_apart_differ() -> None:
    shown = differs()._repr_mimebundle_()
    text = " ".join(Reader(shown["text/html"]).text)
    assert "optimized differs from baseline, but not necessarily because of the code: One −12.2 %" in text
    assert "All runs before are older than all runs after, so drift of the machine would look the same." in text
    assert " differs " in shown["text/plain"]


def test_the_javascript_that_is_not_built_leaves_the_picture(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bundles, "DIRECTORY", tmp_path / "none")
    text = " ".join(Reader(regressed()._repr_mimebundle_()["text/html"]).text)
    assert "This is a static picture. The JavaScript of duronb is not built" in text


def test_hostile_names_do_nothing_anywhere() -> None:
    comparison = Comparison(hostile())
    html = comparison._repr_mimebundle_()["text/html"]
    check_inert(html, scripts=2)
    assert not set("\x00\x1b\x07\u202e\u2066\u200f") & set(comparison.text(100))
    picture = interval_svg(comparison.result, HOSTILE[2])
    assert not {element.tag.rpartition("}")[2] for element in ET.fromstring(picture).iter()} - {
        "svg", "title", "style", "rect", "path", "text", "circle",
    }  # fmt: skip
    labels = comparison.plot().yaxis[0].major_label_overrides.values()
    assert {type(label).__name__ for label in labels} == {"PlainText"}
