"""The text of a history."""

from __future__ import annotations

import re

import pytest

from duronb.analysis.history.trend import trend
from duronb.views.history.marks import marks
from tests.analysis.history.timeline import run_at
from tests.views.history.histories import dropped, history


def test_the_text_describes_a_level_change() -> None:
    runs = dropped()
    text = str(history(runs))
    assert "30 runs of 2 subjects, in order of time" in text
    (sentence,) = [line for line in history(runs).sentences if "worse" in line]
    assert re.match(r"−\d\d\.\d\N{NO-BREAK SPACE}% \[−\d\d\.\d\N{NO-BREAK SPACE}%, −\d\d\.\d", sentence)
    assert (
        f"0.1.1 ({runs[14].id}) and 0.1.2 ({runs[15].id}); 15 and 15 runs. There is a change: p ≤ 0.0001." in sentence
    )
    assert "changed" in next(line for line in text.splitlines() if line.startswith("0.1.2"))
    assert max(map(len, text.splitlines())) <= 100


def test_several_hosts_are_numbered_in_the_sentences() -> None:
    runs = [*dropped(), *(run_at(100 + hour, 10.0, cpu="D") for hour in range(3))]
    text = str(history(runs))
    assert "under 2 sets of conditions" in text
    assert "Conditions 1: C, 2 cores, kernel 6" in text
    assert "Conditions 2: D, 2 cores" in text
    assert "- Conditions 1: −" in text
    assert "- Conditions 2: 3 runs: level changes" in text
    shown = marks(trend(runs), {})
    assert shown.gaps == pytest.approx([(runs[29].created.timestamp() + runs[30].created.timestamp()) * 500])
    assert {level.host for level in shown.levels} == {0, 1}
