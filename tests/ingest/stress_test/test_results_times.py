from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.ingest.stress_test.results_times import read_seconds, read_time


@pytest.mark.parametrize(
    "text",
    ["2026-02-10", "2026-02-10  ", "2026/02/10", "2026-2-10", "Feb 10, 2026", "10 February 2026", "February 10th, 2026",
     "10.02.2026", "20260210", "2026-02-10 (first)", "2026-02-10, 24 runs", "2026-02-10 1010 orchestrations",
     "on 2026-02-10 at noon", "2026-02-10 14:00 PST", "2026-02-10 14:00 (CEST)"],
)  # fmt: skip
def test_a_date_without_a_time_is_a_day(text: str) -> None:
    assert read_time(text) == (datetime(2026, 2, 10, tzinfo=UTC), True)


@pytest.mark.parametrize(
    "text",
    ["2026-02-10 14:05:09 UTC", "2026-02-10T14:05:09Z", "2026-02-10T14:05:09.123456Z", "20260210T140509Z",
     "2026-02-10 15:05:09 +0100", "2026-02-10T08:35:09-05:30", "2026-02-10 14:05:09", "2026-02-10 16:05:09 UTC+2",
     "Feb 10, 2026 at 2:05:09 PM", "10 Feb 2026, 14:05:09 GMT", "2026-02-10 14:05:09 test run"],
)  # fmt: skip
def test_a_time_is_read_in_utc(text: str) -> None:
    assert read_time(text) == (datetime(2026, 2, 10, 14, 5, 9, tzinfo=UTC), False)


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2026-13-41", "2026-02-30 10:00:00", "11/10/2026", "0001-01-01 00:00:00", "1999-12-31",
     "3000-01-01", "2026-02-10 25:61", "2026-02-10 13:00 PM", "12026-02-10", "86ec121", "Feb 2026"],
)  # fmt: skip
def test_an_impossible_or_ambiguous_time_is_no_time(text: str) -> None:
    assert read_time(text) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("10s", 10), ("3 s", 3), ("30 seconds per test", 30), ("1m 30s", 90), ("2 min", 120), ("1h", 3600), ("500ms", 0.5),
     ("about 2.5 sec each", 2.5), ("10", None), ("", None), ("0s", None), ("v10s", None), ("ten seconds", None)],
)  # fmt: skip
def test_a_length_needs_a_unit(text: str, seconds: float | None) -> None:
    assert read_seconds(text) == seconds


@given(st.integers(950_000_000, 32_000_000_000), st.integers(-23, 23))
def test_any_iso_time_is_read_back(seconds: int, hours: int) -> None:
    stated = f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}{hours:+03d}:00"
    found = read_time(stated)
    assert found is not None
    assert found.time == datetime.fromisoformat(stated)


@given(st.text(alphabet="0123456789-/.:T+ Zapm Feb,", max_size=40))
def test_any_text_is_read_without_an_error(text: str) -> None:
    read_time(text)
    read_seconds(text)
