"""The plot of a comparison."""

from __future__ import annotations

from math import exp
from typing import Any

import numpy as np
import pytest
from scipy import stats

from duronb.api.comparison import compared
from duronb.results.comparison import Comparison
from duronb.views.comparison.intervals import intervals
from duronb.views.comparison.picture import interval_svg
from tests.views.comparison.comparisons import AFTER, BEFORE, regressed, sides_of


def columns_of(comparison: Comparison) -> list[dict[str, Any]]:
    from bokeh.models import ColumnDataSource

    plot = comparison.plot()
    sources = plot.select({"type": ColumnDataSource})
    return [dict(source.data) for source in sources if isinstance(source, ColumnDataSource)]


def test_the_plot_has_an_interval_per_stage_and_a_point_per_run() -> None:
    comparison = regressed()
    points, lines = sorted(columns_of(comparison), key=lambda data: "low" in data)
    oracle = stats.ttest_ind(np.log(AFTER), np.log(BEFORE), equal_var=False).confidence_interval(0.95)
    assert (lines["low"][0], lines["high"][0]) == pytest.approx([100 * (exp(end) - 1) for end in oracle])
    assert lines["stage"] == ["One", "Two"]
    assert lines["marker"] == ["square", "circle"]
    assert len(points["x"]) == 4 * 5
    base = stats.gmean(BEFORE)
    assert sorted(points["x"][:10]) == pytest.approx(sorted(100 * (v / base - 1) for v in BEFORE + AFTER))
    assert "17.9 orch/s after" in points["text"]


def test_the_band_is_the_margin_of_the_equivalence_test() -> None:
    from bokeh.models.annotations import BoxAnnotation

    (band,) = compared(*sides_of({"One": (BEFORE, AFTER)}), margin=0.1).plot().select({"type": BoxAnnotation})
    assert isinstance(band, BoxAnnotation)
    assert (band.left, band.right) == pytest.approx((100 * (1 / 1.1 - 1), 10))


def test_stages_without_an_effect_are_drawn_without_an_interval() -> None:
    comparison = compared(*sides_of({"One": (BEFORE, AFTER), "Two": ([0.0, 0.0], [1.0, 2.0]), "New": ([], [1.0, 2.0])}))
    rows = intervals(comparison.result)
    assert [row.middle is None for row in rows] == [False, True, True]
    assert b"inconclusive" in interval_svg(comparison.result, "A title")
    assert len(columns_of(comparison)) == 2
