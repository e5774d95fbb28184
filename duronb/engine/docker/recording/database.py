"""What the databases of a workload in a container are on: a volume, its own layers, memory, or a host's directory."""

from __future__ import annotations

import contextlib
import posixpath
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from duronb.engine.docker.client import engine_errors
from duronb.engine.docker.container import Exited, create_container, wait_for_exit
from duronb.engine.docker.ownership import PROBE, RUN, owner_labels, remove_container, remove_volume
from duronb.engine.filesystem import filesystem_in
from duronb.errors import HostError
from duronb.model.record.environment import Environment
from duronb.quoting import one_line, quoted
from duronb.shell import shell_command

if TYPE_CHECKING:
    from docker import APIClient
    from docker.types import Mount

DEFAULT = "volume"
"""A disk of the engine, since its effects on ``File SQLite`` are a part of what is profiled."""
DIRECTORY = "/tmp"  # noqa: S108 - in the container
"""Where the workload makes its databases, whatever they are on, so that programs that ignore TMPDIR use it, too."""
DATABASE = "duronb.database"
"""Label of a recording's volume: what its databases are on."""
_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Database:
    """What the databases of one recording are on.

    Parameters
    ----------
    on
        ``volume``, ``overlay``, ``tmpfs``, or the absolute path of a directory of the engine's machine.
    recording_id
        Id of the recording, after which its volume or directory is named.
    tmp_mb
        Size of a tmpfs in MiB.
    """

    on: str
    recording_id: str
    tmp_mb: int

    @property
    def volume(self) -> str:
        """Name of the volume, if there is one."""
        return f"duronb-database-{self.recording_id}"

    @property
    def tmpfs(self) -> str | None:
        """Mount options of a tmpfs; ``None`` if there is none."""
        return f"rw,exec,nosuid,nodev,mode=1777,size={self.tmp_mb}m" if self.on == "tmpfs" else None

    @property
    def mounts(self) -> list[Mount]:
        """The mounts for ``create_container``. The engine gets a path as a value, never as a part of a text."""
        from docker.types import Mount

        if self.on == "volume":
            return [Mount(DIRECTORY, self.volume, type="volume")]
        return [Mount(DIRECTORY, self._directory, type="bind")] if self._is_path else []

    def create(self, client: APIClient, image: str, labels: Mapping[str, str]) -> None:
        """Create the volume, or the directory on the engine's machine.

        Parameters
        ----------
        image
            Id of the tools image.
        labels
            Labels of the recording.
        """
        if self.on == "volume":
            with engine_errors("create the volume of the database"):
                client.create_volume(self.volume, labels={**owner_labels(), **labels})
        elif self._is_path:
            self._in_directory(client, image, "mkdir", "-m", "1777", "--")

    def remove(self, client: APIClient, image: str) -> None:
        """Remove the volume or the directory with everything in it. It is not an error if there is none."""
        if self.on == "volume":
            with engine_errors("remove the volume of the database"):
                remove_volume(client, self.volume)
        elif self._is_path:
            self._in_directory(client, image, "rm", "-rf", "--")

    @property
    def _is_path(self) -> bool:
        return self.on.startswith("/")

    @property
    def _name(self) -> str:
        return f"duronb-{self.recording_id}"

    @property
    def _directory(self) -> str:
        return posixpath.join(self.on, self._name)

    def _in_directory(self, client: APIClient, image: str, *command: str) -> None:
        """Run a command with the path of the recording's directory in a container that has the parent directory."""
        from docker.types import Mount

        mount = Mount(DIRECTORY, self.on, type="bind")
        with _helper(client, image, (*command, f"{DIRECTORY}/{self._name}"), mounts=[mount]) as (ended, output):
            if ended.exit_code:
                raise _unusable(self.on, output)


def database_facts(client: APIClient, image: str, on: str, tmp_mb: int) -> Environment:
    """Return the type of the file system that the databases will be on, as a container with the same mounts sees it.

    Raises
    ------
    HostError
        The engine refuses the mount, or no files can be made there.
    """
    import docker.errors
    from docker.types import Mount

    # The volume has the labels of a recording, so that it is removed like one if this process is killed.
    database = Database(on, f"probe-{uuid.uuid4().hex[:12]}", tmp_mb)
    is_path = on.startswith("/")
    command = shell_command("duronb.engine.docker", "database_facts", DIRECTORY)
    mounts = [Mount(DIRECTORY, on, type="bind")] if is_path else database.mounts
    labels = {PROBE: "database", RUN: database.recording_id}
    try:
        if not is_path:
            database.create(client, image, labels)
        with _helper(client, image, command, mounts=mounts, tmpfs=database.tmpfs, labels=labels) as (ended, output):
            if ended.exit_code:
                raise _unusable(on, output)
            filesystem = filesystem_in(PurePosixPath(DIRECTORY), output)
    except HostError as error:
        if is_path and isinstance(error.__cause__, docker.errors.APIError):
            # The engine's reason may contain the path as it is.
            raise _unusable(on, str(error.__cause__.explanation)) from error
        raise
    finally:
        if not is_path:
            database.remove(client, image)
    return Environment(
        database_on=on,
        tmp_filesystem=filesystem,
        tmp_mb=tmp_mb if on == "tmpfs" else None,
        stated=frozenset({"tmp_filesystem"}),
    )


@contextlib.contextmanager
def _helper(
    client: APIClient,
    image: str,
    command: tuple[str, ...],
    *,
    mounts: list[Mount],
    tmpfs: str | None = None,
    labels: Mapping[str, str] | None = None,
) -> Iterator[tuple[Exited, str]]:
    """Run a command in a container; yield how it ended and what it printed, and remove the container."""
    container = ""
    try:
        with engine_errors("prepare the database of the workload"):
            container = create_container(
                client,
                image,
                command,
                labels={PROBE: "database", **(labels or {})},
                volumes={},
                mounts=mounts,
                tmpfs=tmpfs,
                log_driver="json-file",
            )
            client.start(container)
            ended = wait_for_exit(client, container, _SECONDS)
            output = client.logs(container).decode("utf-8", "surrogateescape")
        if ended is None:
            raise HostError("The engine's disk does not answer.", "Check the engine: docker info")
        yield ended, output
    finally:
        if container:
            with engine_errors("remove a container"):
                remove_container(client, container)


def _unusable(on: str, output: str) -> HostError:
    return HostError(
        f"No database can be made in {quoted(on, 200)} of the engine's machine: {one_line(output, 160)}.",
        "Give --database-on volume, or a directory there.",
    )
