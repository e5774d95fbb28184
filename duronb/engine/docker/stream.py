"""The output of containers and commands as chunks of bytes. The connection is closed at the end."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docker import APIClient

Chunk = tuple[int, bytes]
"""The stream (1 for standard output, 2 for standard error) and the bytes."""

STDERR = 2
_OUTPUT = {"stdout": 1, "stderr": 1, "stream": 1}


class Stream:
    """A connection with both output streams. It raises the exceptions of docker-py and of sockets.

    It replaces docker-py's generators, which do not close their connection when a reader stops early.
    """

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    @classmethod
    def of_container(cls, client: APIClient, container: str) -> Stream:
        """Return the stream of what a container prints from now on."""
        return cls(client.attach_socket(container, params=_OUTPUT))

    @classmethod
    def of_input(cls, client: APIClient, container: str) -> Stream:
        """Connect to a container's input."""
        return cls(client.attach_socket(container, params={"stdin": 1, "stream": 1}))

    @classmethod
    def of_command(cls, client: APIClient, execution: str) -> Stream:
        """Start a command that was created with ``exec_create``, and return the stream of its output."""
        return cls(client.exec_start(execution, socket=True))

    def __iter__(self) -> Iterator[Chunk]:
        """Yield chunks until the output ends, without a time limit, and close the connection."""
        from docker.utils.socket import frames_iter

        try:
            for stream, chunk in frames_iter(self._connection, tty=False):  # type: ignore[no-untyped-call]
                yield stream, bytes(chunk)
        finally:
            self.close()

    def close(self) -> None:
        """Close the connection."""
        with contextlib.suppress(OSError):
            response = getattr(self._connection, "_response", None)
            if response is not None:
                response.close()
            self._connection.close()
