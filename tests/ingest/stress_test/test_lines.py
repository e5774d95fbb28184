from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.ingest.stress_test.lines import is_chatter, split_line

STAMP = "2026-11-22T12:00:00.250000Z"
QUIET = [
    f"\x1b[2m{STAMP}\x1b[0m \x1b[34mDEBUG\x1b[0m \x1b[2mduroxide::runtime\x1b[0m\x1b[2m:\x1b[0m Spawning activity",
    f"\x1b[2m{STAMP}\x1b[0m \x1b[35mTRACE\x1b[0m \x1b[2msqlx::query\x1b[0m\x1b[2m:\x1b[0m locked_until = ?",
    f"[2m{STAMP}[0m [34mDEBUG[0m [2mduroxide::runtime[0m[2m:[0m Spawning activity",
    f"{STAMP} DEBUG duroxide::runtime: Spawning activity",
]


@pytest.mark.parametrize("text", QUIET)
def test_irrelevant_lines_of_the_runtime_are_recognised_by_their_bytes(text: str) -> None:
    assert is_chatter(text.encode())
    assert split_line(text.encode()).level in {"DEBUG", "TRACE"}


@pytest.mark.parametrize(
    "text",
    [
        QUIET[0].replace("DEBUG", " INFO"),
        f"{QUIET[3]} error=database is locked",
        f"{QUIET[3]} error=(code: 6) database is deadlocked",
        f"{QUIET[3]} error=SQLITE_BUSY_SNAPSHOT",
        f"{STAMP} DEBUG duroxide::runtime: Orchestration started instance_id=i",
        f"text before {QUIET[3]}",
        f"{STAMP} DEBUGGER",
        "DEBUG duroxide::runtime: no time",
        "",
    ],
)
def test_lines_that_may_be_relevant_are_not_skipped(text: str) -> None:
    assert not is_chatter(text.encode())


@pytest.mark.parametrize("stamp", ["2026-13-01T00:00:00.1Z", "2026-01-01T25:00:00.1Z", "9999-01-01T00:00:00.1Z"])
def test_an_impossible_time_is_none(stamp: str) -> None:
    assert split_line(f"{stamp}  INFO duroxide: text".encode()).time is None


@pytest.mark.parametrize(
    ("text", "time", "level", "message"),
    [
        (f"{STAMP}  WARN duroxide::x: text a=b", 1_795_348_800.25, "WARN", "text a=b"),
        (f"{STAMP}  INFO PostgreSQL           2:2  20", 1_795_348_800.25, "INFO", "PostgreSQL           2:2  20"),
        ("00:48.317392Z  INFO duroxide_stress_tests: Provider  Config", None, "INFO", "Provider  Config"),
        (" Launched: 5", None, None, "Launched: 5"),
        (f"{STAMP}  INFO duroxide::x: ", 1_795_348_800.25, "INFO", ""),
    ],
)
def test_every_kind_of_prefix_is_removed(text: str, time: float | None, level: str | None, message: str) -> None:
    line = split_line(text.encode())
    assert (line.time, line.level, line.message) == (time, level, message)


@given(st.binary(max_size=200))
def test_any_line_can_be_split(raw: bytes) -> None:
    assert isinstance(split_line(raw).message, str)
    assert is_chatter(raw) in (True, False)
