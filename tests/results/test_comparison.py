"""A comparison as a value in Python."""

from __future__ import annotations

import pytest

from duronb.errors import RequestError
from tests.views.comparison.comparisons import regressed


def test_stages_are_found_by_name() -> None:
    comparison = regressed()
    assert comparison.stage("Two").stage == "Two"
    with pytest.raises(RequestError, match=r"no stage 'Three'\. Choose 'One', 'Two'\."):
        comparison.stage("Three")
    assert [run.label for run in comparison.before] == ["baseline"] * 5
    assert repr(comparison) == "<Comparison baseline → optimized, regressed>"
