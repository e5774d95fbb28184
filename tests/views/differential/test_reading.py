"""A differential payload is read back as it was written, and a damaged one is refused."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.errors import StoreError
from duronb.views.differential.payload import differential_source
from duronb.views.differential.reading import decode_differential
from duronb.views.differential.significance import NOT_TESTED
from duronb.views.payload.writing import payload_json
from tests.analysis.differential.programs import planted
from tests.views.differential.encoder import NodeVerdicts, Pair, differential_payload
from tests.views.differential.pairs import BASE, NAMES, TITLES, compared, pair, paths
from tests.views.profiles import (
    CELLS,
    Cell,
    make_profile,
    patient,
)


@patient
@given(CELLS, CELLS, st.data())
def test_verdicts_and_q_values_are_read_as_the_format_says(
    before: dict[Cell, int], after: dict[Cell, int], data: st.DataObject
) -> None:
    union = Pair.of(make_profile(before), make_profile(after))
    nodes = len(union.tree)
    one = st.one_of(st.just(float("nan")), st.floats(0, 1))
    q = np.asarray(data.draw(st.lists(one, min_size=nodes, max_size=nodes)))
    flags = np.asarray(data.draw(st.lists(st.booleans(), min_size=nodes, max_size=nodes)))
    payload = differential_payload(union, **TITLES, tests=NodeVerdicts(total=q, own=flags, level=0.1))
    decoded = decode_differential(json.loads(payload_json(payload)))
    assert paths(decoded.tree) == [tuple(map(safe, path)) for path in paths(union.tree)]
    np.testing.assert_array_equal(decoded.tree.parent, union.tree.parent)
    np.testing.assert_array_equal(decoded.before, union.before)
    np.testing.assert_array_equal(decoded.after, union.after)
    np.testing.assert_array_equal(decoded.total, [NOT_TESTED if np.isnan(one) else one <= 0.1 for one in q])
    np.testing.assert_array_equal(decoded.own, flags)
    assert decoded.q_total is not None
    np.testing.assert_allclose(decoded.q_total, q, atol=5.1e-7)
    assert decoded.q_own is None


@pytest.mark.parametrize(("before", "after"), [({}, {"a;b": 3}), ({"a;b": 3}, {}), ({}, {})])
def test_a_side_may_be_empty(before: dict[str, int], after: dict[str, int]) -> None:
    decoded = decode_differential(differential_payload(pair(before, after), **TITLES))
    assert len(decoded.tree) == (3 if before or after else 1)
    assert [int(decoded.before.sum()), int(decoded.after.sum())] == [3 * bool(before), 3 * bool(after)]
    assert (set(decoded.total), decoded.q_total) == ({NOT_TESTED}, None)


def test_a_unit_has_its_scales() -> None:
    sides = pair({"a": 3}, {"a": 5})
    payload = differential_payload(sides, **TITLES, unit="cpu_ms_per_orchestration", scales=(0.25, 0.5))
    decoded = decode_differential(payload)
    assert (decoded.unit, decoded.scales) == ("cpu_ms_per_orchestration", (0.25, 0.5))


def safe(name: str) -> str:
    return "".join("\ufffd" if "\ud800" <= letter <= "\udfff" else letter for letter in name)


def test_a_differential_is_read_back_as_it_was_written() -> None:
    result = compared({**planted(BASE, "main;hot", 0.05), "main;worker": 0.5})
    payload = differential_source(result, **NAMES, state={"side": "after"}).payload
    decoded = decode_differential(json.loads(payload_json(payload)))
    assert list(decoded.units) == ["cpu_ms_per_orchestration", "share"]
    assert decoded.scales == result.scales
    np.testing.assert_array_equal(decoded.before, result.before)
    np.testing.assert_array_equal(decoded.after, result.after)
    for kind, q, detectable, tests in (
        (decoded.total, decoded.q_total, decoded.detectable_total, result.total),
        (decoded.own, decoded.q_own, decoded.detectable_own, result.own),
    ):
        tested = ~np.isnan(tests.q)
        np.testing.assert_array_equal(kind[1:], np.where(tested | (tests.kind > 0), tests.kind, NOT_TESTED)[1:])
        assert q is not None
        assert detectable is not None
        np.testing.assert_allclose(q, tests.q, atol=5.1e-7)
        parts = detectable * decoded.before.sum() * decoded.scales[0]
        np.testing.assert_allclose(parts, tests.detectable, atol=5.1e-7 * decoded.before.sum() * decoded.scales[0])
    (hot,) = [each for each in decoded.changes["share"] if decoded.tree.name(each["node"]) == "hot"]
    assert (hot["kind"], hot["of"], hot["before"]) == ("appeared", "total", 0)
    assert (payload["before"]["runs"], payload["after"]["runs"], payload["state"]) == (5, 5, {"side": "after"})
    assert payload == differential_source(result, **NAMES, state={"side": "after"}).payload


def damaged(payload: dict[str, Any], bytes_of: bytes) -> dict[str, Any]:
    return payload | {"data": base64.b64encode(gzip.compress(bytes_of)).decode()}


def test_damage_is_refused_wherever_it_is() -> None:
    tests = NodeVerdicts(total=[0.01, 0.5, float("nan"), 1.0], own=[True, False, True, False])
    payload = differential_payload(pair({"a;b": 3}, {"a;c": 4}), **TITLES, tests=tests)
    data = gzip.decompress(base64.b64decode(payload["data"]))
    for length in range(len(data)):
        with pytest.raises(StoreError):
            decode_differential(damaged(payload, data[:length]))
    for at in range(len(data)):
        for value in (0, 1, 127, 255):
            try:
                decoded = decode_differential(damaged(payload, data[:at] + bytes([value]) + data[at + 1 :]))
            except StoreError:
                continue
            assert int(decoded.before.sum()) == 3
    changes: list[dict[str, Any]] = [
        {"format": "x"},
        {"version": 3},
        {"nodes": 10**9},
        {"frames": -1},
        {"tests": {}},
        {"data": "%"},
    ]
    for change in changes:
        with pytest.raises(StoreError):
            decode_differential(payload | change)


def test_a_change_of_an_unknown_node_is_refused() -> None:
    payload = differential_source(compared(planted(BASE, "main;hot", 0.05)), **NAMES).payload
    for part in ({"node": 10**6}, {"kind": "odd"}, {"moved_with": [-1]}, {"without": [10**6]}):
        damaged_units = json.loads(payload_json(payload))["units"]
        damaged_units[0]["changes"][0] |= part
        with pytest.raises(StoreError):
            decode_differential(payload | {"units": damaged_units})
