"""Intervals and axes that picture and plot share."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from bokeh.models import ColumnDataSource

from duronb.api.comparison import compared
from duronb.views.comparison.intervals import COLOURS, LEAST, MOST, intervals, limits, ticks
from duronb.views.comparison.picture import interval_svg
from duronb.views.comparison.plot import interval_figure
from tests.analysis.comparison.sides import series_sides
from tests.views.comparison.comparisons import AFTER, BEFORE, differs, sides_of


def test_pairs_are_drawn_as_blocks() -> None:
    before, after = BEFORE * 5, AFTER * 5
    comparison = compared(*series_sides([before, after]))
    (row,) = intervals(comparison.result)
    assert row.runs_before == ()
    assert row.runs_after == pytest.approx([100 * (a / b - 1) for a, b in zip(after, before, strict=True)])
    assert row.figures_after[0] == "block: 20.0 → 17.9 orch/s"


def test_a_stage_that_differs_has_a_colour_of_its_own() -> None:
    for colours in (COLOURS["light"], COLOURS["dark"]):
        assert len({colours[verdict] for verdict in ("improved", "regressed", "differs", "inconclusive")}) == 4
    picture = interval_svg(differs().result, "A title").decode()
    assert COLOURS["light"]["differs"] in picture
    assert 'class="line differs"' in picture
    assert 'class="differs hollow"' in picture


def test_a_very_wide_interval_is_cut_but_its_numbers_are_not() -> None:
    from bokeh.models import Range1d

    comparison = compared(*series_sides([[20.0, 21.0, 20.5], [10.0, 45.0, 60.0]]))
    rows = intervals(comparison.result)
    low, high = limits(rows, 0.05)
    assert LEAST * 1.2 < low < high < MOST * 1.2
    assert rows[0].high is not None
    assert rows[0].high > MOST
    picture = interval_svg(comparison.result, "A title")
    ET.fromstring(picture)
    shown = comparison.plot().x_range
    assert isinstance(shown, Range1d)
    assert shown.end == high


@pytest.mark.parametrize(("low", "high"), [(-20.0, 12.0), (-100.0, 300.0), (-0.8, 0.8), (-7.5, 7.5)])
def test_ticks_are_round_and_within(low: float, high: float) -> None:
    found = ticks(low, high)
    assert 3 <= len(found) <= 10
    assert low <= found[0] <= found[-1] <= high
    assert 0.0 in found


def test_an_untested_change_is_a_grey_mark_without_an_interval() -> None:
    result = compared(*sides_of({"One": ([7.33], [13.7])})).result
    (row,) = intervals(result)
    assert (row.low, row.high, row.verdict) == (None, None, "inconclusive")
    assert row.middle == pytest.approx(100 * (13.7 / 7.33 - 1))
    assert row.text == "+86.9 % (untested), inconclusive"
    svg = interval_svg(result, "t").decode()
    assert 'class="inconclusive hollow"' in svg
    assert 'class="line' not in svg
    assert "+86.9 % (untested)" in svg
    models = [each for each in interval_figure(result).references() if isinstance(each, ColumnDataSource)]
    (source,) = [dict(each.data) for each in models if "marker" in each.data]
    assert (source["low"], source["high"], source["filled"]) == ([row.middle], [row.middle], [0.0])
