from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from duronb.errors import DuronbError, RequestError, StoreError
from duronb.ingest import source
from duronb.ingest.stress_test import results_file
from duronb.ingest.stress_test.results_file import read_results, results_kind
from tests.ingest.stress_test.results_text import OWN, table
from tests.ingest.stress_test.stress_script import NOON, whole_suite


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (OWN, "document"),
        (whole_suite("colour").text, "log"),
        (whole_suite("damaged").text, "log"),
        (table(100, 11.0), "log"),
        (f"# Results\n```\n{table(100, 11.0)}```\n", "document"),
        ("| Config | Completed |\n|--|--|\n| 1/1 | 5 |\n", "document"),
        ("## Run: 2026-11-11 05:26:50 UTC\n", "document"),
        ("main;a;b 3\nmain;c 1\n", None),
        ("main;Completed: 3\n", None),
        ("# Notes\n\nNothing of the kind: 5\n", None),
        ("worker 1/2 1.500000: cycles: \n\t4f0 inner (/bin/x)\n", None),
        ("", None),
    ],
)
def test_results_are_distinguished_from_samples(text: str, kind: str | None) -> None:
    assert results_kind(text.encode()) == kind


def test_a_log_is_one_entry_that_began_with_its_first_line(tmp_path: Path) -> None:
    path = tmp_path / "saved.log.gz"
    path.write_bytes(gzip.compress(whole_suite().text.encode()))
    (entry,) = read_results(path)
    assert entry.created is not None
    assert entry.created.timestamp() == NOON
    assert [stage.completed for stage in entry.log.stages] == [100, 200, 300, 591]
    assert (entry.log.stages[0].seconds, entry.seconds_inferred, entry.text) == (10.0, False, b"")


def test_a_log_longer_than_its_beginning_is_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "_BEGINNING", 2000)
    monkeypatch.setattr(source, "_CHUNK", 777)
    path = tmp_path / "log"
    path.write_text(whole_suite().text, encoding="utf-8")
    assert [stage.completed for stage in read_results(path)[0].log.stages] == [100, 200, 300, 591]


@pytest.mark.parametrize(
    ("content", "error"), [(None, RequestError), (b"nothing", StoreError), (b"\x1f\x8bdamaged", DuronbError)]
)
def test_other_files_are_refused_with_a_message(
    tmp_path: Path, content: bytes | None, error: type[DuronbError]
) -> None:
    path = tmp_path / "x"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(error):
        read_results(path)


@pytest.mark.parametrize(("limit", "text"), [("LARGEST_DOCUMENT", OWN), ("LARGEST_LOG", whole_suite().text)])
def test_a_file_that_is_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, text: str
) -> None:
    monkeypatch.setattr(results_file, limit, 1000)
    monkeypatch.setattr(source, "_BEGINNING", 900)
    path = tmp_path / "x"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StoreError, match=r"large"):
        read_results(path)
