"""What is written of a differential is read back: trees, samples, tests, and the change of the remainder."""

from __future__ import annotations

import json
from typing import cast

import numpy as np
from hypothesis import HealthCheck, assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from duronb.analysis.differential.differential import (
    CHANGE_KINDS,
    Differential,
    NodeTests,
    Unit,
    differential,
)
from duronb.analysis.differential.found import Found
from duronb.model.kinds import kind_numbers
from duronb.views.differential.payload import differential_source
from duronb.views.differential.reading import decode_differential
from duronb.views.differential.significance import NOT_TESTED
from duronb.views.payload.writing import payload_json
from tests.analysis.differential.programs import groups
from tests.examples import examples
from tests.views.differential.encoder import Pair
from tests.views.differential.pairs import BASE, NAMES, paths
from tests.views.profiles import CELLS, Cell, make_profile


class OneUnit(Differential):
    """A differential of runs whose CPU time per orchestration is unknown."""

    def in_unit(self, unit: Unit) -> Differential | None:
        return self if unit == self.unit else None


def made(pair: Pair, seed: int) -> OneUnit:
    """Return a differential with the samples of a pair and with random tests of its nodes."""
    random, nodes = np.random.default_rng(seed), len(pair.tree)

    def column(most: float) -> NDArray[np.float64]:
        """Return a number or NaN for each node; small numbers and the limits are frequent."""
        numbers = most * np.clip(random.uniform(-0.2, 1.2, nodes), 0, 1) ** 4
        return np.where(random.random(nodes) < 0.3, np.nan, numbers)

    def tests() -> NodeTests:
        kind = random.integers(0, len(CHANGE_KINDS) + 1, nodes).astype(np.uint8)
        return NodeTests(p=column(1), q=column(1), kind=kind, detectable=column(2000 * pair.before.sum()))

    return OneUnit(
        tree=pair.tree,
        kinds=kind_numbers(pair.tree.frames),
        stage=None,
        unit="share",
        method="runs",
        level=0.1,
        runs=(2, 3),
        before=pair.before,
        after=pair.after,
        scales=(1.0, 0.25),
        total=tests(),
        own=tests(),
        changes=(),
        sentences=("Nothing \ud800 changed.",),
        notices=("Before: one run has no samples.",),
        # Only a change of the unit reads it.
        _found=cast("Found", None),
    )


@examples(40, suppress_health_check=[HealthCheck.too_slow])
@given(CELLS, CELLS, st.integers(0, 1 << 32))
def test_any_trees_and_tests_are_read_back_as_they_were_written(
    before: dict[Cell, int], after: dict[Cell, int], seed: int
) -> None:
    pair = Pair.of(make_profile(before), make_profile(after))
    # The analysis refuses a side without samples.
    assume(pair.before.any() and pair.after.any())
    result = made(pair, seed)
    payload = differential_source(result, **NAMES).payload
    decoded = decode_differential(json.loads(payload_json(payload)))
    assert paths(decoded.tree) == [tuple(map(encodable, path)) for path in paths(pair.tree)]
    np.testing.assert_array_equal(decoded.tree.parent, pair.tree.parent)
    np.testing.assert_array_equal(decoded.before, pair.before)
    np.testing.assert_array_equal(decoded.after, pair.after)
    whole = float(pair.before.sum())
    families = (
        (result.total, decoded.total, decoded.q_total, decoded.detectable_total),
        (result.own, decoded.own, decoded.q_own, decoded.detectable_own),
    )
    for tests, verdict, q, detectable in families:
        assert q is not None
        assert detectable is not None
        # The change of the root is in the list of changes only.
        kinds = [0, *tests.kind[1:].tolist()]
        assert verdict.tolist() == [
            NOT_TESTED if kind == 0 and np.isnan(one) else kind for kind, one in zip(kinds, tests.q, strict=True)
        ]
        np.testing.assert_allclose(q, tests.q, atol=5.1e-7)
        np.testing.assert_allclose(detectable, np.minimum(tests.detectable / whole, 1000), atol=5.1e-7)
    assert (payload["before"]["runs"], payload["after"]["runs"], payload["level"]) == (2, 3, 0.1)
    assert (payload["sentences"], payload["notices"]) == (["Nothing \ufffd changed."], list(result.notices))


def encodable(name: str) -> str:
    return "".join("\ufffd" if "\ud800" <= letter <= "\udfff" else letter for letter in name)


def test_the_change_of_the_remainder_is_reported_in_its_unit() -> None:
    slower = {path: 2 * cost for path, cost in BASE.items()}
    result = differential(*groups(BASE, slower, 8, 4, shared=0.02, own=0.01))
    payload = differential_source(result, **NAMES).payload
    assert [[each["node"] for each in unit["changes"]] for unit in payload["units"]] == [[0], []]
    assert decode_differential(payload).total[0] == NOT_TESTED
