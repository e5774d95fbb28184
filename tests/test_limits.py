"""Tests of the limits of what is read."""

import pytest

from duronb.errors import RequestError, StoreError
from duronb.limits import VARIABLE, Limit

LIMIT = Limit("things", 10)


def test_a_number_above_the_limit_is_refused_in_one_line() -> None:
    LIMIT.check(10, "It is")
    with pytest.raises(StoreError, match=r"^It is too large: more than 10 things\. If you trust it, set DURONB_LIMITS"):
        LIMIT.check(11, "It is")


def test_the_variable_raises_and_lifts_the_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "3")
    LIMIT.check(30, "It is")
    with pytest.raises(StoreError, match="more than 30"):
        LIMIT.check(31, "It is")
    monkeypatch.setenv(VARIABLE, "off")
    LIMIT.check(10**18, "It is")


@pytest.mark.parametrize("text", ["0", "-1", "x", "1.5", "9" * 10])
def test_another_value_of_the_variable_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, text)
    with pytest.raises(RequestError, match="invalid"):
        LIMIT.check(11, "It is")
