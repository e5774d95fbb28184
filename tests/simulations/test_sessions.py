from __future__ import annotations

import pytest

from tests.simulations.sessions import false_regressed


@pytest.mark.long
def test_equal_code_in_two_sessions_never_regresses() -> None:
    assert false_regressed(0.05, 5, 0, 100) == (0, 0)


@pytest.mark.long
def test_known_sessions_keep_the_error() -> None:
    assert false_regressed(0.05, 5, 8, 100)[1] <= 0.12
