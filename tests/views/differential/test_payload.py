"""The payload of a differential: scales, empty sides, refused requests."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from duronb.analysis.differential.differential import differential
from duronb.errors import RequestError
from duronb.views.differential.payload import differential_payload, differential_source
from duronb.views.differential.reading import decode_differential
from duronb.views.differential.significance import NOT_TESTED, Significance
from tests.analysis.differential.programs import groups
from tests.views.differential.pairs import BASE, NAMES, TITLES, cells, pair
from tests.views.profiles import (
    make_profile,
)


def test_shares_make_unequal_runs_comparable() -> None:
    decoded = decode_differential(differential_payload(pair({"a": 30, "b": 10}, {"a": 3, "b": 1}), **TITLES))
    shares = [decoded.before * decoded.scales[0], decoded.after * decoded.scales[1]]
    np.testing.assert_allclose(shares[0], [0, 0.75, 0.25])
    np.testing.assert_allclose(shares[1], shares[0])
    assert (decoded.unit, set(decoded.total), decoded.q_total) == ("share", {NOT_TESTED}, None)


def test_cpu_time_per_orchestration_takes_its_scales() -> None:
    union = pair({"a": 3}, {"a": 5})
    payload = differential_payload(union, **TITLES, unit="cpu_ms_per_orchestration", scales=(0.25, 0.5))
    assert decode_differential(payload).scales == (0.25, 0.5)


@pytest.mark.parametrize(("before", "after"), [({}, {"a;b": 3}), ({"a;b": 3}, {}), ({}, {})])
def test_a_side_may_be_empty(before: dict[str, int], after: dict[str, int]) -> None:
    union = pair(before, after)
    decoded = decode_differential(differential_payload(union, **TITLES))
    assert len(decoded.tree) == (3 if before or after else 1)
    assert [int(decoded.before.sum()), int(decoded.after.sum())] == [3 * bool(before), 3 * bool(after)]
    assert all(np.isfinite(decoded.scales))


def test_each_side_has_notices_about_what_is_not_drawn() -> None:
    union = pair({"c:[unknown];main": 3}, {"main": 3})
    assert [text.split(":")[0] for text in union.notices] == ["Before"]
    assert differential_payload(union, **TITLES)["notices"] == union.notices


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"unit": "joules"}, "Choose share"),
        ({"unit": "cpu_ms_per_orchestration"}, "needs scales"),
        ({"scales": (1.0, float("nan"))}, "at least 0"),
        ({"scales": (1.0, -1.0)}, "at least 0"),
        ({"significant": Significance(total=[True])}, "each of its 2 nodes"),
        ({"significant": Significance(own=[0.5, 1.5])}, "between 0 and 1"),
    ],
)
def test_wrong_requests_are_named(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(RequestError, match=message):
        differential_payload(pair({"a": 1}, {"a": 1}), **TITLES, **arguments)


def test_one_side_alone_is_refused() -> None:
    with pytest.raises(RequestError, match="two sides"):
        differential_payload(make_profile(cells({"a": 1})), **TITLES)


def test_the_change_of_the_remainder_is_reported_in_its_unit() -> None:
    slower = {path: 2 * cost for path, cost in BASE.items()}
    result = differential(*groups(BASE, slower, 8, 4, shared=0.02, own=0.01))
    payload = differential_source(result, **NAMES).payload
    assert [[each["node"] for each in unit["changes"]] for unit in payload["units"]] == [[0], []]
    assert decode_differential(payload).total[0] == NOT_TESTED
