"""The output of a container, split into lines for the log and for a callback."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import IO, TYPE_CHECKING

from duronb.engine.docker.stream import Chunk, Stream
from duronb.engine.protocol import PROGRESS_MARK
from duronb.errors import HostError

if TYPE_CHECKING:
    from docker import APIClient

LONGEST_LINE = 1 << 20
"""Limit of a line in bytes. Longer lines are passed on in pieces of this size."""
_WAITING_CHUNKS = 256


class LogWriter:
    """Writes complete lines of both output streams to a log, and passes them on.

    Parameters
    ----------
    log
        Binary file, open for writing. Progress lines are not written.
    on_line
        Called with every line without its newline, progress lines included.
    """

    def __init__(self, log: IO[bytes], on_line: Callable[[bytes], None]) -> None:
        self._log = log
        self._on_line = on_line
        self._rest: dict[int, bytearray] = {}
        self._hidden: dict[int, bool] = {}

    def feed(self, stream: int, chunk: bytes) -> None:
        """Write the complete lines of one stream, and keep the incomplete line for the next chunk."""
        rest = self._rest.setdefault(stream, bytearray())
        rest += chunk
        *lines, last = rest.split(b"\n")
        for line in lines:
            self._line(stream, bytes(line), b"\n")
            self._hidden.pop(stream, None)
        while len(last) > LONGEST_LINE:
            self._line(stream, bytes(last[:LONGEST_LINE]), b"")
            last = last[LONGEST_LINE:]
        self._rest[stream] = bytearray(last)
        self._log.flush()

    def end(self) -> None:
        """Write the incomplete last line of each stream."""
        for stream, rest in self._rest.items():
            if rest:
                self._line(stream, bytes(rest), b"")
        self._rest.clear()
        self._hidden.clear()
        self._log.flush()

    def _line(self, stream: int, line: bytes, newline: bytes) -> None:
        # The first piece of a line decides for all of its pieces.
        hidden = self._hidden.setdefault(stream, line.startswith(PROGRESS_MARK))
        while len(line) > LONGEST_LINE:
            self._write(line[:LONGEST_LINE], b"", hidden)
            line = line[LONGEST_LINE:]
        self._write(line, newline, hidden)

    def _write(self, line: bytes, newline: bytes, hidden: bool) -> None:
        if not hidden:
            self._log.write(line + newline)
        self._on_line(line)


class Output:
    """The output of a container. A thread reads it, so that its user can wait with a time limit.

    Parameters
    ----------
    client, container
        The container must exist; what it prints from now on is read.
    """

    def __init__(self, client: APIClient, container: str) -> None:
        self._chunks: queue.Queue[Chunk | BaseException | None] = queue.Queue(_WAITING_CHUNKS)
        self._closed = threading.Event()
        stream = Stream.of_container(client, container)
        self._thread = threading.Thread(target=self._read, args=(stream,), name="duronb-output", daemon=True)
        self._thread.start()

    def chunks(self, timeout: float) -> Iterator[Chunk]:
        """Yield the chunks that have arrived, after waiting at most ``timeout`` seconds for the first.

        Raises
        ------
        EOFError
            The output ended.
        HostError
            The connection to the engine broke.
        """
        waiting = True
        while True:
            try:
                chunk = self._chunks.get(timeout=timeout) if waiting else self._chunks.get_nowait()
            except queue.Empty:
                return
            if chunk is None:
                raise EOFError
            if isinstance(chunk, BaseException):
                raise HostError(
                    "The connection to the Docker engine broke during the recording.", "Check the engine: docker info"
                ) from chunk
            waiting = False
            yield chunk

    def close(self) -> None:
        """Stop reading. If the container has not ended, the thread ends with its next output."""
        self._closed.set()
        self._thread.join(timeout=2)

    def _read(self, stream: Iterable[Chunk]) -> None:
        try:
            for chunk in stream:
                if not self._enqueue(chunk):
                    return
        except Exception as error:  # noqa: BLE001 - raised again where the chunks are read
            self._enqueue(error)
        else:
            self._enqueue(None)

    def _enqueue(self, chunk: Chunk | BaseException | None) -> bool:
        """Wait for free space in the queue, and put the chunk there; return ``False`` if ``close`` was called."""
        while not self._closed.is_set():
            try:
                self._chunks.put(chunk, timeout=1)
            except queue.Full:
                continue
            return True
        return False
