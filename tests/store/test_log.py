"""Tests of the log as a compressed stream."""

import io
from pathlib import Path

import pytest

from duronb.errors import StoreError
from duronb.limits import LOG_BYTES, LOG_LINES, VARIABLE
from duronb.store.log import compress, decompress


def stream(directory: Path, log: bytes) -> io.BytesIO:
    (directory / "log").write_bytes(log)
    compress(directory / "log", directory / "log.zst")
    return io.BytesIO((directory / "log.zst").read_bytes())


def test_a_log_within_the_limits_reads_back(tmp_path: Path) -> None:
    assert decompress(stream(tmp_path, b"a line\n" * LOG_LINES.most)) == b"a line\n" * LOG_LINES.most


@pytest.mark.parametrize(
    ("log", "what"), [(bytes(LOG_BYTES.most + 1), "bytes"), (b"\n" * (LOG_LINES.most + 1), "lines")]
)
def test_a_larger_log_is_refused_unless_the_limits_are_raised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: bytes, what: str
) -> None:
    file = stream(tmp_path, log)
    with pytest.raises(StoreError, match=f"too large: more than [0-9,]+ {what}"):
        decompress(file)
    monkeypatch.setenv(VARIABLE, "2")
    assert decompress(stream(tmp_path, log)) == log
