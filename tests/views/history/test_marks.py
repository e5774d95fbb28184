"""Data of the plot of a history."""

from __future__ import annotations

import numpy as np
import pytest

from duronb.analysis.history.trend import trend
from duronb.results.history import History
from duronb.views.history.marks import MOST_DOTS, marks
from tests.analysis.history.timeline import runs_of
from tests.views.history.histories import dropped


@pytest.mark.long
def test_very_many_runs_are_thinned_but_extremes_tags_and_changes_stay() -> None:
    size = 2 * MOST_DOTS
    draw = np.random.default_rng(1)
    rates = 20 * np.exp(draw.normal(0, 0.04, size))
    rates[4000:] *= 0.8
    rates[1234] = 1.0
    runs = runs_of([float(rate) for rate in rates])
    found = trend(runs)
    shown = marks(found, {runs[77].id: ["kept"]})
    drawn = {dot.run for dot in shown.dots}
    assert MOST_DOTS * 0.9 < len(drawn) <= MOST_DOTS + 10
    assert len(drawn) == len(shown.dots)
    (change,) = [change for change in found.series[0].changes if change.index > 3900]
    for at in (0, 77, 1234, change.index - 1, change.index, size - 1):
        assert runs[at].id in drawn
    assert min(dot.y for dot in shown.dots) == min(found.series[0].values)
    assert max(dot.y for dot in shown.dots) == max(found.series[0].values)
    assert f"{len(drawn):,} of 6,000 runs are drawn" in History(found, {"kept": runs[77].id})._html(
        lambda plot, still: ""
    )


def test_by_subject_runs_lie_side_by_side_under_their_subjects_name() -> None:
    shown = marks(trend(dropped(), by="subject"), {})
    assert [dot.x for dot in shown.dots] == list(range(30))
    assert shown.names == [(0.0, "0.1.1"), (15.0, "0.1.2")]
