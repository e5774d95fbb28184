"""Runs in a directory of this machine."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from duronb.store.index import Line, read_index, write_index
from duronb.store.places.protocol import RECORD

PARTIAL = ".partial-"
STALE_SECONDS = 24 * 60 * 60
"""Age after which a half-written run is what a killed process left behind."""


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

    def put(self, folder: str, name: str, content: bytes, *, replace: bool) -> bool:
        """Write a small file beside, sync it, and rename it, or link it where it may not replace another."""
        directory = self.path / folder
        directory.mkdir(parents=True, exist_ok=True)
        descriptor, staged = tempfile.mkstemp(prefix=PARTIAL, dir=directory)
        try:
            with open(descriptor, "wb") as file:  # noqa: PTH123  it is open already
                file.write(content)
                file.flush()
                os.fsync(descriptor)
            Path(staged).chmod(0o644)
            if replace:
                Path(staged).replace(directory / name)
                return True
            _link(Path(staged), directory / name)
        except FileExistsError:
            return False
        finally:
            Path(staged).unlink(missing_ok=True)
        return True

    def drop(self, folder: str, name: str) -> bool:
        """Remove a file; ``False`` where there is none."""
        try:
            (self.path / folder / name).unlink()
        except FileNotFoundError:
            return False
        return True

    def files(self, folder: str) -> list[str]:
        """List the files of a directory; none where it does not exist."""
        try:
            with os.scandir(self.path / folder) as entries:
                return [entry.name for entry in entries if not entry.name.startswith(".") and entry.is_file()]
        except (FileNotFoundError, NotADirectoryError):
            return []

    def size(self, run_id: str) -> int:
        """Return the bytes of a run and its picture."""
        return size_of(self.path / run_id) + size_of(self.path / f"{run_id}.svg")

    def stamp(self, run_id: str) -> tuple[int, int] | None:
        """Return when the record of a run was changed, in nanoseconds, and its size."""
        try:
            found = os.stat(f"{self._text}/{run_id}/{RECORD}")  # noqa: PTH116  as in `read`
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size

    def indexed(self) -> dict[str, Line]:
        """Return the index; empty where there is none."""
        return read_index(self.path)

    def index(self, lines: Iterable[tuple[str, Line]]) -> None:
        """Write the index, unless the directory may not be written."""
        write_index(self.path, lines)

    def _sweep(self) -> None:
        oldest = time.time() - STALE_SECONDS
        with os.scandir(self.path) as entries:
            for entry in entries:
                if entry.name.startswith(PARTIAL) and entry.stat(follow_symlinks=False).st_mtime < oldest:
                    shutil.rmtree(entry.path, ignore_errors=True)


def size_of(path: Path) -> int:
    """Return the bytes of a file, or of all files below a directory; 0 where there is neither."""
    try:
        with os.scandir(path) as entries:
            return sum(
                size_of(Path(entry.path))
                if entry.is_dir(follow_symlinks=False)
                else entry.stat(follow_symlinks=False).st_size
                for entry in entries
            )
    except NotADirectoryError:
        return path.lstat().st_size
    except FileNotFoundError:
        return 0


def _link(staged: Path, target: Path) -> None:
    try:
        target.hardlink_to(staged)
    except FileExistsError:
        raise
    except OSError:
        # No links on this filesystem: of two writers at the very same moment the later one wins.
        if target.exists():
            raise FileExistsError(errno.EEXIST, "it exists", str(target)) from None
        staged.replace(target)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
