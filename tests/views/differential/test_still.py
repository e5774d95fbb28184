"""The static picture of a differential."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from duronb.analysis.differential.differential import differential
from duronb.results.differential import DifferentialDisplay
from duronb.views.differential.payload import differential_source
from duronb.views.differential.still import differential_svg
from tests.analysis.differential.programs import groups, planted
from tests.views.differential.pairs import BASE, NAMES, compared


def fills(svg: bytes) -> dict[str, list[str]]:
    """Label of each frame of a static picture, and the classes of its shapes."""
    found: dict[str, list[str]] = {}
    shapes: list[str] = []
    for child in ET.fromstring(svg):
        tag = child.tag.rpartition("}")[2]
        if tag == "path":
            shapes = [] if child.get("class") else shapes
            shapes.append(child.get("class") or str(child.get("fill")))
        elif tag == "text":
            found[str(child.text)] = shapes
            shapes = []
    return found


def test_the_static_picture_colours_only_changed_frames() -> None:
    result = compared(planted(BASE, "main;hotspot", 0.1))
    shown = DifferentialDisplay(differential_source(result, **NAMES).payload)
    found = fills(shown.svg())
    assert found.pop("hotspot") == ["dearer", "url(#h)"]
    assert set(map(tuple, found.values())) == {("same",)}
    assert "aria-label" not in shown.output().split("<script")[0]
    assert "Changed: hotspot appeared." in shown.output()


def test_a_very_narrow_change_is_drawn_with_all_its_callers() -> None:
    wide = {f"main;w{i}": 10.0 for i in range(200)}
    result = differential(*groups({**wide, "main;a;b": 1.0}, {**wide, "main;a;b": 1.0, "main;a;b;slow": 12.0}, 5, 3))
    content = differential_source(result, **NAMES).content
    root = ET.fromstring(differential_svg(content, title="t", max_frames=3))
    classes = [child.get("class") for child in root if child.tag.endswith("path") and child.get("class")]
    assert classes.count("dearer") == 1
    assert len(classes) >= 5
