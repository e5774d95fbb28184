"""The static picture of a history."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from duronb.analysis.history.trend import trend
from duronb.views.history.marks import marks
from duronb.views.history.picture import history_svg, limits_y, ticks
from tests.analysis.history.timeline import runs_of
from tests.views.history.histories import dropped

SVG = "{http://www.w3.org/2000/svg}"


def test_the_picture_has_a_dot_per_run_a_band_per_change_and_a_bar_per_known_interval() -> None:
    runs = dropped()
    shown = marks(trend(runs), {runs[3].id: ["v1"]})
    picture = history_svg(shown, "A <title>")
    root = ET.fromstring(picture)
    dots = [path.get("d", "") for path in root.iter(f"{SVG}path") if "dots" in path.get("class", "")]
    assert sum(path.count("M") for path in dots) == 30
    bands = [rect for rect in root.iter(f"{SVG}rect") if "band" in rect.get("class", "")]
    assert [rect.get("class", "").strip() for rect in bands] == ["band worse"]
    assert len([path for path in root.iter(f"{SVG}path") if "bar" in path.get("class", "")]) == 2
    texts = [text.text or "" for text in root.iter(f"{SVG}text")]
    assert any("0.1.1 → 0.1.2" in text for text in texts)
    assert "▾v1" in texts
    assert root.findtext(f"{SVG}title") == "A <title>"


def test_every_dot_lies_within_the_picture() -> None:
    shown = marks(trend(dropped()), {})
    low, high = limits_y(shown)
    assert low <= shown.low < shown.high <= high
    for path in ET.fromstring(history_svg(shown, "")).iter(f"{SVG}path"):
        if "dots" in path.get("class", ""):
            places = [tuple(map(float, pair.split())) for pair in re.findall(r"M([\d.]+ [\d.]+)h0", path.get("d", ""))]
            assert all(64 <= x <= 984 and 30 <= y <= 336 for x, y in places)


@pytest.mark.parametrize(("low", "high"), [(0, 1), (9.7, 20.3), (0.001, 0.0011), (-5, 5), (0, 123456)])
def test_ticks_are_round_and_within(low: float, high: float) -> None:
    found = ticks(low, high)
    assert 2 <= len(found) <= 8
    assert all(low <= tick <= high for tick in found)


def test_equal_figures_still_have_a_height() -> None:
    shown = marks(trend(runs_of([10.0] * 20)), {})
    low, high = limits_y(shown)
    assert low < 10.0 < high
    ET.fromstring(history_svg(shown, ""))
    zero = marks(trend(runs_of([0.0] * 3)), {})
    ET.fromstring(history_svg(zero, ""))
