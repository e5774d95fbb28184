"""Tests of the log as a compressed stream."""

import io
from pathlib import Path

import pytest

from duronb.errors import StoreError
from duronb.limits import EXPANSION_FROM, LOG_LINES, VARIABLE, Limit
from duronb.store.log import compress, decompress


def stream(directory: Path, log: bytes) -> io.BytesIO:
    (directory / "log").write_bytes(log)
    compress(directory / "log", directory / "log.zst")
    return io.BytesIO((directory / "log.zst").read_bytes())


def test_a_log_within_the_limits_reads_back(tmp_path: Path) -> None:
    assert decompress(stream(tmp_path, b"a line\n" * LOG_LINES.most)) == b"a line\n" * LOG_LINES.most


@pytest.mark.parametrize(
    ("log", "what"),
    [
        (bytes(1001), "bytes"),
        (b"\n" * 101, "lines"),
        (bytes(EXPANSION_FROM + 1), "times its compressed size"),
    ],
)
def test_a_larger_log_is_refused_unless_the_limits_are_raised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: bytes, what: str
) -> None:
    if len(log) <= EXPANSION_FROM:
        monkeypatch.setattr("duronb.store.log.LOG_BYTES", Limit("bytes", 1000))
        monkeypatch.setattr("duronb.store.log.LOG_LINES", Limit("lines", 100))
    file = stream(tmp_path, log)
    with pytest.raises(StoreError, match=f"too large: more than [0-9,]+ {what}"):
        decompress(file)
    monkeypatch.setenv(VARIABLE, "1000")
    assert decompress(stream(tmp_path, log)) == log
