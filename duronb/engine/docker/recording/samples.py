"""The raw samples of a recording, read in a container and streamed from the engine."""

from __future__ import annotations

import contextlib
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, cast

from duronb.engine.docker.client import engine_errors
from duronb.engine.docker.container import RECORDING, create_container, recording_volume
from duronb.engine.docker.ownership import PROBE, RUN, remove_container, remove_volume
from duronb.engine.docker.recording.database import DATABASE, Database
from duronb.engine.docker.recording.ladder import EMBEDDED, NO_PRIVILEGES, RUNGS
from duronb.engine.docker.recording.record import IMAGE, RUNG, SAMPLER, recording_volumes
from duronb.engine.docker.stream import STDERR, Stream
from duronb.engine.meter import FILE
from duronb.engine.recording import NothingRecordedError, Recording
from duronb.errors import DuronbError, HostError
from duronb.quoting import one_line
from duronb.sampling.protocol import Sampler
from duronb.sampling.samplers import sampler_called

if TYPE_CHECKING:
    from docker import APIClient

_CHUNK = 1 << 18
_KEPT_ERRORS = 4000


@dataclass(frozen=True, slots=True)
class Recorded:
    """How a recording was made, according to the labels of its volume.

    Parameters
    ----------
    rung
        Name of the ladder's rung, or ``embedded``.
    image
        Id of the tools image in which it ran.
    sampler
        The sampler.
    """

    rung: str
    image: str
    sampler: Sampler


def recorded(client: APIClient, recording: Recording) -> Recorded:
    """Return how a recording was made.

    Raises
    ------
    HostError
        The engine has no volume of the recording.
    """
    import docker.errors

    with engine_errors("look for the recording"):
        try:
            labels = client.inspect_volume(recording_volume(recording.id)).get("Labels") or {}
        except docker.errors.NotFound as error:
            raise NothingRecordedError(f"Nothing was recorded as {recording.id}.", "Record again.") from error
    rung = labels.get(RUNG, "")
    # Earlier versions set only the label of the rung.
    sampler = labels.get(SAMPLER) or ("embedded" if rung == EMBEDDED else "perf")
    return Recorded(rung=rung, image=labels.get(IMAGE, ""), sampler=sampler_called(sampler))


def read_samples(client: APIClient, recording: Recording, facts: Recorded) -> Iterator[bytes]:
    """Return the samples in chunks, in the format that the sampler's reader expects.

    Raises
    ------
    HostError
        The file is missing, or the sampler's command cannot read it; the message contains its error.
    """
    file = f"{RECORDING}/{facts.sampler.file_name}"
    command = facts.sampler.read_command(file)
    return (
        _recorded_file(client, recording, facts, file)
        if command is None
        else _command_output(client, recording, facts, command)
    )


def _command_output(
    client: APIClient, recording: Recording, facts: Recorded, command: tuple[str, ...]
) -> Iterator[bytes]:
    """Yield what a command prints in a container of the engine."""
    errors = bytearray()
    with _reader(client, recording, facts, command) as container, engine_errors("read the samples"):
        with contextlib.closing(Stream.of_container(client, container)) as stream:
            client.start(container)
            for number, chunk in stream:
                if number == STDERR:
                    errors = (errors + chunk)[-_KEPT_ERRORS:]
                else:
                    yield chunk
        exit_code = int(client.wait(container)["StatusCode"])
    if exit_code and b"No such file or directory" not in errors:  # Interrupted before the sampler opened its file.
        words = one_line(errors.decode("utf-8", "replace")) or f"exit code {exit_code}"
        raise HostError(f"{facts.sampler.name} cannot read its recording: {words}.", "Record again.")


def _recorded_file(client: APIClient, recording: Recording, facts: Recorded, file: str) -> Iterator[bytes]:
    """Yield a file of the recording."""
    import docker.errors

    with _reader(client, recording, facts, ("true",)) as container, engine_errors("read the samples"):
        try:
            chunks, _ = client.get_archive(container, file, chunk_size=_CHUNK)
        except docker.errors.NotFound as error:
            raise HostError(
                "The workload wrote no samples.", "Record again, and let the workload end by itself."
            ) from error
        with tarfile.open(fileobj=cast("IO[bytes]", _Readable(chunks)), mode="r|") as archive:
            for member in archive:
                content = archive.extractfile(member)
                while content is not None and (chunk := content.read(_CHUNK)):
                    yield chunk


def read_counters_file(client: APIClient, recording: Recording, facts: Recorded) -> Iterator[bytes]:
    """Yield the file of the meter; nothing if there is none."""
    try:
        yield from _recorded_file(client, recording, facts, f"{RECORDING}/{FILE}")
    except HostError as error:
        if not _is_missing(error):
            raise


def _is_missing(error: HostError) -> bool:
    import docker.errors

    return isinstance(error.__cause__, docker.errors.NotFound)


def discard(client: APIClient, recording: Recording) -> None:
    """Remove a recording's containers, volumes and databases."""
    with engine_errors("remove the recording"):
        of_recording = {"label": f"{RUN}={recording.id}"}
        for container in client.containers(all=True, filters=of_recording):
            remove_container(client, container["Id"])
        volumes = client.volumes(filters=of_recording).get("Volumes") or ()
        for volume in volumes:
            labels = volume.get("Labels") or {}
            # The path of a directory is known only from the label of the volume with the samples.
            if labels.get(DATABASE, "").startswith("/") and labels.get(IMAGE):
                with contextlib.suppress(HostError):
                    Database(labels[DATABASE], recording.id, 0).remove(client, labels[IMAGE])
        for volume in volumes:
            remove_volume(client, volume["Name"])


@contextlib.contextmanager
def _reader(client: APIClient, recording: Recording, facts: Recorded, command: tuple[str, ...]) -> Iterator[str]:
    """Yield a container with the volumes and privileges of the recording, and remove it at the end."""
    # Kernel symbols need the same privileges for reading as for recording.
    privileges = RUNGS.get(facts.rung, NO_PRIVILEGES)
    with engine_errors("read the samples"):
        container = create_container(
            client,
            facts.image,
            command,
            labels={PROBE: "samples", RUN: recording.id},
            volumes=recording_volumes(recording.id, "ro"),
            privileges=privileges,
        )
    try:
        yield container
    finally:
        with contextlib.suppress(DuronbError), engine_errors("remove a container"):
            remove_container(client, container)


class _Readable:
    """Chunks of bytes as a file for ``tarfile``."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest = b""

    def read(self, size: int) -> bytes:
        """Return ``size`` bytes, fewer only at the end."""
        parts = [self._rest]
        length = len(self._rest)
        while length < size and (chunk := next(self._chunks, None)) is not None:
            parts.append(chunk)
            length += len(chunk)
        data = b"".join(parts)
        self._rest = data[size:]
        return data[:size]
