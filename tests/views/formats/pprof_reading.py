"""Reads pprof files back: by the format's description, and by what ``go tool pprof`` prints."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.views.formats.protobuf import message, numbers

Stack = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Read:
    """A file as its readers see it."""

    types: list[tuple[str, str]]
    samples: Counter[tuple[str, str, int, Stack]]
    """Count by stage, thread, second and stack of name and module from the root."""
    values: list[list[int]]
    period: int
    time_nanos: int
    duration_nanos: int
    comments: list[str]


def read(data: bytes) -> Read:
    """Read a decompressed file, checking that whatever it refers to is there."""
    top = message(data, frozenset({1, 2, 3, 4, 5, 6, 13}))
    texts = [text.decode() for text in top[6]]
    assert texts[0] == ""
    assert len(set(texts)) == len(texts)
    types = [(texts[kind[1]], texts[kind[2]]) for kind in map(message, top[1])]
    mappings = {one[1]: texts[one[5]] for one in map(message, top[3])}
    functions = {one[1]: texts[one.get(2, 0)] for one in map(message, top[5])}
    locations = {}
    for each in top[4]:
        one = message(each, frozenset({4}))
        (line,) = map(message, one[4])
        locations[one[1]] = (functions[line[1]], mappings[one[2]] if 2 in one else "")
    for ids in (mappings, functions, locations):
        assert 0 not in ids
    assert [len(ids) for ids in (mappings, functions, locations)] == [len(top[field]) for field in (3, 5, 4)]
    samples: Counter[tuple[str, str, int, Stack]] = Counter()
    values = []
    for each in top[2]:
        one = message(each, frozenset({3}))
        labels = {texts[label[1]]: label for label in map(message, one[3])}
        assert set(labels) == {"stage", "thread", "second"}
        assert texts[labels["second"][4]] == "seconds"
        value = numbers(one[2])
        assert len(value) == len(types)
        values.append(value)
        stack = tuple(locations[location] for location in reversed(numbers(one[1])))
        stage, thread = (texts[labels[key].get(2, 0)] for key in ("stage", "thread"))
        samples[stage, thread, labels["second"].get(3, 0), stack] += value[0]
    return Read(
        types,
        samples,
        values,
        top.get(12, 0),
        top.get(9, 0),
        top.get(10, 0),
        [texts[number] for field in top[13] for number in numbers(field)],
    )


def go_pprof(path: Path, *options: str) -> str:
    """Return what ``go tool pprof`` prints of a file."""
    go = shutil.which("go")
    if go is None:
        if os.environ.get("DURONB_REQUIRE_GO") == "1":
            pytest.fail("Go is required here and missing")
        pytest.skip("Go is not installed")
    environment = {**os.environ, "GOFLAGS": "", "PPROF_TMPDIR": str(path.parent), "PPROF_BINARY_PATH": str(path.parent)}
    done = subprocess.run(
        [go, "tool", "pprof", *options, str(path)],
        capture_output=True,
        text=True,
        timeout=300,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def go_top(path: Path) -> dict[str, tuple[int, int]]:
    """Return self and total samples per function as ``go tool pprof -top`` has them."""
    text = go_pprof(path, "-top", "-sample_index=samples", "-nodecount=0", "-nodefraction=0", "-edgefraction=0")
    row = re.compile(r"^\s*(\d+)\s+[\d.]+%\s+[\d.]+%\s+(\d+)\s+[\d.]+%  (.+)$", re.MULTILINE)
    return {name: (int(own), int(total)) for own, total, name in row.findall(text)}
