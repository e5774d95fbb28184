"""Damaged results files and logs: they are read, or refused with an error of duronb, and never anything else."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import duronb
from duronb.errors import DuronbError
from duronb.ingest.stress_test.log import StressLogParser
from duronb.ingest.stress_test.results_file import read_document, read_results, results_kind
from tests.ingest.stress_test.results_text import CLOUD, OWN
from tests.ingest.stress_test.stress_script import whole_suite

DATA = Path(__file__).parents[2] / "data"
MUTATIONS = 20_000
# Bytes that have a meaning somewhere in these formats.
MEANINGFUL = b"\n\r\t |#*`:=<>[]()\\/-+.,0123456789TZ\x00\x1b\x1e\xff\xe2\x94\x80"
PIECES = (
    b"\n## Commit: ", b"\n## Run: ", b"```\n", b"| Config | Completed |\n", b"999999999999999", b"NaN", b"inf",
    b"**Date**: ", b"0000-00-00T99:99:99.9Z", b"=== Results ===\n", b"\xef\xbb\xbf", "\u0663".encode(),
    "\u00b2".encode(),
    b"=== Starting stress test (orch=2, worker=2) ===\n", b"Duration: 999999h\n",
    b"(code: 5) database is locked, backing off 999999999ms\n",
)  # fmt: skip


@cache
def texts() -> list[bytes]:
    files = sorted((DATA / "results").glob("*.*"))
    saved = duronb.load(str(DATA / "saved_earlier" / "native_saved_20261127T214258Z")).log
    return [
        *(file.read_bytes() for file in files if file.name != "README.md"),
        OWN.encode()[:3000],
        CLOUD.encode(),
        whole_suite().text.encode()[:3000],
        saved[:3000],
    ]


def mutated(text: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(text) + 1)
        to = min(len(text), at + chance.choice((1, 1, 1, 8, 200)))
        kind = chance.randrange(6)
        if kind == 0:
            text = text[:at] + bytes((chance.choice(MEANINGFUL),)) + text[at + 1 :]
        elif kind == 1:
            text = text[:at] + bytes((chance.randrange(256),)) + text[at:]
        elif kind == 2:
            text = text[:at] + text[to:]
        elif kind == 3:
            text = text[:at] + chance.choice(PIECES) + text[at:]
        elif kind == 4:
            text = text[:at] + text[at:to] * chance.choice((2, 5)) + text[to:]
        else:
            text = text[:at]
    return text


def read(text: bytes) -> None:
    results_kind(text)
    for entry in read_document(text, "r.md"):
        assert all(notice.strip() for notice in entry.log.notices)
    parser = StressLogParser()
    parser.feed(text)
    log = parser.finish()
    for stage in log.stages:
        # What is derived and stored must not fail either.
        stage.derived(999.0)
        stage.to_json()
        assert stage.lock_warnings is None or stage.lock_warnings >= 0


@pytest.mark.long
def test_results_and_logs_that_are_changed_at_random_places_are_read_without_an_error() -> None:
    chance, originals = random.Random(20260301), texts()
    for number in range(MUTATIONS):
        read(mutated(originals[number % len(originals)], chance))


@settings(max_examples=40)
@given(st.data())
def test_results_that_are_changed_by_hypothesis_are_read_without_an_error(data: st.DataObject) -> None:
    read(mutated(data.draw(st.sampled_from(texts())), data.draw(st.randoms(use_true_random=False))))


@pytest.mark.long
def test_changed_files_are_imported_or_refused(tmp_path: Path) -> None:
    chance, originals = random.Random(7), texts()
    path, stored = tmp_path / "changed.md", 0
    for number in range(300):
        path.write_bytes(mutated(originals[number % len(originals)], chance))
        try:
            runs = duronb.import_results(path, f"x{number}", store=tmp_path / "store")
        except DuronbError:
            continue
        stored += len(runs)
        # Every one of them can be read back, shown and compared with others.
        for run in runs:
            again = duronb.load(run.id, store=tmp_path / "store")
            assert again.stages == run.stages
            assert str(again)
    assert stored > 100


@pytest.mark.parametrize("name", ["empty-run.md", "killed.log"])
def test_files_without_results_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(DuronbError, match="no results"):
        duronb.import_results(DATA / "results" / name, store=tmp_path)


def test_the_files_themselves_are_read() -> None:
    # Otherwise their mutations would say nothing.
    for name, stages in (("hard-breaks.md", 2), ("commit-branch.md", 1)):
        assert sum(len(entry.log.stages) for entry in read_results(DATA / "results" / name)) == stages
