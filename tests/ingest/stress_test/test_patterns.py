from __future__ import annotations

import pytest

from duronb.ingest.stress_test.patterns import backoff_ms, duration, lock_kind, number


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30.612345678s", 30.612345678), ("812.3ms", 0.8123), ("45µs", 45e-6), ("17ns", 17e-9), ("x", None), ("1m", None)],
)
def test_reads_durations_as_rust_prints_them(text: str, seconds: float | None) -> None:
    assert duration(text) == (None if seconds is None else pytest.approx(seconds))


@pytest.mark.parametrize(
    ("text", "value"), [("1,163ms", 1163.0), ("99.66%", 99.66), (" 7 x", 7.0), ("NaN", None), ("inf", None), ("", None)]
)
def test_reads_values_without_their_units(text: str, value: float | None) -> None:
    assert number(text) == value


@pytest.mark.parametrize(
    ("message", "kind", "backoff"),
    [
        ("Error fetching orchestration item (retryable, attempt 2): x is locked, backing off 400ms", "fetch", 400),
        ("Error fetching work item: ProviderError { x: (code: 5) database is locked }", "fetch", 100),
        ("Error fetching orchestration item (permanent): database is locked", "fetch", 100),
        ("ack_orchestration_item failed; retrying attempts=1 backoff_ms=20 error=list_instances: x", "ack", 20),
        ("worker: atomic ack failed, abandoning work item instance=i error=ack_work_item: x", "ack", 0),
        ("Failed to ack_orchestration_item after max retries attempts=5 error=x", "ack", 0),
        ("Failed to ack orchestration item, failing orchestration instance=i error=x", "ack", 0),
        ('Orchestration i failed category="infrastructure" error=infrastructure:ack_orchestration_item: x', "other", 0),
        ("Failed to commit failure event, abandoning lock", "other", 0),
        ("back-pressure: not an acknowledgement", "other", 0),
    ],
)
def test_lock_warnings_have_an_operation_and_a_back_off(message: str, kind: str, backoff: int) -> None:
    assert (lock_kind(message), backoff_ms(message)) == (kind, backoff)
