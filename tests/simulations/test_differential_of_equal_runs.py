"""Differentials of equal runs have a colour by chance only; the script beside this module makes all of them."""

from __future__ import annotations

from itertools import islice

import pytest

from tests.simulations.differential_of_equal_runs import coloured, pairs

pytestmark = pytest.mark.long


def test_one_run_on_each_side_is_not_coloured_by_chance() -> None:
    found, of = coloured(islice(pairs(1, with_store=False), 0, None, 6))
    assert of == 10
    assert found <= 1
