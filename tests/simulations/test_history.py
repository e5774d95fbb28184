"""The simulations of histories with few draws and generous bounds."""

from __future__ import annotations

import pytest

from tests.simulations.history import KINDS, LAST, false_alarms, found_steps


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_growing_series_without_a_change_rarely_have_one(kind: str) -> None:
    firm, suspected, _ = (false_alarms(12, kind) <= LAST).sum(axis=0).tolist()
    # At 1 % and 3 % more than 1 and 3 of 12 come once in 150.
    assert firm <= 1
    assert suspected <= 3


@pytest.mark.long
def test_one_run_far_below_is_named_with_its_size() -> None:
    assert found_steps(40, (20, 1, -0.30, 0.035)).exact >= 0.8


@pytest.mark.long
def test_five_runs_after_a_change_are_often_enough() -> None:
    # 69 % were measured; at 62 % fewer than 28 of 60 come once in 100.
    assert found_steps(60, (20, 5, -0.15, 0.065)).reported >= 28 / 60


@pytest.mark.long
def test_normal_runs_are_not_called_disturbed() -> None:
    assert (false_alarms(12, "normal")[:, 2] > LAST).all()


@pytest.mark.long
def test_the_set_contains_the_place() -> None:
    assert found_steps(60, (20, 20, -0.10, 0.065)).covered >= 0.88
