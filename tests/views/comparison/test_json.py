"""A comparison as JSON and as a data frame."""

from __future__ import annotations

import json
from math import log

import numpy as np
import pytest
from scipy import stats

from duronb.api.comparison import compared
from tests.views.comparison.comparisons import AFTER, BEFORE, regressed, sides_of


def test_json_has_every_number_and_no_nan() -> None:
    text = json.dumps(regressed().to_json(), allow_nan=False)
    found = json.loads(text)
    assert found["verdict"] == "regressed"
    assert found["before"]["labels"] == ["baseline"]
    one = found["stages"][0]
    oracle = stats.ttest_ind(np.log(AFTER), np.log(BEFORE), equal_var=False)
    ends = oracle.confidence_interval(0.95)
    assert [log(one[name]) for name in ("ratio_low", "ratio_high")] == pytest.approx([*ends], rel=1e-9)
    assert one["runs_after"] == AFTER
    assert one["p"] == pytest.approx(2 * oracle.pvalue)  # Holm, of two stages
    json.dumps(compared(*sides_of({"One": ([20.0], [18.0])})).to_json(), allow_nan=False)


def test_a_data_frame_has_a_row_per_stage() -> None:
    frame = regressed().to_pandas()
    assert list(frame["stage"]) == ["One", "Two"]
    assert list(frame["n_after"]) == [5, 5]
    assert frame["ratio"][0] == pytest.approx(stats.gmean(AFTER) / stats.gmean(BEFORE))
