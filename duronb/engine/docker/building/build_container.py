"""The build container: a short-lived container in which cargo and shell commands run."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from duronb.engine.docker.building.image import build_network
from duronb.engine.docker.client import disk_full, engine_errors, refused
from duronb.engine.docker.container import (
    CACHED,
    CARGO_HOME,
    CARGO_VOLUME,
    SOURCE_VOLUME,
    SOURCES,
    TARGET,
    TARGET_VOLUME,
    Privileges,
    create_container,
)
from duronb.engine.docker.ownership import BUILDER, remove_container
from duronb.engine.docker.stream import Stream
from duronb.errors import HostError

if TYPE_CHECKING:
    from docker import APIClient

BUILD_PRIVILEGES: Privileges = {
    "cap_drop": ["ALL"],
    "cap_add": ["CHOWN", "DAC_OVERRIDE", "FOWNER"],
    "security_opt": ["no-new-privileges"],
}
"""What cargo needs as root on files of several owners. It runs the build scripts of the subject and its packages."""
KEPT_OUTPUT = 1 << 20
"""Number of bytes at the end of a command's output that are kept."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A command that has ended in the build container.

    Parameters
    ----------
    exit_code
        Exit code of the command.
    output
        The end of its output, standard error included; see ``KEPT_OUTPUT``.
    """

    exit_code: int
    output: bytes

    @property
    def text(self) -> str:
        """The output as text."""
        return self.output.decode("utf-8", "replace")


class BuildContainer:
    """A container of the tools image with the volumes of sources, cargo's registry and builds.

    Parameters
    ----------
    client
        Client of the engine.
    image
        Id or tag of the tools image.
    """

    def __init__(self, client: APIClient, image: str) -> None:
        self._client = client
        self.environment: dict[str, str] = {"CARGO_HOME": CARGO_HOME, "CARGO_TERM_COLOR": "never"}
        """Environment variables of every command."""
        self.closed = False
        """Whether the container was removed."""
        self._lifeline: Stream | None = None
        with engine_errors("start the build container"):
            for volume in (SOURCE_VOLUME, CARGO_VOLUME, TARGET_VOLUME):
                client.create_volume(volume, labels=CACHED)
            self._container = create_container(
                client,
                image,
                ["cat"],
                labels={BUILDER: f"{os.getpid()}@{platform.node()}"},
                volumes={
                    SOURCE_VOLUME: (SOURCES, "rw"),
                    CARGO_VOLUME: (CARGO_HOME, "rw"),
                    TARGET_VOLUME: (TARGET, "rw"),
                },
                privileges=BUILD_PRIVILEGES,
                network=build_network(),
                auto_remove=True,
                stdin_open=True,
            )
        try:
            with engine_errors("start the build container"):
                # The container's main process reads from this connection. So it ends, and cargo with it, when this
                # process ends, even if it is killed.
                self._lifeline = Stream.of_input(client, self._container)
                client.start(self._container)
        except BaseException:
            self.close()
            raise

    def run(
        self,
        command: Sequence[str],
        *,
        on_line: Callable[[str], None] | None = None,
        directory: str = "/",
        environment: Mapping[str, str] | None = None,
    ) -> Finished:
        """Run a command until it ends.

        Parameters
        ----------
        on_line
            Called with each line that it prints. A carriage return ends a line, too.

        Raises
        ------
        HostError
            The engine failed.
        KeyboardInterrupt
            The user interrupted. The container was removed, and the command with it.
        """
        kept = bytearray()
        lines = _Lines(on_line)
        try:
            with engine_errors("run a command in the build container"):
                execution = self._client.exec_create(
                    self._container,
                    list(command),
                    workdir=directory,
                    environment={**self.environment, **(environment or {})},
                )["Id"]
                with closing(Stream.of_command(self._client, execution)) as stream:
                    for _, chunk in stream:
                        kept += chunk
                        if len(kept) > 2 * KEPT_OUTPUT:
                            del kept[:-KEPT_OUTPUT]
                        lines.feed(chunk)
                lines.end()
                exit_code = self._client.exec_inspect(execution)["ExitCode"]
        except BaseException:
            # The command must not continue to run, and only killing the container stops it.
            self.close()
            raise
        if exit_code is None:
            raise HostError(
                "The build container exited while a command ran in it.", "Check the engine's memory: docker info"
            )
        return Finished(int(exit_code), bytes(kept))

    def must(self, command: Sequence[str], doing: str, *, directory: str = "/") -> bytes:
        """Run a command that fails only if the engine has failed. Return its output, or raise HostError."""
        finished = self.run(command, directory=directory)
        if finished.exit_code:
            raise refused(doing, finished.text)
        return finished.output

    def put(self, directory: str, tar: IO[bytes], doing: str) -> None:
        """Unpack a tar file in a directory of the container."""
        with engine_errors(doing):
            if not self._client.put_archive(self._container, directory, tar):
                raise disk_full(doing)

    def close(self) -> None:
        """Remove the container, and kill the commands in it."""
        self.closed = True
        with engine_errors("remove the build container"):
            remove_container(self._client, self._container)
        if self._lifeline is not None:
            self._lifeline.close()


class _Lines:
    """Splits a stream of bytes into lines of text."""

    def __init__(self, on_line: Callable[[str], None] | None) -> None:
        self._on_line = on_line
        self._rest = b""

    def feed(self, chunk: bytes) -> None:
        if self._on_line is None:
            return
        for line in self._complete(self._rest + chunk):
            if line.strip():
                self._on_line(line.decode("utf-8", "replace"))

    def end(self) -> None:
        if self._on_line is not None and self._rest.strip():
            self._on_line(self._rest.decode("utf-8", "replace"))
        self._rest = b""

    def _complete(self, data: bytes) -> Iterator[bytes]:
        *lines, self._rest = re.split(rb"[\r\n]+", data)
        return iter(lines)
