"""Inputs that are read once: files, named pipes and standard input."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from duronb.errors import RequestError, StoreError
from duronb.ingest.compression import LAYERS
from duronb.ingest.source import Source, open_source
from tests.ingest.reading import read_file

FOLDED = "".join(f"main;step{number % 7};leaf{number} {number + 1}\n" for number in range(40_000)).encode()
TOTAL = 40_000 * 40_001 // 2


@contextmanager
def written_to(path: Path, data: bytes) -> Iterator[None]:
    """Write to a named pipe while something else reads it."""
    writer = threading.Thread(target=path.write_bytes, args=(data,))
    writer.start()
    yield
    writer.join()


@pytest.mark.parametrize("compress", [bytes, gzip.compress])
def test_a_named_pipe_is_read_like_a_file(tmp_path: Path, compress: object) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    data = gzip.compress(FOLDED) if compress is gzip.compress else FOLDED
    with written_to(pipe, data):
        assert read_file(pipe)[1].profile.samples == TOTAL


class _Pipe(io.RawIOBase):
    """A file that returns few bytes at a time and cannot be rewound."""

    def __init__(self, data: bytes, step: int) -> None:
        self._data, self._step = data, step

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # BufferedReader passes a memoryview
        piece = self._data[: min(self._step, len(buffer))]
        self._data = self._data[len(piece) :]
        buffer[: len(piece)] = piece
        return len(piece)


@pytest.mark.parametrize("step", [1, 3, 4096])
@pytest.mark.parametrize("layers", [0, 1, 3])
def test_pieces_of_any_size_are_decompressed_without_rewinding(step: int, layers: int) -> None:
    data = b"main;a 3\n" * 1000
    for _ in range(layers):
        data = gzip.compress(data)
    source = Source(io.BufferedReader(_Pipe(data, step)), "x")
    assert b"".join(source.chunks()) == b"main;a 3\n" * 1000
    assert source.is_complete


def test_too_many_layers_of_compression_are_refused() -> None:
    data = b"main;a 3\n"
    for _ in range(LAYERS + 1):
        data = gzip.compress(data)
    with pytest.raises(StoreError, match="compressed more than"):
        Source(io.BytesIO(data), "x")


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert list(Source(io.BytesIO(b"\xef\xbb\xbfa;b 1\n"), "x").chunks()) == [b"a;b 1\n"]


def test_only_an_uncompressed_file_has_a_path(tmp_path: Path) -> None:
    plain, packed = tmp_path / "a.folded", tmp_path / "a.gz"
    plain.write_bytes(b"a;b 1\n")
    packed.write_bytes(gzip.compress(b"a;b 1\n"))
    with open_source(plain) as source, source.as_file() as file:
        assert (source.path, file) == (plain, plain)
    with open_source(packed) as source, source.as_file() as file:
        assert (source.path, file) == (None, packed)


def test_content_is_limited() -> None:
    assert Source(io.BytesIO(b"ab"), "x").content(2) == b"ab"
    with pytest.raises(StoreError, match="larger than"):
        Source(io.BytesIO(b"abc"), "x").content(2)


def test_messages_keep_the_name_at_the_end_of_a_long_path(tmp_path: Path) -> None:
    path = tmp_path.joinpath(*["a-long-name-of-a-directory"] * 4, "samples.txt")
    with pytest.raises(RequestError, match=r"…\S*samples\.txt' cannot be read: No such file or directory\. Check"):
        read_file(path)


@pytest.mark.parametrize("path", ["-", "/dev/stdin"])
@pytest.mark.parametrize("data", [FOLDED, gzip.compress(FOLDED)], ids=["plain", "gzip"])
@pytest.mark.long
def test_standard_input_is_imported_as_a_stream(tmp_path: Path, path: str, data: bytes) -> None:
    program = [sys.executable, "-m", "duronb", "import", path, "piped", "--json", "--store", str(tmp_path / "store")]
    done = subprocess.run(program, input=data, capture_output=True, check=False, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    assert f'"samples": {TOTAL}'.encode() in done.stdout


@pytest.mark.long
def test_results_on_standard_input_become_runs_too(tmp_path: Path) -> None:
    from tests.ingest.stress_test.stress_script import whole_suite

    program = [sys.executable, "-m", "duronb", "import", "-", "piped", "--json", "--store", str(tmp_path / "store")]
    done = subprocess.run(program, input=whole_suite().text.encode(), capture_output=True, check=False, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"File SQLite" in done.stdout


def test_data_that_expand_too_much_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("duronb.ingest.source.EXPANSION_FROM", 2**20)
    bomb, plain = gzip.compress(bytes(2**22)), bytes(2**22)
    with pytest.raises(StoreError, match="times its compressed size"):
        list(Source(io.BytesIO(bomb), "x").chunks())
    assert sum(map(len, Source(io.BytesIO(plain), "x").chunks())) == 2**22
