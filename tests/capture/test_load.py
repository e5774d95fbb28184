from __future__ import annotations

from duronb.capture.load import load


def test_load_is_plain_numbers() -> None:
    assert all(isinstance(value, float) and value >= 0 for value in load().to_json().values())
