"""The directory in which a workload on this machine makes its databases."""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from duronb.engine.filesystem import filesystem_of
from duronb.engine.recording import Recording
from duronb.errors import HostError, RequestError
from duronb.model.record.environment import Environment
from duronb.quoting import quoted

_NOTE = "database.json"
"""File of a recording that names the directory to remove if its owner is killed."""


def database_facts(engine: str, on: str | None) -> Environment:
    """Return what the databases of a workload will be on. `File SQLite` is much faster in memory than on a disk.

    Parameters
    ----------
    engine
        Name of the engine, for messages.
    on
        Path of a directory; ``None`` for the temporary directory of this machine.

    Raises
    ------
    RequestError
        ``on`` is not a path. Only Docker has volumes, and its own mounts.
    HostError
        The directory does not exist, or cannot be written.
    """
    if on is None:
        directory = Path(tempfile.gettempdir())
    elif on.startswith("/"):
        directory = Path(on)
        _check_writable(directory)
    else:
        instead = "such as /dev/shm for memory" if on == "tmpfs" else "or use --engine docker"
        raise RequestError(
            f"The {engine} engine cannot put the database on {quoted(on)}.",
            f"Give --database-on the path of a directory, {instead}.",
        )
    return Environment(
        database_on=on, tmp_filesystem=filesystem_of(directory.resolve()), stated=frozenset({"tmp_filesystem"})
    )


@contextlib.contextmanager
def database_directory(recording: Recording, on: str | None) -> Iterator[dict[str, str]]:
    """Yield the environment variables that make a workload use ``on``. What it leaves there is removed at the end."""
    if on is None:
        yield {}
        return
    directory = Path(on) / f"duronb-{recording.id}"
    try:
        (recording.path / _NOTE).write_text(json.dumps({"directory": str(directory)}), encoding="ascii")
        directory.mkdir(mode=0o700)
    except OSError as error:
        raise _unwritable(Path(on), error) from None
    try:
        yield {"TMPDIR": str(directory)}
    finally:
        discard_database(recording)


def discard_database(recording: Recording) -> None:
    """Remove the directory that a recording made for its databases. It is not an error if there is none."""
    try:
        directory = Path(json.loads((recording.path / _NOTE).read_text(encoding="ascii"))["directory"])
    except (OSError, ValueError, KeyError, TypeError):
        return
    # Only a directory that duronb made may be removed, whatever the file says.
    if directory.name == f"duronb-{recording.id}" and not directory.is_symlink():
        shutil.rmtree(directory, ignore_errors=True)


def _check_writable(directory: Path) -> None:
    try:
        with tempfile.TemporaryDirectory(dir=directory, prefix="duronb-"):
            return
    except OSError as error:
        raise _unwritable(directory, error) from None


def _unwritable(directory: Path, error: OSError) -> HostError:
    return HostError(
        f"No database can be made in {quoted(str(directory), 200)}: {error.strerror}.",
        "Give --database-on a directory that exists and that you can write to.",
    )
