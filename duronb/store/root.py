"""Where runs are kept: a directory of this machine, or objects on any fsspec filesystem."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Protocol

from duronb.errors import HostError

PARTIAL = ".partial-"
STALE_SECONDS = 24 * 60 * 60
"""Age after which a half-written run is what a killed process left behind."""
RECORD = "run.json"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Root(Protocol):
    """What the store needs of the place where runs lie."""

    def names(self) -> list[str]:
        """List the directories in it; none where it does not exist."""

    def exists(self, run_id: str) -> bool:
        """Tell whether a run, or its picture, has this id."""

    def read(self, run_id: str, name: str) -> bytes:
        """Read a file of a run; FileNotFoundError where it is missing."""

    def open(self, run_id: str, name: str) -> IO[bytes]:
        """Open a file of a run for reading; FileNotFoundError where it is missing."""

    def location(self, run_id: str) -> str:
        """Return the path or URL of a run."""

    def staging(self) -> contextlib.AbstractContextManager[Path]:
        """Give a directory of this machine to write a run in; it is removed at the end."""

    def commit(self, staged: Path, run_id: str, picture: Path | None) -> bool:
        """Make a staged run appear, whole; ``False`` where the id is taken."""

    def check(self) -> None:
        """Raise HostError or OSError where nothing can be written."""


class Disk:
    """Runs in a directory: written beside, synced, renamed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._text = str(path).rstrip("/")

    def names(self) -> list[str]:
        """List the directories in it; none where it does not exist."""
        try:
            with os.scandir(self.path) as entries:
                return [entry.name for entry in entries if not entry.name.startswith(".") and entry.is_dir()]
        except (FileNotFoundError, NotADirectoryError):
            return []

    def exists(self, run_id: str) -> bool:
        """Tell whether a run, or its picture, has this id."""
        return (self.path / run_id).exists() or (self.path / f"{run_id}.svg").exists()

    def read(self, run_id: str, name: str) -> bytes:
        """Read a file of a run."""
        # Strings, for pathlib would take a quarter of the time that listing ten thousand runs may take.
        with open(f"{self._text}/{run_id}/{name}", "rb") as file:  # noqa: PTH123
            return file.read()

    def open(self, run_id: str, name: str) -> IO[bytes]:
        """Open a file of a run for reading."""
        return (self.path / run_id / name).open("rb")

    def location(self, run_id: str) -> str:
        """Return the path of a run."""
        return f"{self._text}/{run_id}"

    @contextlib.contextmanager
    def staging(self) -> Iterator[Path]:
        """Give a hidden directory on the same filesystem."""
        self.path.mkdir(parents=True, exist_ok=True)
        self._sweep()
        staged = Path(tempfile.mkdtemp(prefix=PARTIAL, dir=self.path))
        try:
            yield staged
        finally:
            shutil.rmtree(staged, ignore_errors=True)

    def commit(self, staged: Path, run_id: str, picture: Path | None) -> bool:
        """Sync the files and rename their directory, then the picture."""
        for file in (*staged.iterdir(), *([] if picture is None else [picture])):
            _sync(file)
        _sync(staged)
        try:
            # A directory takes the place of none but an empty one, so of two writers one loses, and knows it.
            staged.rename(self.path / run_id)
        except OSError as error:
            if error.errno in {errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR}:
                return False
            raise
        if picture is not None:
            picture.replace(self.path / f"{run_id}.svg")
        _sync(self.path)
        return True

    def check(self) -> None:
        """Make the directory and write a file in it."""
        self.path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=self.path) as file:
            file.write(b"duronb")

    def _sweep(self) -> None:
        oldest = time.time() - STALE_SECONDS
        with os.scandir(self.path) as entries:
            for entry in entries:
                if entry.name.startswith(PARTIAL) and entry.stat(follow_symlinks=False).st_mtime < oldest:
                    shutil.rmtree(entry.path, ignore_errors=True)


class Objects:
    """Runs as objects: everything is written first and ``run.json`` last, and without it there is no run."""

    def __init__(self, url: str, filesystem: Any, path: str) -> None:
        self.url = url
        self.filesystem = filesystem
        self.path = path

    def names(self) -> list[str]:
        """List the directories in it; none where it does not exist."""
        self.filesystem.invalidate_cache()
        try:
            entries = self.filesystem.ls(self.path, detail=True)
        except FileNotFoundError:
            return []
        names = (entry["name"].rstrip("/").rsplit("/", 1)[-1] for entry in entries if entry["type"] == "directory")
        return [name for name in names if not name.startswith(".")]

    def exists(self, run_id: str) -> bool:
        """Tell whether a run, or its picture, has this id."""
        return bool(
            self.filesystem.exists(f"{self.path}/{run_id}/{RECORD}")
            or self.filesystem.exists(f"{self.path}/{run_id}.svg")
        )

    def read(self, run_id: str, name: str) -> bytes:
        """Read an object of a run."""
        return bytes(self.filesystem.cat_file(f"{self.path}/{run_id}/{name}"))

    def open(self, run_id: str, name: str) -> IO[bytes]:
        """Open an object of a run for reading."""
        file: IO[bytes] = self.filesystem.open(f"{self.path}/{run_id}/{name}", "rb")
        return file

    def location(self, run_id: str) -> str:
        """Return the URL of a run."""
        return f"{self.url}/{run_id}"

    @contextlib.contextmanager
    def staging(self) -> Iterator[Path]:
        """Give a temporary directory."""
        with tempfile.TemporaryDirectory(prefix="duronb-") as directory:
            yield Path(directory)

    def commit(self, staged: Path, run_id: str, picture: Path | None) -> bool:
        """Write the objects, ``run.json`` last; what was written goes again when one fails."""
        if self.exists(run_id):
            return False
        target = f"{self.path}/{run_id}"
        files = sorted(staged.iterdir(), key=lambda file: (file.name == RECORD, file.name))
        try:
            self.filesystem.makedirs(target, exist_ok=True)
            for file in files[:-1]:
                self.filesystem.put_file(str(file), f"{target}/{file.name}")
            if picture is not None:
                self.filesystem.put_file(str(picture), f"{target}.svg")
            self.filesystem.put_file(str(files[-1]), f"{target}/{files[-1].name}")
        except BaseException:
            for leftover, recursive in ((target, True), (f"{target}.svg", False)):
                with contextlib.suppress(Exception):
                    self.filesystem.rm(leftover, recursive=recursive)
            raise
        return True

    def check(self) -> None:
        """Write an object and remove it."""
        probe = f"{self.path}/.duronb-{os.getpid()}-{time.time_ns()}"
        self.filesystem.makedirs(self.path, exist_ok=True)
        self.filesystem.pipe_file(probe, b"duronb")
        self.filesystem.rm_file(probe)


@contextlib.contextmanager
def writing(root: str) -> Iterator[None]:
    """Turn whatever a disk or a remote store answers into one line."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise HostError(
                f"The disk of {root} is full; the run was not stored.", "Free some space, or give another --store."
            ) from None
        reason = error.strerror or str(error) or type(error).__name__
        raise HostError(f"{root} cannot be written: {reason}.", "Give another --store.") from None


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
