from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.engine.docker.recording.output import LONGEST_LINE, LogWriter, Output
from duronb.engine.docker.stream import Chunk, Stream
from duronb.errors import HostError

TEXT = st.lists(st.sampled_from([b"a", b"\n", b"\x1e", b"\r", b"\xff", b"word "])).map(b"".join)


def written(*chunks: tuple[int, bytes]) -> tuple[bytes, list[bytes]]:
    """Return the log and the lines after some chunks."""
    log, lines = io.BytesIO(), list[bytes]()
    writer = LogWriter(log, lines.append)
    for stream, chunk in chunks:
        writer.feed(stream, chunk)
    writer.end()
    return log.getvalue(), lines


@given(TEXT, st.lists(st.integers(0, 60)))
def test_the_log_is_the_output_without_progress_lines_however_it_is_cut(text: bytes, cuts: list[int]) -> None:
    places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    log, lines = written(*((1, text[start:end]) for start, end in pairwise(places)))
    expected = text.splitlines(keepends=True) if b"\r" not in text else text.replace(b"\n", b"\n\0").split(b"\0")
    expected = [line for line in expected if line]
    assert lines == [line.removesuffix(b"\n") for line in expected]
    assert log == b"".join(line for line in expected if not line.startswith(b"\x1e"))


def test_a_line_of_one_stream_is_not_torn_by_the_other() -> None:
    log, lines = written((1, b"out "), (2, b"err\n"), (1, b"put\n"))
    assert lines == [b"err", b"out put"]
    assert log == b"err\nout put\n"


def test_a_huge_line_is_logged_complete_and_passed_on_in_pieces() -> None:
    text = b"x" * (2 * LONGEST_LINE + 5) + b"\nnext\n"
    for size in (len(text), 16384):
        log, lines = written(*((1, text[start : start + size]) for start in range(0, len(text), size)))
        assert log == text
        assert [len(line) for line in lines] == [LONGEST_LINE, LONGEST_LINE, 5, 4]


def test_a_huge_progress_line_stays_out_of_the_log() -> None:
    log, lines = written((1, b"\x1e" + b"x" * (LONGEST_LINE + 5)), (1, b"yy\nnext"))
    assert log == b"next"
    assert len(lines) == 3


def output_of(monkeypatch: pytest.MonkeyPatch, chunks: list[Chunk], failure: Exception | None = None) -> Output:
    """Return the output of a container that prints these chunks, and then ends or fails."""

    def stream(client: object, container: str) -> Iterator[Chunk]:
        yield from chunks
        if failure is not None:
            raise failure

    monkeypatch.setattr(Stream, "of_container", stream)
    return Output(None, "id")  # type: ignore[arg-type]


def test_both_streams_arrive_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = [(1, b"a"), (2, b"b"), (1, b"c"), (2, b"d")]
    output = output_of(monkeypatch, printed)
    found: list[tuple[int, bytes]] = []

    def drain() -> None:
        while True:
            for chunk in output.chunks(5):
                found.append(chunk)  # noqa: PERF402 - what came before the end counts

    with pytest.raises(EOFError):
        drain()
    assert found == printed


def test_a_broken_connection_is_an_error_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    output = output_of(monkeypatch, [], ConnectionResetError(104, "reset"))
    with pytest.raises(HostError, match="connection to the Docker engine broke"):
        list(output.chunks(5))
