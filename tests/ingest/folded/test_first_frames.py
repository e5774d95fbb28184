"""Whether the first frames of stacks are threads, for files of tools that always write threads there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ingest.exchange.reading import names_of, read_bytes

TACHYON = """\
tid:140;app.py:<module>:9;json.py:dumps:71 7
tid:140;app.py:<module>:9;app.py:main:3;<GC> 5
"""
"""Collapsed stacks as the sampling profiler of Python 3.15 writes them."""
PY_SPY = """\
thread (26104): MainThread;<module> (w.py:7);outer (w.py:6) 7
thread (26104): MainThread;<module> (w.py:7) 5
"""


@pytest.mark.parametrize(
    ("text", "thread", "stacks"),
    [
        (TACHYON, "tid:140", {"app.py:<module>:9;json.py:dumps:71": 7, "app.py:<module>:9;app.py:main:3;<GC>": 5}),
        (PY_SPY, "thread (26104): MainThread", {"<module> (w.py:7);outer (w.py:6)": 7, "<module> (w.py:7)": 5}),
    ],
    ids=["Python 3.15", "py-spy"],
)
def test_a_single_thread_is_recognised_by_its_name(
    tmp_path: Path, text: str, thread: str, stacks: dict[str, int]
) -> None:
    profile = read_bytes(tmp_path, text.encode(), "folded").profile
    assert list(profile.threads) == [thread]
    assert names_of(profile) == stacks
    more = read_bytes(tmp_path, (text + text.replace("140", "141").replace("26104", "9")).encode(), "folded").profile
    assert len(more.threads) == 2
    assert names_of(more) == {stack: 2 * count for stack, count in stacks.items()}


def test_a_single_function_whose_name_begins_alike_is_none(tmp_path: Path) -> None:
    profile = read_bytes(tmp_path, b"thread_main;work 3\nthread_main;idle 1\n", "folded").profile
    assert list(profile.threads) == [""]
    assert names_of(profile) == {"thread_main;work": 3, "thread_main;idle": 1}
